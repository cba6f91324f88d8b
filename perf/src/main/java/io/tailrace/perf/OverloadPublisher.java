package io.tailrace.perf;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Offers events as a schedule has them due, whether the engine takes them or not: what is refused stays here, and is
 * offered again. A schedule that asks for more than is taken leaves the rest here when it is over.
 * <p>
 * Threading: one thread, role {@code publisher}; read once that thread has ended. Hot path: allocation-free; one clock
 * reading per claim.
 */
final class OverloadPublisher implements Agent
{
    private final ArrivalSchedule schedule;
    private final ReferenceWorkload workload;
    private final long firstIndex;
    private final EventSink sink;
    private final NanoClock clock;
    private final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
        ReferenceJob.CLAIM * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private final PublishedCounts counts;
    private long offered;
    private long admitted;
    private long refusals;

    /**
     * @param schedule   when events are due, on the publisher's clock.
     * @param workload   the events.
     * @param firstIndex of the events.
     * @param sink       where they go.
     * @param clock      what time it is.
     */
    OverloadPublisher(
        final ArrivalSchedule schedule,
        final ReferenceWorkload workload,
        final long firstIndex,
        final EventSink sink,
        final NanoClock clock)
    {
        this.schedule = schedule;
        this.workload = workload;
        this.firstIndex = firstIndex;
        this.sink = sink;
        this.clock = clock;
        counts = new PublishedCounts(schedule.startNs());
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
        counts.onPublished(nowNs, admitted);
        final int count = (int)Math.min(schedule.dueCount(nowNs) - offered, ReferenceJob.CLAIM);
        if (count <= 0)
        {
            return 0;
        }
        workload.encode(buffer, 0, firstIndex + offered, count);
        final int taken = sink.offer(buffer, 0, count);
        if (taken == Publisher.BACK_PRESSURED)
        {
            refusals++;
            return 0;
        }
        if (taken < 0)
        {
            throw new AgentTerminationException("the engine takes no more events: " + taken);
        }
        offered += count;
        admitted += taken;
        return count;
    }

    /** @return events of the schedule. */
    long due()
    {
        return schedule.count();
    }

    /** @return events that were taken, shed ones included. */
    long offered()
    {
        return offered;
    }

    /** @return events that go to the journal. */
    long admitted()
    {
        return admitted;
    }

    /** @return how often nothing was taken. */
    long refusals()
    {
        return refusals;
    }

    /** @return admitted, over time. */
    PublishedCounts counts()
    {
        return counts;
    }
}
