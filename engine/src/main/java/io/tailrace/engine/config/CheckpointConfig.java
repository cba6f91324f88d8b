package io.tailrace.engine.config;

/**
 * When checkpoints are taken and how many are kept: section {@code checkpoint}.
 *
 * @param intervalNs time between two checkpoints, ns, 1 s to 15 min.
 * @param retain complete checkpoints that are kept, from 1.
 * @param incremental whether only changed blocks are written between two full ones.
 */
public record CheckpointConfig(
    long intervalNs, int retain, boolean incremental)
{

    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return a builder that holds the values of this record. */
    public Builder toBuilder()
    {
        return new Builder()
            .intervalNs(intervalNs)
            .retain(retain)
            .incremental(incremental);
    }

    /** Collects the values of {@link CheckpointConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private long intervalNs = 10_000_000_000L;
        private int retain = 3;
        private boolean incremental = true;

        private Builder()
        {
        }

        public Builder intervalNs(final long intervalNs)
        {
            this.intervalNs = intervalNs;
            return this;
        }

        public Builder retain(final int retain)
        {
            this.retain = retain;
            return this;
        }

        public Builder incremental(final boolean incremental)
        {
            this.incremental = incremental;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public CheckpointConfig build()
        {
            return new CheckpointConfig(intervalNs, retain, incremental);
        }
    }
}
