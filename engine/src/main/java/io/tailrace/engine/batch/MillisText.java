package io.tailrace.engine.batch;

import java.math.BigDecimal;

/**
 * Times in nanoseconds as text in milliseconds: an integer where it is one, else with as many decimals as it needs.
 */
final class MillisText
{
    private static final int NANO_DIGITS = 6;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private MillisText()
    {
    }

    static String of(final long timeNs)
    {
        return timeNs % NANOS_PER_MILLI == 0 ?
            Long.toString(timeNs / NANOS_PER_MILLI) :
            BigDecimal.valueOf(timeNs, NANO_DIGITS).stripTrailingZeros().toPlainString();
    }
}
