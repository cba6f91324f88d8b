package io.tailrace.engine.stage;

import com.lmax.disruptor.Sequence;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.Agent;

/**
 * Takes the journalled slots through the operators.
 * <p>
 * Threading: one thread, role {@code window}. Hot path: allocation-free, never blocks; a full results ring stops it in
 * the middle of a firing, and it goes on in a later duty cycle.
 */
public final class OperatorStage implements Agent
{
    private static final int MAX_SLOTS_PER_CYCLE = 512;

    private final EventRing ring;
    private final Sequence journalled;
    private final OperatorCore core;
    private final StageView view;
    private final Sequence sequence = new Sequence();
    private long applied = sequence.get();

    /**
     * @param ring      where slots come from.
     * @param journalled the last slot that is in the journal.
     * @param core      the operators.
     * @param view      what other threads see of them.
     */
    public OperatorStage(
        final EventRing ring, final Sequence journalled, final OperatorCore core, final StageView view)
    {
        this.ring = ring;
        this.journalled = journalled;
        this.core = core;
        this.view = view;
    }

    @Override
    public String roleName()
    {
        return "window";
    }

    @Override
    public int doWork()
    {
        final long resultsBefore = core.nextResultSequence();
        final long appliedBefore = applied;
        if (!core.isFiring() || core.resume())
        {
            process();
        }
        final int work = (int)(applied - appliedBefore) + (int)(core.nextResultSequence() - resultsBefore);
        // A slot is done with only when all that it fires has left, so that whoever waits for it waits for that too.
        final long done = core.isFiring() ? applied - 1 : applied;
        if (work > 0)
        {
            view.onProcessed(core, applied);
        }
        if (done != sequence.get())
        {
            sequence.set(done);
        }
        return work;
    }

    /** @return the last slot that went through the operators, with all its results on their ring. */
    public Sequence sequence()
    {
        return sequence;
    }

    private void process()
    {
        final long limit = Math.min(journalled.get(), applied + MAX_SLOTS_PER_CYCLE);
        long next = applied + 1;
        while (next <= limit && !core.isFiring() && core.onMessage(ring.address(next), ring.position(next)))
        {
            next++;
        }
        applied = next - 1;
    }
}
