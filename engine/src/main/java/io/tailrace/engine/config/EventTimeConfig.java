package io.tailrace.engine.config;

import java.util.Objects;

/**
 * How event time is read, judged and advanced: section {@code event-time}. Sums of its times must saturate.
 *
 * @param timeUnit unit of event times where neither reading nor source names one: 0 by magnitude, 1 s, 2 ms, 3 us, 4
 *                 ns.
 * @param outOfOrdernessNs how far the watermark stays behind the greatest event time, ns, from 0.
 * @param watermark whose event time closes windows.
 * @param idleAfterNs silence after which a source does not hold up the watermark, ns; {@link Long#MAX_VALUE}: never.
 * @param tickIntervalNs time between two journalled ticks, ns, from 1 ms.
 * @param earliestNs event times before it are rejected, epoch ns; {@link Long#MIN_VALUE}: none.
 * @param maxFutureNs event times further after the ingest time are rejected, ns; {@link Long#MAX_VALUE}: none.
 * @param maxAgeNs event times further before the ingest time are rejected, ns; {@link Long#MAX_VALUE}: none.
 * @param warnAgeNs event times further before the ingest time are counted, ns; {@link Long#MAX_VALUE}: none.
 * @param referenceClock whether there is an ingest time to judge against; with {@link ReferenceClock#NONE} the three
 *                       bounds above
 *                         are none.
 */
public record EventTimeConfig(
    int timeUnit, long outOfOrdernessNs, WatermarkKind watermark, long idleAfterNs, long tickIntervalNs,
    long earliestNs, long maxFutureNs, long maxAgeNs, long warnAgeNs, ReferenceClock referenceClock)
{
    /** No bound: of {@link #maxFutureNs()}, {@link #maxAgeNs()} and {@link #warnAgeNs()}. */
    public static final long NO_BOUND_NS = Long.MAX_VALUE;
    /** No lower bound: the value of {@link #earliestNs()} that never applies. */
    public static final long NO_EARLIEST_NS = Long.MIN_VALUE;

    static final long DEFAULT_EARLIEST_NS = 1_577_836_800_000_000_000L;
    static final long DEFAULT_MAX_FUTURE_NS = 60_000_000_000L;
    static final long DEFAULT_MAX_AGE_NS = 7 * 86_400_000_000_000L;
    static final long DEFAULT_WARN_AGE_NS = 3_600_000_000_000L;
    private static final long UNSET = Long.MIN_VALUE;

    public EventTimeConfig
    {
        Objects.requireNonNull(watermark, "watermark");
        Objects.requireNonNull(referenceClock, "referenceClock");
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
            .timeUnit(timeUnit)
            .outOfOrdernessNs(outOfOrdernessNs)
            .watermark(watermark)
            .idleAfterNs(idleAfterNs)
            .tickIntervalNs(tickIntervalNs)
            .earliestNs(earliestNs)
            .maxFutureNs(maxFutureNs)
            .maxAgeNs(maxAgeNs)
            .warnAgeNs(warnAgeNs)
            .referenceClock(referenceClock);
    }

    /** @return the same without a reference clock and without the bounds that need one, as historical data has it. */
    public EventTimeConfig withoutReferenceClock()
    {
        return toBuilder()
            .maxFutureNs(NO_BOUND_NS)
            .maxAgeNs(NO_BOUND_NS)
            .warnAgeNs(NO_BOUND_NS)
            .referenceClock(ReferenceClock.NONE)
            .build();
    }

    /** Collects the values of {@link EventTimeConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private int timeUnit;
        private long outOfOrdernessNs;
        private WatermarkKind watermark = WatermarkKind.GLOBAL;
        private long idleAfterNs = 30_000_000_000L;
        private long tickIntervalNs = 100_000_000L;
        private long earliestNs = DEFAULT_EARLIEST_NS;
        private long maxFutureNs = UNSET;
        private long maxAgeNs = UNSET;
        private long warnAgeNs = UNSET;
        private ReferenceClock referenceClock = ReferenceClock.INGEST;

        private Builder()
        {
        }

        public Builder timeUnit(final int timeUnit)
        {
            this.timeUnit = timeUnit;
            return this;
        }

        public Builder outOfOrdernessNs(final long outOfOrdernessNs)
        {
            this.outOfOrdernessNs = outOfOrdernessNs;
            return this;
        }

        public Builder watermark(final WatermarkKind watermark)
        {
            this.watermark = watermark;
            return this;
        }

        public Builder idleAfterNs(final long idleAfterNs)
        {
            this.idleAfterNs = idleAfterNs;
            return this;
        }

        public Builder tickIntervalNs(final long tickIntervalNs)
        {
            this.tickIntervalNs = tickIntervalNs;
            return this;
        }

        public Builder earliestNs(final long earliestNs)
        {
            this.earliestNs = earliestNs;
            return this;
        }

        public Builder maxFutureNs(final long maxFutureNs)
        {
            this.maxFutureNs = maxFutureNs;
            return this;
        }

        public Builder maxAgeNs(final long maxAgeNs)
        {
            this.maxAgeNs = maxAgeNs;
            return this;
        }

        public Builder warnAgeNs(final long warnAgeNs)
        {
            this.warnAgeNs = warnAgeNs;
            return this;
        }

        public Builder referenceClock(final ReferenceClock referenceClock)
        {
            this.referenceClock = referenceClock;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public EventTimeConfig build()
        {
            final boolean isJudged = referenceClock == ReferenceClock.INGEST;
            return new EventTimeConfig(
                timeUnit,
                outOfOrdernessNs,
                watermark,
                idleAfterNs,
                tickIntervalNs,
                earliestNs,
                maxFutureNs != UNSET ? maxFutureNs : isJudged ? DEFAULT_MAX_FUTURE_NS : NO_BOUND_NS,
                maxAgeNs != UNSET ? maxAgeNs : isJudged ? DEFAULT_MAX_AGE_NS : NO_BOUND_NS,
                warnAgeNs != UNSET ? warnAgeNs : isJudged ? DEFAULT_WARN_AGE_NS : NO_BOUND_NS,
                referenceClock);
        }
    }
}
