package io.tailrace.engine.advice;

import org.HdrHistogram.Histogram;

/**
 * Durations from 0, in three significant digits; the greatest is kept exactly.
 * <p>
 * Memory: half a mebibyte at most, as the range of values asks for it.
 */
final class DurationHistogram
{
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final long GREATEST_NS = Long.MAX_VALUE / 2;

    private final Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
    private long positive;
    private long maxNs;

    void record(final long durationNs)
    {
        histogram.recordValue(Math.min(durationNs, GREATEST_NS));
        positive += durationNs > 0 ? 1 : 0;
        maxNs = Math.max(maxNs, durationNs);
    }

    /** @return what was recorded; all 0 if nothing was. */
    Disorder disorder()
    {
        return new Disorder(
            histogram.getTotalCount(), positive, percentile(50), percentile(99), percentile(99.9), maxNs);
    }

    private long percentile(final double percent)
    {
        return Math.min(histogram.getValueAtPercentile(percent), maxNs);
    }
}
