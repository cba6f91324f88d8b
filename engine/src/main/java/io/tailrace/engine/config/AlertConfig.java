package io.tailrace.engine.config;

import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One alert operator: an element of {@code alerts}.
 *
 * @param name unique among windows and alerts.
 * @param where which events it looks at.
 * @param above it is raised by a value above this; NaN: by {@code below}.
 * @param below it is raised by a value below this; NaN: by {@code above}.
 * @param clear it is cleared by a value below (with {@code above}) or above (with {@code below}) this; NaN: as soon
 *              as the condition does not hold.
 * @param forNs the condition must hold for so long in event time, ns; 0: at once.
 * @param priority 0 normal, 1 critical: the severity of its alerts.
 */
public record AlertConfig(
    String name, EventFilter where, double above, double below, double clear, long forNs, int priority)
{
    public AlertConfig
    {
        Objects.requireNonNull(where, "where");
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
            .name(name)
            .where(where)
            .above(above)
            .below(below)
            .clear(clear)
            .forNs(forNs)
            .priority(priority);
    }

    /** Collects the values of {@link AlertConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private String name;
        private EventFilter where = EventFilter.ALL;
        private double above = Double.NaN;
        private double below = Double.NaN;
        private double clear = Double.NaN;
        private long forNs;
        private int priority;

        private Builder()
        {
        }

        public Builder name(final String name)
        {
            this.name = name;
            return this;
        }

        public Builder where(final EventFilter where)
        {
            this.where = where;
            return this;
        }

        /** Changes its filter by the filter's builder. */
        Builder filter(final UnaryOperator<EventFilter.Builder> change)
        {
            this.where = change.apply(where.toBuilder()).build();
            return this;
        }

        public Builder above(final double above)
        {
            this.above = above;
            return this;
        }

        public Builder below(final double below)
        {
            this.below = below;
            return this;
        }

        public Builder clear(final double clear)
        {
            this.clear = clear;
            return this;
        }

        public Builder forNs(final long forNs)
        {
            this.forNs = forNs;
            return this;
        }

        public Builder priority(final int priority)
        {
            this.priority = priority;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public AlertConfig build()
        {
            return new AlertConfig(name, where, above, below, clear, forNs, priority);
        }
    }
}
