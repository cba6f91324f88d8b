package io.tailrace.engine.advice;

import java.math.BigDecimal;

/**
 * Durations as people read them: {@code 443d5h}, {@code 47m59.255s}, {@code 660ms}.
 */
final class DurationText
{
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MINUTE_NS = 60 * SECOND_NS;
    private static final long HOUR_NS = 60 * MINUTE_NS;
    private static final long DAY_NS = 24 * HOUR_NS;

    private DurationText()
    {
    }

    /** @return every nanosecond of a duration from 0. */
    static String exact(final long durationNs)
    {
        if (durationNs == 0)
        {
            return "0s";
        }
        if (durationNs < SECOND_NS)
        {
            return durationNs < 1_000 ? durationNs + "ns" :
                durationNs < 1_000_000 ? decimal(durationNs, 3) + "us" : decimal(durationNs, 6) + "ms";
        }
        return part(durationNs / DAY_NS, "d") + part(durationNs % DAY_NS / HOUR_NS, "h") +
            part(durationNs % HOUR_NS / MINUTE_NS, "m") +
            (durationNs % MINUTE_NS == 0 ? "" : decimal(durationNs % MINUTE_NS, 9) + "s");
    }

    /** @return a duration in three significant digits, rounded up, but no more than the greatest. */
    static String rounded(final long durationNs, final long greatestNs)
    {
        long digit = 1;
        while (durationNs / digit >= 1_000)
        {
            digit *= 10;
        }
        final long up = durationNs + Math.floorMod(-durationNs, digit);
        return exact(up < 0 ? greatestNs : Math.min(up, greatestNs));
    }

    private static String part(final long count, final String unit)
    {
        return count == 0 ? "" : count + unit;
    }

    private static String decimal(final long value, final int decimals)
    {
        return BigDecimal.valueOf(value, decimals).stripTrailingZeros().toPlainString();
    }
}
