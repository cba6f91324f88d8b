package io.tailrace.archive;

import java.nio.file.Path;

/**
 * Exclusive owner of a data directory.
 */
public final class DataDirectory implements AutoCloseable
{
    private DataDirectory()
    {
    }

    /** Takes the lock. */
    public static DataDirectory acquire(final Path dir)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Is the directory owned by anybody? */
    public static boolean isLocked(final Path dir)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Aeron directory of the engine that owns or last owned the data directory. */
    public static String recordedAeronDirectoryName(final Path dir)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public Path dir()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public Path archiveDir()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public String aeronDirectoryName()
    {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close()
    {
        throw new UnsupportedOperationException("not yet");
    }
}
