package io.tailrace.engine.queue;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The high-water mark of a queue, and how long things stay in it.
 * <p>
 * Who has no time of entry beside what leaves follows one thing at a time: {@link #onEntered} takes the newest one if
 * none is followed, {@link #onLeft} ends that. So the dwell time is sampled, as often as the queue lets one through,
 * and exact to a duty cycle of either side.
 * <p>
 * Threading: {@link #onEntered} belongs to the thread that puts in, all else that begins with {@code on} to the one
 * that takes out; they may be the same. The rest may be called by any. Hot path: allocation-free, no clock.
 */
public final class QueueMeter
{
    private final AtomicLong highWater = new AtomicLong();
    private final AtomicLong dwells = new AtomicLong();
    private final AtomicLong dwellSumNs = new AtomicLong();
    private final AtomicLong lastDwellNs = new AtomicLong();
    private final AtomicLong maxDwellNs = new AtomicLong();

    /** What is followed: up to where the queue was filled, and when. One is followed while this differs from left. */
    private final AtomicLong followed = new AtomicLong();
    private final AtomicLong followedNs = new AtomicLong();
    private final AtomicLong left = new AtomicLong();

    /** The queue has this depth now; to be told whenever it is about to fall, or has risen. */
    public void onDepth(final long depth)
    {
        if (depth > highWater.getPlain())
        {
            highWater.lazySet(depth);
        }
    }

    /** Something leaves that has been in the queue for so long; a negative time is none. */
    public void onDwell(final long ns)
    {
        final long dwellNs = Math.max(0, ns);
        dwells.lazySet(dwells.getPlain() + 1);
        dwellSumNs.lazySet(dwellSumNs.getPlain() + dwellNs);
        lastDwellNs.lazySet(dwellNs);
        if (dwellNs > maxDwellNs.getPlain())
        {
            maxDwellNs.lazySet(dwellNs);
        }
    }

    /**
     * Something has entered.
     *
     * @param end   how much has entered so far, greater than 0; never decreases.
     * @param nowNs when.
     */
    public void onEntered(final long end, final long nowNs)
    {
        // Who takes out has read the time of the one before when it says that it has left.
        if (followed.getPlain() == left.getAcquire())
        {
            followedNs.lazySet(nowNs);
            followed.setRelease(end);
        }
    }

    /**
     * Something leaves; before the room that it leaves is shown to who puts in.
     *
     * @param end   how much has left so far, in the measure of {@link #onEntered}.
     * @param nowNs when.
     */
    public void onLeft(final long end, final long nowNs)
    {
        final long mark = followed.getAcquire();
        if (mark != left.getPlain() && end >= mark)
        {
            onDwell(nowNs - followedNs.getPlain());
            left.setRelease(mark);
        }
    }

    /** @return whether something is followed that has not left yet. */
    public boolean isFollowing()
    {
        return followed.getAcquire() != left.getAcquire();
    }

    /** @return the greatest depth that was told. */
    public long highWater()
    {
        return highWater.get();
    }

    /** @return how many dwell times were measured. */
    public long dwells()
    {
        return dwells.get();
    }

    /** @return their sum, ns. */
    public long dwellSumNs()
    {
        return dwellSumNs.get();
    }

    /** @return the greatest, ns. */
    public long maxDwellNs()
    {
        return maxDwellNs.get();
    }

    /**
     * The newest dwell time, or how long what is followed has been there if that is more: a queue that stands still
     * shows it.
     *
     * @param nowNs by the clock of {@link #onEntered}.
     * @return ns; 0: nothing has left yet, and nothing is followed.
     */
    public long dwellNs(final long nowNs)
    {
        final long waitedNs = isFollowing() ? nowNs - followedNs.get() : 0;
        return Math.max(lastDwellNs.get(), waitedNs);
    }
}
