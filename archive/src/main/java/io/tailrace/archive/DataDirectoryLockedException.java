package io.tailrace.archive;

import java.nio.file.Path;

/**
 * The data directory belongs to another engine, in this or in another process.
 */
public final class DataDirectoryLockedException extends RuntimeException
{
    /**
     * Owner is alive but has not written its process id.
     */
    public static final long UNKNOWN_PID = -1;

    private static final long serialVersionUID = 1L;

    private final String dir;
    private final long pid;

    /**
     * Names the directory and its owner.
     *
     * @param dir that is locked.
     * @param pid process id of the owner, or {@link #UNKNOWN_PID}.
     */
    public DataDirectoryLockedException(final Path dir, final long pid)
    {
        super("data directory " + dir + " is in use" + (UNKNOWN_PID == pid ? "" : " by process " + pid));
        this.dir = dir.toString();
        this.pid = pid;
    }

    /**
     * The directory that is locked.
     *
     * @return its path.
     */
    public Path dir()
    {
        return Path.of(dir);
    }

    /**
     * Process id of the owner.
     *
     * @return the process id, or {@link #UNKNOWN_PID}.
     */
    public long pid()
    {
        return pid;
    }
}
