package io.tailrace.archive;

/**
 * What a durable position survives. The level is the archive's file sync level.
 */
public enum Durability
{
    /**
     * Survives the death of the process: written to the page cache, left to the operating system to store.
     */
    PROCESS(0),

    /**
     * Survives the death of the machine: each block is forced to the device before its position counts as durable.
     */
    POWER(1);

    private final int fileSyncLevel;

    Durability(final int fileSyncLevel)
    {
        this.fileSyncLevel = fileSyncLevel;
    }

    /**
     * File sync level of recordings and catalogue: 0 never forces, 1 forces data with each block.
     *
     * @return the level, as Aeron Archive numbers it.
     */
    public int fileSyncLevel()
    {
        return fileSyncLevel;
    }
}
