package io.tailrace.perf;

import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingIdleStrategy;

/**
 * Sends from a thread of this process, into whatever takes events.
 * <p>
 * Threading: one thread calls; another publishes.
 */
final class EmbeddedSender implements LoadSender
{
    /** How long a publisher parks when nothing is due: it shares two cores with the engine. */
    static final long PARK_NS = 1_000;

    private final ReferenceWorkload workload;
    private final long windowNs;
    private final EventSink sink;
    private final RunErrors errors;
    private OpenLoopPublisher publisher;
    private AgentRunner runner;

    /**
     * @param workload the events.
     * @param windowNs size of the windows.
     * @param sink     where they go.
     * @param errors   of the publishing thread.
     */
    EmbeddedSender(
        final ReferenceWorkload workload, final long windowNs, final EventSink sink, final RunErrors errors)
    {
        this.workload = workload;
        this.windowNs = windowNs;
        this.sink = sink;
        this.errors = errors;
    }

    @Override
    public void start(final ArrivalSchedule schedule, final long warmupCount)
    {
        publisher = new OpenLoopPublisher(schedule, workload, sink, System::nanoTime, warmupCount);
        runner = new AgentRunner(new SleepingIdleStrategy(PARK_NS), errors, null, publisher);
        AgentRunner.startOnThread(runner);
    }

    @Override
    public boolean isDone()
    {
        return publisher.isDone();
    }

    @Override
    public PublisherReport report()
    {
        close();
        return publisher.report();
    }

    @Override
    public boolean tryFlush()
    {
        return FlushEvent.offer(workload, publisher.published(), windowNs, sink);
    }

    @Override
    public void close()
    {
        CloseHelper.close(runner);
    }
}
