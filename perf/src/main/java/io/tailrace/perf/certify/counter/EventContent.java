package io.tailrace.perf.certify.counter;

/**
 * What the generator puts into a reading follows from its ids and its time, so that the counter can tell a reading that
 * was sent from one that was not. Values are multiples of an eighth below 2^17: sums of millions of them are exact.
 */
public final class EventContent
{
    /** Share of the readings, in 1024ths, whose value is not a number. */
    private static final int NOT_A_NUMBER = 1;
    /** Share of the readings, in 1024ths, whose unit is none. */
    private static final int BAD_UNIT = 1;
    private static final int SHARES = 1024;
    private static final int VALUES = 1 << 20;
    private static final double SCALE = 8.0;
    private static final int MILLISECONDS = 2;
    private static final int NO_UNIT = 9;

    private EventContent()
    {
    }

    /**
     * The value of a reading.
     *
     * @param deviceId    of its device.
     * @param eventId     of the reading, in its device.
     * @param eventTimeMs as sent.
     * @param metric      of the reading.
     * @return the value, one in 1024 not a number.
     */
    public static double value(final long deviceId, final long eventId, final long eventTimeMs, final long metric)
    {
        final long hash = hash(deviceId, eventId, eventTimeMs, metric);
        if ((hash >>> 32) % SHARES < NOT_A_NUMBER)
        {
            return Double.NaN;
        }
        return ((hash & VALUES - 1) - VALUES / 2) / SCALE;
    }

    /**
     * The unit of its time.
     *
     * @param deviceId    of its device.
     * @param eventId     of the reading, in its device.
     * @param eventTimeMs as sent.
     * @param metric      of the reading.
     * @return milliseconds, one in 1024 no unit at all.
     */
    public static int timeUnit(final long deviceId, final long eventId, final long eventTimeMs, final long metric)
    {
        final long share = (hash(deviceId, eventId, eventTimeMs, metric) >>> 32) % SHARES;
        return share >= NOT_A_NUMBER && share < NOT_A_NUMBER + BAD_UNIT ? NO_UNIT : MILLISECONDS;
    }

    /** Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014: the finalizer of SplitMix64. */
    private static long hash(final long deviceId, final long eventId, final long eventTimeMs, final long metric)
    {
        return mix(mix(mix(mix(deviceId) + eventId) + eventTimeMs) + metric);
    }

    private static long mix(final long seed)
    {
        long bits = seed + 0x9E3779B97F4A7C15L;
        bits = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
        return bits ^ bits >>> 31;
    }
}
