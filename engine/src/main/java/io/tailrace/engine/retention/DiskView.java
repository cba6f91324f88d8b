package io.tailrace.engine.retention;

/**
 * What retention shows of itself. May be asked by any thread at any time.
 */
public final class DiskView
{
    private final long budget;
    private volatile DiskLevel level = DiskLevel.NORMAL;
    private volatile long used;
    private volatile long free = Long.MAX_VALUE;
    private volatile long purgedSegments;
    private volatile long blockedPurges;

    /** @param budget bytes that the data directory may use, {@link Long#MAX_VALUE}: no budget. */
    public DiskView(final long budget)
    {
        this.budget = budget;
    }

    /** @return bytes that the data directory may use, {@link Long#MAX_VALUE}: no budget. */
    public long budget()
    {
        return budget;
    }

    /** @return bytes of the data directory at the last look: what was recorded and not purged, and all other files. */
    public long used()
    {
        return used;
    }

    /** @return bytes that the file system still gave at the last look. */
    public long free()
    {
        return free;
    }

    /** @return how full budget or file system are. */
    public DiskLevel level()
    {
        return level;
    }

    /** @return whether ingress is stopped because there is no room. */
    public boolean isIngressStopped()
    {
        return DiskLevel.FULL == level;
    }

    /** @return segments purged in this run. */
    public long purgedSegments()
    {
        return purgedSegments;
    }

    /** @return how often in this run a segment was to be purged that somebody was reading. */
    public long blockedPurges()
    {
        return blockedPurges;
    }

    /** @return the numbers in words. */
    public String describe()
    {
        return "the data directory uses " + megabytes(used) + " MB of " +
            (Long.MAX_VALUE == budget ? "no budget" : "retention.disk-budget " + megabytes(budget) + " MB") +
            ", and its file system has " + megabytes(free) + " MB free";
    }

    void onMeasured(final long usedBytes, final long freeBytes)
    {
        used = usedBytes;
        free = freeBytes;
    }

    /** Sets the level; by the retention thread. */
    public void level(final DiskLevel newLevel)
    {
        level = newLevel;
    }

    void onPurged()
    {
        purgedSegments = purgedSegments + 1;
    }

    void onPurgeBlocked()
    {
        blockedPurges = blockedPurges + 1;
    }

    private static String megabytes(final long bytes)
    {
        final long tenths = bytes / 100_000;
        return tenths / 10 + "." + tenths % 10;
    }
}
