package io.tailrace.engine.config;

import java.util.Arrays;

/**
 * Which events an operator takes: section {@code where}. An event passes if all four conditions hold.
 *
 * @param metrics    ids of metrics, ascending and without repetition; empty: all. The record keeps and gives copies.
 * @param minValue   smallest value; negative infinity: none.
 * @param maxValue   greatest value; infinity: none.
 * @param maxQuality greatest quality code: 0 good, 1 good or uncertain, 2 also bad, {@link #ANY_QUALITY}.
 */
public record EventFilter(long[] metrics, double minValue, double maxValue, int maxQuality)
{
    /** Any quality code, also those that have no name. */
    public static final int ANY_QUALITY = 255;

    /** Every event passes. */
    public static final EventFilter ALL = builder().build();

    public EventFilter
    {
        metrics = Arrays.stream(metrics).sorted().distinct().toArray();
    }

    /** @return a builder of a filter that lets everything pass. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return a filter that lets events of the metrics pass, of any value and quality. */
    public static EventFilter ofMetrics(final long... metrics)
    {
        return builder().metrics(metrics).build();
    }

    /** @return a builder that holds the values of this record. */
    public Builder toBuilder()
    {
        return new Builder().metrics(metrics).minValue(minValue).maxValue(maxValue).maxQuality(maxQuality);
    }

    /** @return whether every event passes, so that nothing needs to be compared. */
    public boolean isAll()
    {
        return metrics.length == 0 && minValue == Double.NEGATIVE_INFINITY && maxValue == Double.POSITIVE_INFINITY &&
            maxQuality >= ANY_QUALITY;
    }

    /** @return a copy of the ids, ascending; empty: all metrics. */
    @Override
    public long[] metrics()
    {
        return metrics.clone();
    }

    @Override
    public boolean equals(final Object other)
    {
        return other instanceof EventFilter that && Arrays.equals(metrics, that.metrics) &&
            Double.compare(minValue, that.minValue) == 0 && Double.compare(maxValue, that.maxValue) == 0 &&
            maxQuality == that.maxQuality;
    }

    @Override
    public int hashCode()
    {
        return 31 * (31 * (31 * Arrays.hashCode(metrics) + Double.hashCode(minValue)) + Double.hashCode(maxValue)) +
            maxQuality;
    }

    @Override
    public String toString()
    {
        return "EventFilter[metrics=" + Arrays.toString(metrics) + ", minValue=" + minValue + ", maxValue=" + maxValue +
            ", maxQuality=" + maxQuality + "]";
    }

    /** Collects the values of {@link EventFilter}; what is not set has its documented default. */
    public static final class Builder
    {
        private long[] metrics = {};
        private double minValue = Double.NEGATIVE_INFINITY;
        private double maxValue = Double.POSITIVE_INFINITY;
        private int maxQuality = ANY_QUALITY;

        private Builder()
        {
        }

        public Builder metrics(final long... metrics)
        {
            this.metrics = metrics.clone();
            return this;
        }

        public Builder minValue(final double minValue)
        {
            this.minValue = minValue;
            return this;
        }

        public Builder maxValue(final double maxValue)
        {
            this.maxValue = maxValue;
            return this;
        }

        public Builder maxQuality(final int maxQuality)
        {
            this.maxQuality = maxQuality;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public EventFilter build()
        {
            return new EventFilter(metrics, minValue, maxValue, maxQuality);
        }
    }
}
