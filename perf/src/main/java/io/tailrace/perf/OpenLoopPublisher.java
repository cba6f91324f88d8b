package io.tailrace.perf;

import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Publishes events as a schedule has them due, in claims of at most {@link ReferenceJob#CLAIM}. After a stall, its own
 * or the engine's, it sends what has become due as fast as it is taken; the schedule stays where it is, and every event
 * that was sent late counts as late.
 * <p>
 * Threading: one thread, role {@code publisher}; {@link #published} may be called by any, the rest once that thread has
 * ended. Hot path: allocation-free; two clock readings per claim.
 */
final class OpenLoopPublisher implements Agent
{
    /**
     * Who is held up in the last instant of the schedule has kept its rate if this is enough to make up for it; who
     * is behind since he cannot keep it is further behind. What came late counts as late in either case.
     */
    static final long GRACE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long NOT_OVER = -1;

    private final ArrivalSchedule schedule;
    private final ReferenceWorkload workload;
    private final EventSink sink;
    private final NanoClock clock;
    private final long warmupCount;
    private final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
        ReferenceJob.CLAIM * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final Histogram lateness = LatencyTable.newHistogram();
    private final PublishedCounts counts;

    private volatile long published;
    private long publishedAtEnd = NOT_OVER;
    private long backPressured;

    /**
     * @param schedule    when events are due, on the publisher's clock.
     * @param workload    the events.
     * @param sink        where they go.
     * @param clock       what time it is.
     * @param warmupCount the first events, whose lateness is not recorded.
     */
    OpenLoopPublisher(
        final ArrivalSchedule schedule,
        final ReferenceWorkload workload,
        final EventSink sink,
        final NanoClock clock,
        final long warmupCount)
    {
        this.schedule = schedule;
        this.workload = workload;
        this.sink = sink;
        this.clock = clock;
        this.warmupCount = warmupCount;
        counts = new PublishedCounts(schedule.intendedNs(warmupCount));
    }

    @Override
    public String roleName()
    {
        return "publisher";
    }

    @Override
    public int doWork()
    {
        final long nowNs = clock.nanoTime();
        final long first = published;
        counts.onPublished(nowNs, first);
        if (publishedAtEnd == NOT_OVER && nowNs - schedule.endNs() >= GRACE_NS)
        {
            publishedAtEnd = first;
        }
        final int count = (int)Math.min(schedule.dueCount(nowNs) - first, ReferenceJob.CLAIM);
        if (count <= 0)
        {
            return 0;
        }
        workload.encode(buffer, 0, first, count);
        final int taken = sink.offer(buffer, 0, count);
        if (taken == Publisher.BACK_PRESSURED)
        {
            backPressured++;
            return 0;
        }
        if (taken != count)
        {
            throw new AgentTerminationException("the engine takes no more events: " + taken);
        }
        recordLateness(first, count, clock.nanoTime());
        published = first + count;
        return count;
    }

    /** @return whether the whole schedule has been published. */
    boolean isDone()
    {
        return published == schedule.count();
    }

    /** @return how many events have been published. */
    long published()
    {
        return published;
    }

    /** @return what is to be said of the run. */
    PublisherReport report()
    {
        // Done before it was over, it was not seen to be over.
        final long inTime = publishedAtEnd == NOT_OVER ? published : publishedAtEnd;
        return new PublisherReport(
            schedule.count(), published, inTime, backPressured, lateness, counts.perInterval());
    }

    private void recordLateness(final long first, final int count, final long sentNs)
    {
        for (long index = Math.max(first, warmupCount); index < first + count; index++)
        {
            lateness.recordValue(LatencyTable.clamp(sentNs - schedule.intendedNs(index)));
        }
    }
}
