package io.tailrace.engine.config;

/**
 * How long recordings are kept: section {@code retention}.
 *
 * @param journalNs age after which a journal segment may be purged, ns; {@link Long#MAX_VALUE}: never.
 * @param resultsNs age after which a segment of a results log may be purged, ns; {@link Long#MAX_VALUE}: never.
 * @param diskBudget bytes of disk at which ingress stops, {@link Long#MAX_VALUE}: none.
 */
public record RetentionConfig(
    long journalNs, long resultsNs, long diskBudget)
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
            .journalNs(journalNs)
            .resultsNs(resultsNs)
            .diskBudget(diskBudget);
    }

    /** Collects the values of {@link RetentionConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private long journalNs = 7 * 86_400_000_000_000L;
        private long resultsNs = 7 * 86_400_000_000_000L;
        private long diskBudget = 50_000_000_000L;

        private Builder()
        {
        }

        public Builder journalNs(final long journalNs)
        {
            this.journalNs = journalNs;
            return this;
        }

        public Builder resultsNs(final long resultsNs)
        {
            this.resultsNs = resultsNs;
            return this;
        }

        public Builder diskBudget(final long diskBudget)
        {
            this.diskBudget = diskBudget;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public RetentionConfig build()
        {
            return new RetentionConfig(journalNs, resultsNs, diskBudget);
        }
    }
}
