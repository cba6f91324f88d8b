package io.tailrace.engine.overload;

/**
 * One bucket by the algorithm of {@link Gcra}, for a rate of many readings a second: the interval between two of them
 * is exact to 2^-32 of a nanosecond.
 * <p>
 * Threading: one thread at a time.
 */
public final class RateBucket
{
    private static final int FRACTION_BITS = 32;
    private static final long FRACTION_MASK = (1L << FRACTION_BITS) - 1;
    private static final double FRACTIONS = 1L << FRACTION_BITS;

    /** Less than a rate such as 10/m, no exact double, may be wrong: never fewer than the burst come at once. */
    private static final double ROUNDED_DOWN = 1 - 0x1p-51;

    private final long intervalNs;
    private final long intervalFraction;
    private final long toleranceNs;
    private final long toleranceFraction;

    /** Theoretical arrival time and what of it is less than a nanosecond. */
    private long arrivalNs = -Gcra.MAX_NS;
    private long arrivalFraction;

    /**
     * A full bucket.
     *
     * @param perSecond readings a second, above 0.
     * @param burstNs   how much of the rate may come at once, from 1.
     */
    public RateBucket(final double perSecond, final long burstNs)
    {
        final double interval = Math.min(Gcra.MAX_NS, Gcra.intervalNs(perSecond) * ROUNDED_DOWN);
        intervalNs = (long)interval;
        intervalFraction = Math.max(intervalNs == 0 ? 1 : 0, (long)((interval - intervalNs) * FRACTIONS));
        final long wholeNs = Math.min(Gcra.MAX_NS, burstNs) - intervalNs;
        final boolean isNone = wholeNs < 0 || wholeNs == 0 && intervalFraction > 0;
        toleranceNs = isNone ? 0 : wholeNs - (intervalFraction > 0 ? 1 : 0);
        toleranceFraction = isNone ? 0 : -intervalFraction & FRACTION_MASK;
    }

    /** @return whether one more reading is within the rate. */
    public boolean isWithin(final long nowNs)
    {
        final long aheadNs = arrivalNs - nowNs;
        return aheadNs < toleranceNs || aheadNs == toleranceNs && arrivalFraction <= toleranceFraction;
    }

    /** Charges a reading that is within the rate. */
    public void charge(final long nowNs)
    {
        if (arrivalNs < nowNs)
        {
            arrivalNs = nowNs;
            arrivalFraction = 0;
        }
        final long fraction = arrivalFraction + intervalFraction;
        arrivalNs += intervalNs + (fraction >>> FRACTION_BITS);
        arrivalFraction = fraction & FRACTION_MASK;
    }

    /** Takes a charge back: at the time of the charge, and later, it is as if it had not been. */
    public void refund()
    {
        final long fraction = arrivalFraction - intervalFraction;
        arrivalNs += (fraction >> FRACTION_BITS) - intervalNs;
        arrivalFraction = fraction & FRACTION_MASK;
    }
}
