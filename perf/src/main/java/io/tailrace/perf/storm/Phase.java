package io.tailrace.perf.storm;

import java.util.Locale;

/** Parts of a run, in their order. */
public enum Phase
{
    /** Live and critical source, and a rehearsal of the backlog; nothing is recorded. */
    WARMUP,
    /** Live and critical source alone. */
    QUIET,
    /** Until all of the backlog is acknowledged. */
    STORM,
    /** As before the storm. */
    AFTER;

    @Override
    public String toString()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
