package io.tailrace.engine.retention;

import java.util.function.LongSupplier;

/**
 * Which segment of a log may go next, and since when. The oldest one, if it ends at or before the floor and at least
 * one message is recorded behind it: the newest one is never purged, since it says where the log has come to. How old
 * its youngest message is, is told by the one that follows.
 * <p>
 * Threading: the retention thread.
 */
final class LogRetention
{
    /** As a time: the oldest segment may not go. */
    static final long KEPT = Long.MAX_VALUE;

    private final RetainedLog log;
    private final long maxAgeNs;
    private final LongSupplier floor;
    private final LogFollowers followers;
    private long timedPosition = -1;
    private long timeNs;

    /**
     * @param log      to be purged.
     * @param maxAgeNs above which a segment goes, {@link Long#MAX_VALUE}: never by age.
     * @param floor    gives the position from which on everything has to be kept.
     */
    LogRetention(final RetainedLog log, final long maxAgeNs, final LongSupplier floor)
    {
        this(log, maxAgeNs, floor, LogFollowers.none());
    }

    /**
     * @param log       to be purged.
     * @param maxAgeNs  above which a segment goes, {@link Long#MAX_VALUE}: never by age.
     * @param floor     gives the position from which on everything has to be kept.
     * @param followers are not overtaken by age.
     */
    LogRetention(
        final RetainedLog log, final long maxAgeNs, final LongSupplier floor, final LogFollowers followers)
    {
        this.followers = followers;
        this.log = log;
        this.maxAgeNs = maxAgeNs;
        this.floor = floor;
    }

    /** @return ingest time of the first message behind the oldest segment, epoch ns; or {@link #KEPT}. */
    long oldestEndTimeNs()
    {
        final long end = oldestEnd();
        if (end > floor.getAsLong() || end >= log.endPosition())
        {
            return KEPT;
        }
        if (end != timedPosition)
        {
            timeNs = log.timeAt(end);
            timedPosition = end;
        }
        return timeNs;
    }

    /** @return whether the oldest segment may go, all of it is older than the age, and no follower needs it. */
    boolean isExpired(final long nowNs)
    {
        final long endTimeNs = oldestEndTimeNs();
        return KEPT != endTimeNs && nowNs - endTimeNs > maxAgeNs && oldestEnd() <= followers.floor();
    }

    /**
     * Purges the oldest segment, after {@link #oldestEndTimeNs} has said that it may go.
     *
     * @return whether it is gone; false: somebody is reading it.
     */
    boolean purge()
    {
        return log.purgeBefore(oldestEnd());
    }

    /** Ends whatever reads the log, so that the oldest segment can be purged. */
    void cutOffReaders()
    {
        log.cutOffReaders();
    }

    /** @return names of the followers that were stopped, so that the oldest segment can be purged; empty: none. */
    String overtake()
    {
        return followers.overtake(oldestEnd());
    }

    /** @return bytes recorded and not purged. */
    long length()
    {
        return Math.max(0, log.endPosition() - log.startPosition());
    }

    private long oldestEnd()
    {
        final int segmentLength = log.segmentLength();
        return (log.startPosition() & -segmentLength) + segmentLength;
    }
}
