package io.tailrace.engine.queue;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A queue that is seen from outside, by how much has entered and left: its times are as exact as the looks are
 * frequent.
 * <p>
 * Threading: {@link #look} by one thread; {@link #watched} may be read by any.
 */
public final class SampledQueue
{
    private final LongSupplier entered;
    private final LongSupplier left;
    private final QueueMeter meter = new QueueMeter();
    private final AtomicLong depth = new AtomicLong();
    private final WatchedQueue watched;

    /**
     * @param name     in output.
     * @param entered  how much has entered so far; asked first.
     * @param left     how much of it has left.
     * @param capacity how much may wait, or {@link WatchedQueue#UNBOUNDED}.
     */
    public SampledQueue(final String name, final LongSupplier entered, final LongSupplier left, final long capacity)
    {
        this.entered = entered;
        this.left = left;
        watched = new WatchedQueue(name, depth::get, () -> capacity, meter);
    }

    /** Looks at both. */
    public void look(final long nowNs)
    {
        final long end = entered.getAsLong();
        final long gone = left.getAsLong();
        depth.lazySet(Math.max(0, end - gone));
        meter.onLeft(gone, nowNs);
        if (end > gone)
        {
            meter.onEntered(end, nowNs);
        }
    }

    /** @return the queue as of the last look. */
    public WatchedQueue watched()
    {
        return watched;
    }
}
