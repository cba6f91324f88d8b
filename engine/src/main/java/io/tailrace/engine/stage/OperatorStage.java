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
        final long last = sequence.get();
        final long next = core.isFiring() && !core.resume() ? last : process(last);
        final int work = (int)(next - last) + (int)(core.nextResultSequence() - resultsBefore);
        if (work > 0)
        {
            view.onProcessed(core, next);
            sequence.set(next);
        }
        return work;
    }

    /** @return the last slot that went through the operators. */
    public Sequence sequence()
    {
        return sequence;
    }

    private long process(final long last)
    {
        final long limit = Math.min(journalled.get(), last + MAX_SLOTS_PER_CYCLE);
        long next = last + 1;
        while (next <= limit && !core.isFiring() && core.onMessage(ring.address(next), ring.position(next)))
        {
            next++;
        }
        return next - 1;
    }
}
