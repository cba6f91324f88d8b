package io.tailrace.engine.monitor;

import java.util.concurrent.atomic.AtomicLong;

import io.tailrace.engine.queue.CycleListener;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Measures the duty cycles of an agent, from the beginning of one to the beginning of the next, idling included: the
 * longest one, how many were stalls and, if asked for, all of them as a histogram. Needs no load to be seen, unlike a
 * latency. The same reading of the clock serves whoever wants to know of cycles on that thread.
 * <p>
 * Threading: the agent's thread writes, any reads. Hot path: one clock reading per duty cycle, allocation-free.
 */
public final class TrackedAgent implements Agent
{
    /** A longer cycle is a stall, ns. An idle agent parks for a tenth of it at most. */
    public static final long STALL_NS = 1_000_000;

    /** A longer one is recorded as that, ns: an hour. */
    public static final long MAX_CYCLE_NS = 3_600_000_000_000L;

    private final Agent agent;
    private final AtomicLong maxCycleNs = new AtomicLong();
    private final AtomicLong stalls = new AtomicLong();
    private final EpochNanoClock clock;
    private final SingleWriterRecorder cycles;
    private final CycleListener[] listeners;
    private long lastNs;

    /**
     * @param agent     to be measured.
     * @param clock     that never goes back.
     * @param cycles    records every duty cycle, ns; null: none is recorded.
     * @param listeners told of every duty cycle, on its thread.
     */
    public TrackedAgent(
        final Agent agent,
        final EpochNanoClock clock,
        final SingleWriterRecorder cycles,
        final CycleListener... listeners)
    {
        this.agent = agent;
        this.clock = clock;
        this.cycles = cycles;
        this.listeners = listeners;
    }

    @Override
    public String roleName()
    {
        return agent.roleName();
    }

    @Override
    public void onStart()
    {
        agent.onStart();
        lastNs = clock.nanoTime();
    }

    @Override
    public int doWork() throws Exception
    {
        onCycle(clock.nanoTime());
        return agent.doWork();
    }

    @Override
    public void onClose()
    {
        agent.onClose();
    }

    /** @return the longest duty cycle since the start, ns. */
    public long maxCycleNs()
    {
        return maxCycleNs.get();
    }

    /** @return duty cycles since the start that were longer than {@link #STALL_NS}. */
    public long stalls()
    {
        return stalls.get();
    }

    /** @return the duty cycles since the last call, ns, the caller's own; empty if they are not recorded. */
    public synchronized Histogram takeCycles()
    {
        return null == cycles ? new Histogram(MAX_CYCLE_NS, 0) : cycles.getIntervalHistogram();
    }

    void onCycle(final long nowNs)
    {
        final long cycleNs = nowNs - lastNs;
        lastNs = nowNs;
        if (cycleNs > maxCycleNs.getPlain())
        {
            maxCycleNs.lazySet(cycleNs);
        }
        if (cycleNs > STALL_NS)
        {
            stalls.lazySet(stalls.getPlain() + 1);
        }
        if (null != cycles)
        {
            cycles.recordValue(Math.min(cycleNs, MAX_CYCLE_NS));
        }
        for (int i = 0; i < listeners.length; i++)
        {
            listeners[i].onCycle(nowNs, cycleNs);
        }
    }
}
