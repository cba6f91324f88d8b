package io.tailrace.engine.config;

/**
 * What is known of the measured process, for advice about windows: section {@code windows[].physics}.
 *
 * @param anomalyDurationNs how long the anomaly lasts that the window shall show, ns; 0: not declared.
 * @param fastestPeriodNs period of the fastest phenomenon of interest, ns; 0: not declared.
 * @param sampleRatePerSecond readings per second of one device and metric; 0: not declared.
 * @param cycleNs period of the machine's working cycle, ns; 0: not declared.
 */
public record PhysicsConfig(
    long anomalyDurationNs, long fastestPeriodNs, double sampleRatePerSecond, long cycleNs)
{
    /** Nothing is declared. */
    public static final PhysicsConfig NONE = new PhysicsConfig(0, 0, 0, 0);

    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return a builder that holds the values of this record. */
    public Builder toBuilder()
    {
        return new Builder()
            .anomalyDurationNs(anomalyDurationNs)
            .fastestPeriodNs(fastestPeriodNs)
            .sampleRatePerSecond(sampleRatePerSecond)
            .cycleNs(cycleNs);
    }

    /** Collects the values of {@link PhysicsConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private long anomalyDurationNs;
        private long fastestPeriodNs;
        private double sampleRatePerSecond;
        private long cycleNs;

        private Builder()
        {
        }

        public Builder anomalyDurationNs(final long anomalyDurationNs)
        {
            this.anomalyDurationNs = anomalyDurationNs;
            return this;
        }

        public Builder fastestPeriodNs(final long fastestPeriodNs)
        {
            this.fastestPeriodNs = fastestPeriodNs;
            return this;
        }

        public Builder sampleRatePerSecond(final double sampleRatePerSecond)
        {
            this.sampleRatePerSecond = sampleRatePerSecond;
            return this;
        }

        public Builder cycleNs(final long cycleNs)
        {
            this.cycleNs = cycleNs;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public PhysicsConfig build()
        {
            return new PhysicsConfig(anomalyDurationNs, fastestPeriodNs, sampleRatePerSecond, cycleNs);
        }
    }
}
