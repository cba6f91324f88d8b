package io.tailrace.engine.config;

/**
 * By what an event is recognised as seen before: key {@code dedup.by}.
 */
public enum DedupBy
{
    /** Not at all. */
    NONE,

    /** The ids of a device increase; a bitmap of the latest ids is kept per device. */
    SEQUENCE,

    /** Any 64-bit id, remembered for a time. */
    ID
}
