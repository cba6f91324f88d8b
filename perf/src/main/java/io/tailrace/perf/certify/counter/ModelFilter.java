package io.tailrace.perf.certify.counter;

import java.util.Set;

/**
 * What an operator lets through.
 *
 * @param metrics    metrics that pass; empty: all.
 * @param minValue   smallest value that passes; negative infinity: no bound.
 * @param maxValue   greatest value that passes; positive infinity: no bound.
 * @param maxQuality greatest quality code that passes; {@link #NO_QUALITY_BOUND}: no bound.
 */
record ModelFilter(Set<Long> metrics, double minValue, double maxValue, int maxQuality)
{
    /** Every quality code passes. */
    public static final int NO_QUALITY_BOUND = 255;

    /** Everything passes. */
    public static final ModelFilter ALL = new ModelFilter(
        Set.of(), Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, NO_QUALITY_BOUND);

    boolean isPassedBy(final ModelReading reading)
    {
        return (metrics.isEmpty() || metrics.contains(reading.metric())) &&
            reading.value() >= minValue &&
            reading.value() <= maxValue &&
            reading.quality() <= maxQuality;
    }
}
