package io.tailrace.engine.monitor;

import java.util.concurrent.TimeUnit;

import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Looks at the engine about ten times a second and shows what it sees: queues, kernel drops and
 * counters each time, the bottleneck and the latency log once a second, and all of them once more when it closes.
 * <p>
 * Whatever fails here is told and tried again some seconds later; it never stops the engine.
 * <p>
 * Threading: its own thread, role {@code monitor}.
 */
final class MonitorAgent implements Agent
{
    static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    static final long RETRY_NS = TimeUnit.SECONDS.toNanos(10);

    private final NanoClock clock;
    private final EngineCounters counters;
    private final QueueWatch queues;
    private final LatencyIntervals latency;
    private final LatencyLog log;
    private long nextNs;
    private long nextSecondNs;

    MonitorAgent(
        final NanoClock clock,
        final EngineCounters counters,
        final QueueWatch queues,
        final LatencyIntervals latency,
        final LatencyLog log)
    {
        this.clock = clock;
        this.counters = counters;
        this.queues = queues;
        this.latency = latency;
        this.log = log;
        nextNs = clock.nanoTime();
        nextSecondNs = nextNs + SECOND_NS;
    }

    @Override
    public String roleName()
    {
        return "monitor";
    }

    /** @return always 0: the distance of looks is that of the idle strategy. */
    @Override
    public int doWork()
    {
        final long nowNs = clock.nanoTime();
        if (nowNs - nextNs < 0)
        {
            return 0;
        }
        nextNs = nowNs + RETRY_NS;
        queues.look();
        if (nowNs - nextSecondNs >= 0)
        {
            nextSecondNs = nowNs + SECOND_NS;
            onSecond();
        }
        counters.update();
        nextNs = nowNs;
        return 0;
    }

    @Override
    public void onClose()
    {
        try
        {
            queues.look();
            latency.logTo(log);
            counters.update();
        }
        finally
        {
            CloseHelper.closeAll(queues, log);
        }
    }

    private void onSecond()
    {
        queues.onSecond();
        latency.logTo(log);
    }
}
