package io.tailrace.engine.config;

/**
 * How the roles of the engine are spread over threads: key {@code layout}.
 */
public enum Layout
{
    /** Two cores: driver and archive share a thread, ingress apart, one engine thread; back-off idling. */
    COMPACT,

    /** A thread per pair of roles, yielding. */
    BALANCED,

    /** A busy-spinning thread per role, each pinned to an isolated CPU if there are enough of them. */
    DEDICATED
}
