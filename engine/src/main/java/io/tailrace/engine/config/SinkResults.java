package io.tailrace.engine.config;

/** What a sink may be asked to take. */
public enum SinkResults
{
    /** Firings of windows. */
    WINDOWS,
    /** Readings too late for every window of an operator. */
    LATE,
    /** Invalid readings. */
    REJECTED,
    /** Readings seen before. */
    DUPLICATES,
    /** Alerts raised and cleared. */
    ALERTS
}
