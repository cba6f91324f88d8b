package io.tailrace.engine.retention;

/**
 * Which level a usage of the disk means.
 *
 * @param budget  bytes that the data directory may use, {@link Long#MAX_VALUE}: as the file system has room.
 * @param reserve bytes that must fit when ingress stops: what is still on its way then.
 */
record DiskBudget(long budget, long reserve)
{
    /** With less room than so many reserves, in the budget or on the file system, the level is critical. */
    static final int CRITICAL_RESERVES = 2;

    private static final int PERCENT = 100;
    private static final int MARGIN_PERCENT = 2;
    private static final int MARGIN_DIVISOR = 4;

    /**
     * The level now. It rises at once, and falls when there is a margin: of two percent of the budget, which is more
     * than one purge gives, and a quarter of the reserve.
     *
     * @param used     bytes of the data directory.
     * @param free     bytes that the file system still gives.
     * @param ahead    bytes that are kept for the next checkpoint.
     * @param previous the level until now.
     */
    DiskLevel level(final long used, final long free, final long ahead, final DiskLevel previous)
    {
        final long room = room(used, free) - ahead;
        final DiskLevel level = levelOf(used, room);
        if (level.compareTo(previous) >= 0)
        {
            return level;
        }
        final DiskLevel withMargin = levelOf(used + budget / PERCENT * MARGIN_PERCENT, room - reserve / MARGIN_DIVISOR);
        return withMargin.compareTo(previous) < 0 ? withMargin : previous;
    }

    /**
     * Whether to purge by size: without a margin, so that it ends where there is room, and does not go on until the
     * alarm is over.
     *
     * @param used  bytes of the data directory.
     * @param free  bytes that the file system still gives.
     * @param ahead bytes that are kept for the next checkpoint.
     */
    boolean isPressed(final long used, final long free, final long ahead)
    {
        return levelOf(used, room(used, free) - ahead).compareTo(DiskLevel.HIGH) >= 0;
    }

    /** @return bytes that can still be written, without the reserve. */
    long room(final long used, final long free)
    {
        return Math.min(budget - used, free);
    }

    private DiskLevel levelOf(final long used, final long room)
    {
        if (room < reserve)
        {
            return DiskLevel.FULL;
        }
        if (room < CRITICAL_RESERVES * reserve || used >= share(DiskLevel.CRITICAL))
        {
            return DiskLevel.CRITICAL;
        }
        if (used >= share(DiskLevel.HIGH))
        {
            return DiskLevel.HIGH;
        }
        return used >= share(DiskLevel.RAISED) ? DiskLevel.RAISED : DiskLevel.NORMAL;
    }

    private long share(final DiskLevel level)
    {
        return budget / PERCENT * level.percent();
    }
}
