package io.tailrace.codec;

/**
 * Units of the event time on the wire, and the way from them to epoch nanoseconds.
 * <p>
 * Every value of a long is a legal time in nanoseconds, so no value of it says "none": first ask {@link #unitOf}
 * for the unit, then {@link #isRepresentable}, then convert. The first two answer with reasons
 * {@link RejectReason#TIME_UNIT} and {@link RejectReason#TIME_RANGE}.
 * <p>
 * Hot path: pure, allocation-free, no division.
 */
public final class TimeUnits
{
    /** The unit is that of the source or, failing that, detected from the magnitude. */
    public static final int AUTO = 0;
    /** Seconds. */
    public static final int SECONDS = 1;
    /** Milliseconds. */
    public static final int MILLIS = 2;
    /** Microseconds. */
    public static final int MICROS = 3;
    /** Nanoseconds. */
    public static final int NANOS = 4;
    /** What {@link #unitOf} and {@link #codeOf} answer if there is no such unit. */
    public static final int UNKNOWN_UNIT = -1;

    private static final String[] NAMES = {"auto", "s", "ms", "us", "ns"};

    // Magnitudes below these are taken as seconds, milliseconds and microseconds.
    private static final long SECONDS_BOUND = 10_000_000_000L;
    private static final long MILLIS_BOUND = 10_000_000_000_000L;
    private static final long MICROS_BOUND = 10_000_000_000_000_000L;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long NANOS_PER_MICRO = 1_000L;

    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS_PER_SECOND;
    private static final long MAX_MILLIS = Long.MAX_VALUE / NANOS_PER_MILLI;
    private static final long MAX_MICROS = Long.MAX_VALUE / NANOS_PER_MICRO;

    private TimeUnits()
    {
    }

    /**
     * The unit that applies to a time: the reading's own if it names one, else that of its source, else the
     * detected one.
     *
     * @param time           as sent, any value.
     * @param unitCode       code of the reading, any value.
     * @param sourceUnitCode code configured for its source.
     * @return {@link #SECONDS} to {@link #NANOS}, or {@link #UNKNOWN_UNIT} if the deciding code is none of 0 to 4.
     */
    public static int unitOf(final long time, final int unitCode, final int sourceUnitCode)
    {
        final int code = unitCode == AUTO ? sourceUnitCode : unitCode;
        if (code == AUTO)
        {
            return detect(time);
        }

        return code >= SECONDS && code <= NANOS ? code : UNKNOWN_UNIT;
    }

    /**
     * The unit that the magnitude of an epoch time suggests: below 1e10 seconds, below 1e13 milliseconds, below
     * 1e16 microseconds, else nanoseconds.
     *
     * @param time as sent, any value.
     * @return {@link #SECONDS} to {@link #NANOS}.
     */
    public static int detect(final long time)
    {
        // Both bounds are compared, since the magnitude of Long.MIN_VALUE is not a long.
        if (time < SECONDS_BOUND && time > -SECONDS_BOUND)
        {
            return SECONDS;
        }
        if (time < MILLIS_BOUND && time > -MILLIS_BOUND)
        {
            return MILLIS;
        }
        if (time < MICROS_BOUND && time > -MICROS_BOUND)
        {
            return MICROS;
        }

        return NANOS;
    }

    /**
     * Whether a time in nanoseconds fits a long.
     *
     * @param time in {@code unit}, any value.
     * @param unit {@link #SECONDS} to {@link #NANOS}.
     * @return true if it fits; false if it does not or there is no such unit.
     */
    public static boolean isRepresentable(final long time, final int unit)
    {
        switch (unit)
        {
            case SECONDS:
                return time <= MAX_SECONDS && time >= -MAX_SECONDS;
            case MILLIS:
                return time <= MAX_MILLIS && time >= -MAX_MILLIS;
            case MICROS:
                return time <= MAX_MICROS && time >= -MAX_MICROS;
            case NANOS:
                return true;
            default:
                return false;
        }
    }

    /**
     * A time in nanoseconds.
     *
     * @param time in {@code unit}.
     * @param unit {@link #SECONDS} to {@link #NANOS}.
     * @return epoch nanoseconds; 0, as {@code eventTimeNs} of {@code Rejected} has it, if the time is not
     * {@link #isRepresentable representable}.
     */
    public static long toNanos(final long time, final int unit)
    {
        if (!isRepresentable(time, unit))
        {
            return 0;
        }

        switch (unit)
        {
            case SECONDS:
                return time * NANOS_PER_SECOND;
            case MILLIS:
                return time * NANOS_PER_MILLI;
            case MICROS:
                return time * NANOS_PER_MICRO;
            default:
                return time;
        }
    }

    /**
     * {@link #unitOf} and {@link #toNanos(long, int)} in one. An answer of 0 may be the epoch or a time that has no
     * nanoseconds; who must tell them apart asks {@link #unitOf} and {@link #isRepresentable}.
     *
     * @param time           as sent, any value.
     * @param unitCode       code of the reading, any value.
     * @param sourceUnitCode code configured for its source.
     * @return epoch nanoseconds, or 0 if the unit is unknown or the time does not fit.
     */
    public static long toNanos(final long time, final int unitCode, final int sourceUnitCode)
    {
        return toNanos(time, unitOf(time, unitCode, sourceUnitCode));
    }

    /**
     * Name of a unit in configuration and files.
     *
     * @param unitCode {@link #AUTO} to {@link #NANOS}.
     * @return {@code auto}, {@code s}, {@code ms}, {@code us} or {@code ns}.
     * @throws IllegalArgumentException for another code.
     */
    public static String nameOf(final int unitCode)
    {
        if (unitCode < AUTO || unitCode > NANOS)
        {
            throw new IllegalArgumentException("timeUnit=" + unitCode + ", expected 0 to 4");
        }

        return NAMES[unitCode];
    }

    /**
     * Code of a unit by its name.
     *
     * @param name {@code auto}, {@code s}, {@code ms}, {@code us} or {@code ns}.
     * @return its code, or {@link #UNKNOWN_UNIT}.
     */
    public static int codeOf(final String name)
    {
        for (int code = AUTO; code <= NANOS; code++)
        {
            if (NAMES[code].equals(name))
            {
                return code;
            }
        }

        return UNKNOWN_UNIT;
    }
}
