package io.tailrace.engine.config;

/**
 * Bounds of the engine: section {@code limits}.
 *
 * @param devices devices in total, from 1.
 * @param keys keys per operator, from 1.
 * @param ringSlots slots of the event ring, a power of two.
 * @param resultSlots slots of the results ring, a power of two, from 2.
 * @param keyTtlNs a device or key with nothing open may be evicted after so long, ns; {@link Long#MAX_VALUE}: never.
 */
public record LimitsConfig(
    int devices, int keys, int ringSlots, int resultSlots, long keyTtlNs)
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
            .devices(devices)
            .keys(keys)
            .ringSlots(ringSlots)
            .resultSlots(resultSlots)
            .keyTtlNs(keyTtlNs);
    }

    /** Collects the values of {@link LimitsConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private int devices = 100_000;
        private int keys = 100_000;
        private int ringSlots = 65_536;
        private int resultSlots = 65_536;
        private long keyTtlNs = 30 * 86_400_000_000_000L;

        private Builder()
        {
        }

        public Builder devices(final int devices)
        {
            this.devices = devices;
            return this;
        }

        public Builder keys(final int keys)
        {
            this.keys = keys;
            return this;
        }

        public Builder ringSlots(final int ringSlots)
        {
            this.ringSlots = ringSlots;
            return this;
        }

        public Builder resultSlots(final int resultSlots)
        {
            this.resultSlots = resultSlots;
            return this;
        }

        public Builder keyTtlNs(final long keyTtlNs)
        {
            this.keyTtlNs = keyTtlNs;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public LimitsConfig build()
        {
            return new LimitsConfig(devices, keys, ringSlots, resultSlots, keyTtlNs);
        }
    }
}
