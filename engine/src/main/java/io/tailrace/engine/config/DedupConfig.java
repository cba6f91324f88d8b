package io.tailrace.engine.config;

import java.util.Objects;

/**
 * How events that were seen before are recognised: section {@code dedup}.
 *
 * @param by by what.
 * @param windowIds with {@link DedupBy#SEQUENCE}, ids that the bitmap of a device spans, 64 to 1024 in steps of 64;
 *                  else 0.
 * @param ttlNs with {@link DedupBy#ID}, how long an id is remembered, ns of engine time; else 0.
 * @param maxIds with {@link DedupBy#ID}, ids remembered at most; else 0.
 */
public record DedupConfig(
    DedupBy by, int windowIds, long ttlNs, long maxIds)
{
    /** No event is recognised. */
    public static final DedupConfig NONE = new DedupConfig(DedupBy.NONE, 0, 0, 0);

    static final int DEFAULT_WINDOW_IDS = 256;
    static final long DEFAULT_TTL_NS = 3_600_000_000_000L;
    static final long DEFAULT_MAX_IDS = 1_000_000;
    private static final int UNSET = Integer.MIN_VALUE;

    public DedupConfig
    {
        Objects.requireNonNull(by, "by");
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
            .by(by)
            .windowIds(windowIds)
            .ttlNs(ttlNs)
            .maxIds(maxIds);
    }

    /** Collects the values of {@link DedupConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private DedupBy by = DedupBy.NONE;
        private int windowIds = UNSET;
        private long ttlNs = UNSET;
        private long maxIds = UNSET;

        private Builder()
        {
        }

        public Builder by(final DedupBy by)
        {
            this.by = by;
            return this;
        }

        public Builder windowIds(final int windowIds)
        {
            this.windowIds = windowIds;
            return this;
        }

        public Builder ttlNs(final long ttlNs)
        {
            this.ttlNs = ttlNs;
            return this;
        }

        public Builder maxIds(final long maxIds)
        {
            this.maxIds = maxIds;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public DedupConfig build()
        {
            final boolean isSequence = by == DedupBy.SEQUENCE;
            final boolean isId = by == DedupBy.ID;
            return new DedupConfig(
                by,
                windowIds != UNSET ? windowIds : isSequence ? DEFAULT_WINDOW_IDS : 0,
                ttlNs != UNSET ? ttlNs : isId ? DEFAULT_TTL_NS : 0,
                maxIds != UNSET ? maxIds : isId ? DEFAULT_MAX_IDS : 0);
        }
    }
}
