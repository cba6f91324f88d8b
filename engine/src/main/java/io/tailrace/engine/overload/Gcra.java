package io.tailrace.engine.overload;

/**
 * A rate by the generic cell rate algorithm (ITU-T I.371, Annex A, virtual scheduling): what a bucket must remember is
 * one time, at which it will be full again, the theoretical arrival time. It is the same as a bucket of
 * {@code rate * burst} tokens, one at least, that fills at {@code rate}.
 * <p>
 * Times are epoch ns up to {@link #MAX_NS}. The interval between two readings is rounded down to whole nanoseconds: up
 * to {@code rate / 1e9} of the rate more than configured comes through, a millionth at 1,000 readings a second.
 * <p>
 * Threading: immutable.
 */
final class Gcra
{
    /** Longest time that is told apart, 36 years; a rate with a longer interval has this one. */
    static final long MAX_NS = 1L << 60;

    private static final double NANOS_PER_SECOND = 1e9;

    /** A rate such as 10/m is no exact double: what is a whole number of ns but for that is one. */
    private static final double WHOLE = 1 + 0x1p-50;

    private final long intervalNs;
    private final long toleranceNs;

    /**
     * @param perSecond readings a second, above 0.
     * @param burstNs   how much of the rate may come at once, from 1.
     */
    Gcra(final double perSecond, final long burstNs)
    {
        intervalNs = (long)Math.max(1, Math.min(MAX_NS, intervalNs(perSecond) * WHOLE));
        toleranceNs = toleranceNs(burstNs, intervalNs);
    }

    /**
     * Is a reading within the rate?
     *
     * @param arrivalNs theoretical arrival time, such as {@link #charged} gave; any time up to {@code nowNs}: a full
     *                  bucket.
     */
    boolean isWithin(final long arrivalNs, final long nowNs)
    {
        return arrivalNs - nowNs <= toleranceNs;
    }

    /** @return the theoretical arrival time after a reading that was within the rate. */
    long charged(final long arrivalNs, final long nowNs)
    {
        return Math.max(arrivalNs, nowNs) + intervalNs;
    }

    /**
     * Takes a charge back.
     *
     * @return a theoretical arrival time that means the same as the one before the charge, at that time and later.
     */
    long refunded(final long arrivalNs)
    {
        return arrivalNs - intervalNs;
    }

    static double intervalNs(final double perSecond)
    {
        return NANOS_PER_SECOND / perSecond;
    }

    /** How far ahead the theoretical arrival time may be: all of the burst but the reading that comes. */
    static long toleranceNs(final long burstNs, final long intervalNs)
    {
        return Math.max(0, Math.min(MAX_NS, burstNs) - intervalNs);
    }
}
