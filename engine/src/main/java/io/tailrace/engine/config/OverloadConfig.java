package io.tailrace.engine.config;

import java.util.List;
import java.util.Objects;

/**
 * What is done when more comes in than is wanted: section {@code overload}. Events of critical sources are never
 * shed, limited or deferred: all of this is about those of normal ones.
 *
 * @param normalSlots   slots of the ring that normal events may hold, from 1, where a source is critical.
 * @param ratePerDevice events per second and device that are let through, 0: no limit.
 * @param rate          events per second of all normal sources together that are let through, 0: no limit.
 * @param burstNs       how much of a rate may come at once, ns, from 1.
 * @param then          what happens to an event above a rate.
 * @param keepOneIn     with {@link OverloadAction#SAMPLE}, one in so many is kept, from 1.
 * @param backlogAfterNs with {@link WatermarkKind#DEVICE}, an event older than this when it comes is backlog, ns;
 *                      {@link Long#MAX_VALUE}: none is.
 * @param backlogShare  share of the {@linkplain #slotLimit slots of normal events} that backlog may hold, above 0, up
 *                      to 1.
 * @param backlogRate   events of backlog per second that are admitted, 0: no limit.
 */
public record OverloadConfig(
    int normalSlots, double ratePerDevice, double rate, long burstNs, OverloadAction then, int keepOneIn,
    long backlogAfterNs, double backlogShare, double backlogRate)
{
    /** Fewest slots of normal events beside critical ones: what a datagram on an Ethernet holds fits into half. */
    public static final int MIN_NORMAL_SLOTS = 64;

    public OverloadConfig
    {
        Objects.requireNonNull(then, "then");
    }

    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return whether an event of a normal source can be shed. */
    public boolean isLimiting()
    {
        return ratePerDevice > 0 || rate > 0;
    }

    /**
     * How many slots may be in use when a normal event comes in: {@code normal-slots} where a source is critical, else
     * all, since nothing waits behind normal events then.
     *
     * @param sources   of the configuration.
     * @param ringSlots of the ring.
     * @return slots, from 1 to {@code ringSlots}.
     */
    public int slotLimit(final List<SourceConfig> sources, final int ringSlots)
    {
        return sources.stream().anyMatch(SourceConfig::isCritical) ? Math.min(normalSlots, ringSlots) : ringSlots;
    }

    /**
     * Whether backlog is told from live events: where each device has its own time, which is judged against that of
     * ingress, and a source is normal.
     *
     * @param eventTime of the configuration.
     * @param sources   of the configuration.
     * @return whether it is.
     */
    public boolean isTellingBacklog(final EventTimeConfig eventTime, final List<SourceConfig> sources)
    {
        return backlogAfterNs != Long.MAX_VALUE &&
            eventTime.watermark() == WatermarkKind.DEVICE &&
            eventTime.referenceClock() == ReferenceClock.INGEST &&
            !sources.stream().allMatch(SourceConfig::isCritical);
    }

    /** @return a builder that holds the values of this record. */
    public Builder toBuilder()
    {
        return new Builder()
            .normalSlots(normalSlots)
            .ratePerDevice(ratePerDevice)
            .rate(rate)
            .burstNs(burstNs)
            .then(then)
            .keepOneIn(keepOneIn)
            .backlogAfterNs(backlogAfterNs)
            .backlogShare(backlogShare)
            .backlogRate(backlogRate);
    }

    /** Collects the values of {@link OverloadConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private int normalSlots = 1024;
        private double ratePerDevice;
        private double rate;
        private long burstNs = 1_000_000_000L;
        private OverloadAction then = OverloadAction.REJECT;
        private int keepOneIn = 10;
        private long backlogAfterNs = 60_000_000_000L;
        private double backlogShare = 0.5;
        private double backlogRate;

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

        public Builder rate(final double rate)
        {
            this.rate = rate;
            return this;
        }

        public Builder burstNs(final long burstNs)
        {
            this.burstNs = burstNs;
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

        public Builder backlogAfterNs(final long backlogAfterNs)
        {
            this.backlogAfterNs = backlogAfterNs;
            return this;
        }

        public Builder backlogShare(final double backlogShare)
        {
            this.backlogShare = backlogShare;
            return this;
        }

        public Builder backlogRate(final double backlogRate)
        {
            this.backlogRate = backlogRate;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public OverloadConfig build()
        {
            return new OverloadConfig(normalSlots, ratePerDevice, rate, burstNs, then, keepOneIn, backlogAfterNs,
                backlogShare, backlogRate);
        }
    }
}
