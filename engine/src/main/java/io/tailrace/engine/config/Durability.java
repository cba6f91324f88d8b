package io.tailrace.engine.config;

/**
 * What a journalled event survives: key {@code durability}.
 */
public enum Durability
{
    /** The death of the process; bytes may still be in the page cache. */
    PROCESS,

    /** The death of the machine; bytes are synchronised to the disk. */
    POWER
}
