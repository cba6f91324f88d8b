package io.tailrace.perf.jmh;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.EventRing;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * A stage on a thread of its own: reads the slots of a ring, and may send each on through another.
 * <pre>
 *   benchmark --from--&gt; stage [--to--&gt; benchmark]
 * </pre>
 * Threading: its own agent; it spins and yields, since a stage that parks would be measured by its timer.
 */
final class RingStage implements Agent
{
    private final EventRing from;
    private final EventRing to;
    private final Sequence done = new Sequence();
    private final AgentRunner runner;
    private volatile Throwable failure;
    private long next;
    private long idSum;

    /**
     * @param from whose last stage this is.
     * @param to   where what was read is sent; null: nowhere.
     */
    RingStage(final EventRing from, final EventRing to)
    {
        this.from = from;
        this.to = to;
        from.gate(done);
        runner = new AgentRunner(new YieldingIdleStrategy(), ex -> failure = ex, null, this);
        AgentRunner.startOnThread(runner);
    }

    @Override
    public int doWork()
    {
        final long last = from.published(next, next + from.capacity() - 1);
        int work = 0;
        while (next <= last && (null == to || send(from.address(next))))
        {
            idSum += UnsafeApi.getLong(from.address(next) + MessageLayout.READING_EVENT_ID_OFFSET);
            next++;
            work++;
        }
        if (work > 0)
        {
            done.set(next - 1);
        }
        return work;
    }

    @Override
    public String roleName()
    {
        return "stage";
    }

    /** Ends a wait for this stage if it has failed. */
    void requireAlive()
    {
        if (null != failure)
        {
            throw new IllegalStateException("the stage failed", failure);
        }
    }

    /** @return sequence of the last slot that was read. */
    long done()
    {
        return done.get();
    }

    /** Stops the stage. */
    void close()
    {
        runner.close();
    }

    /** @return sum of the event ids that were read, once the stage is stopped. */
    long idSum()
    {
        return idSum;
    }

    private boolean send(final long message)
    {
        final long sequence = to.tryClaim(1);
        if (sequence == EventRing.BACK_PRESSURED)
        {
            return false;
        }
        UnsafeApi.copyMemory(message, to.address(sequence), EventRing.SLOT_LENGTH);
        to.publish(sequence, sequence);
        return true;
    }
}
