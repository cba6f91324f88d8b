package io.tailrace.engine.monitor;

import java.util.concurrent.atomic.AtomicLong;

import org.agrona.concurrent.Agent;

/**
 * Measures the duty cycles of an agent, from the beginning of one to the beginning of the next, idling included: the
 * longest one, and how many were stalls. Needs no load to be seen, unlike a latency.
 * <p>
 * Threading: the agent's thread writes, any reads. Hot path: one clock reading per duty cycle, allocation-free.
 */
public final class TrackedAgent implements Agent
{
    /** A longer cycle is a stall, ns. An idle agent parks for a tenth of it at most. */
    public static final long STALL_NS = 1_000_000;

    private final Agent agent;
    private final AtomicLong maxCycleNs = new AtomicLong();
    private final AtomicLong stalls = new AtomicLong();
    private long lastNs;

    /** @param agent to be measured. */
    public TrackedAgent(final Agent agent)
    {
        this.agent = agent;
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
        lastNs = System.nanoTime();
    }

    @Override
    public int doWork() throws Exception
    {
        onCycle(System.nanoTime());
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
    }
}
