package io.tailrace.engine.config;

import java.util.Objects;

/**
 * What is done when more comes in than is wanted: section {@code overload}.
 *
 * @param normalSlots slots of the ring that normal events may hold, from 1; a larger ring keeps the rest for
 *                    critical ones.
 * @param ratePerDevice events per second and device that are let through, 0: no limit.
 * @param then what happens to an event above the rate.
 * @param keepOneIn with {@link OverloadAction#SAMPLE}, one in so many is kept, from 1.
 */
public record OverloadConfig(
    int normalSlots, double ratePerDevice, OverloadAction then, int keepOneIn)
{
    public OverloadConfig
    {
        Objects.requireNonNull(then, "then");
    }

    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return a builder that holds the values of this record. */
    public Builder toBuilder()
    {
        return new Builder()
            .normalSlots(normalSlots)
            .ratePerDevice(ratePerDevice)
            .then(then)
            .keepOneIn(keepOneIn);
    }

    /** Collects the values of {@link OverloadConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private int normalSlots = 1024;
        private double ratePerDevice;
        private OverloadAction then = OverloadAction.REJECT;
        private int keepOneIn = 10;

        private Builder()
        {
        }

        public Builder normalSlots(final int normalSlots)
        {
            this.normalSlots = normalSlots;
            return this;
        }

        public Builder ratePerDevice(final double ratePerDevice)
        {
            this.ratePerDevice = ratePerDevice;
            return this;
        }

        public Builder then(final OverloadAction then)
        {
            this.then = then;
            return this;
        }

        public Builder keepOneIn(final int keepOneIn)
        {
            this.keepOneIn = keepOneIn;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public OverloadConfig build()
        {
            return new OverloadConfig(normalSlots, ratePerDevice, then, keepOneIn);
        }
    }
}
