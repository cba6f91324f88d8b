package io.tailrace.engine.queue;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A queue as monitoring shows it.
 * <p>
 * Its high-water mark is what its owner has told its meter, or what was seen when it was looked at, if that is more.
 * <p>
 * Threading: {@link #look} by the monitor's thread, all else by any.
 */
public final class WatchedQueue
{
    /** As a capacity: there is no bound of its own, since what waits is on disk. */
    public static final long UNBOUNDED = -1;

    private final String name;
    private final LongSupplier depth;
    private final LongSupplier capacity;
    private final QueueMeter meter;
    private final AtomicLong seenHighWater = new AtomicLong();

    /**
     * @param name     in output.
     * @param depth    how much waits now; asked by any thread.
     * @param capacity how much may wait, or {@link #UNBOUNDED}; asked by any thread.
     * @param meter    kept by the owner; null: nobody can tell how long something waits.
     */
    public WatchedQueue(
        final String name, final LongSupplier depth, final LongSupplier capacity, final QueueMeter meter)
    {
        this.name = name;
        this.depth = depth;
        this.capacity = capacity;
        this.meter = meter;
    }

    /** Notes the depth that it has now. */
    public void look()
    {
        final long now = depth();
        if (now > seenHighWater.getPlain())
        {
            seenHighWater.lazySet(now);
        }
    }

    /** @return the name in output. */
    public String name()
    {
        return name;
    }

    /** @return how much waits now. */
    public long depth()
    {
        return depth.getAsLong();
    }

    /** @return how much may wait, or {@link #UNBOUNDED}. */
    public long capacity()
    {
        return capacity.getAsLong();
    }

    /** @return the greatest depth since the start. */
    public long highWater()
    {
        return Math.max(seenHighWater.get(), null == meter ? 0 : meter.highWater());
    }

    /** @return whether it is known how long something waits. */
    public boolean hasDwell()
    {
        return null != meter;
    }

    /** @return what was measured of how long something waits; null: nothing is. */
    public QueueMeter meter()
    {
        return meter;
    }
}
