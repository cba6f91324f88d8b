package io.tailrace.perf.profile;

import java.util.Locale;

/** What makes the profiler take a sample, besides allocation, which is always sampled. */
public enum ProfilerEvent
{
    /** CPU time by perf_events, which see the kernel too; where they are not permitted, as {@link #CTIMER}. */
    CPU,
    /** CPU time by a timer for each thread. */
    CTIMER,
    /** CPU time by one timer for the process, whose signal any running thread takes. */
    ITIMER,
    /** Time of the clock, whether a thread runs or waits. */
    WALL,
    /** Nothing: allocation alone. */
    ALLOC;

    /** @return name of the files of this event's samples: those of CPU time have the same. */
    public String fileName()
    {
        return WALL == this ? "wall" : "cpu";
    }

    /** @return the name as options have it. */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
