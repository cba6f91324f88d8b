package io.tailrace.perf;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ingress.Publisher;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Publishes events as fast as they are taken, in claims of {@link ReferenceJob#CLAIM}: a closed loop, for throughput
 * alone.
 * <p>
 * Threading: the calling thread.
 */
final class SaturatingPublisher
{
    private final EventEncoder events;
    private final EventSink sink;
    private final RunErrors errors;
    private final UnsafeBuffer claim = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
        ReferenceJob.CLAIM * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    // Who finds the ring full must get out of the engine's way.
    private final IdleStrategy idle = new BackoffIdleStrategy(10, 5, 1_000, 100_000);
    private PublishedCounts counts = new PublishedCounts(0);
    private long backPressured;

    SaturatingPublisher(final EventEncoder events, final EventSink sink, final RunErrors errors)
    {
        this.events = events;
        this.sink = sink;
        this.errors = errors;
    }

    /**
     * Publishes until the time is over or all is published, or there is an error.
     *
     * @param firstIndex of the events.
     * @param count      of the events at most.
     * @param publishNs  how long at most.
     * @return how many were published.
     */
    long publish(final long firstIndex, final long count, final long publishNs)
    {
        final long startNs = System.nanoTime();
        long published = 0;
        counts = new PublishedCounts(startNs);
        for (long nowNs = startNs;
            published < count && nowNs - startNs < publishNs && !errors.hasError();
            nowNs = System.nanoTime())
        {
            counts.onPublished(nowNs, published);
            final int length = (int)Math.min(ReferenceJob.CLAIM, count - published);
            events.encode(claim, 0, firstIndex + published, length);
            int taken = sink.offer(claim, 0, length);
            while (taken == Publisher.BACK_PRESSURED && !errors.hasError())
            {
                backPressured++;
                idle.idle();
                taken = sink.offer(claim, 0, length);
            }
            idle.reset();
            if (taken != length)
            {
                break;
            }
            published += taken;
        }
        return published;
    }

    /** @return over time, of the last call. */
    PublishedCounts counts()
    {
        return counts;
    }

    /** @return how often the engine was not ready. */
    long backPressured()
    {
        return backPressured;
    }
}
