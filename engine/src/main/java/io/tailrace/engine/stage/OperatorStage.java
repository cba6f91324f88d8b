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

    /** Look-ups made before the first of them is needed: enough to overlap, too few to drive one another out. */
    private static final int SLOTS_TOUCHED_AHEAD = 32;

    private final EventRing ring;
    private final Sequence journalled;
    private final OperatorCore core;
    private final StageView view;
    private final Sequence sequence = new Sequence();
    private long applied = sequence.get();

    /** What was read ahead; kept so that the reads are not optimised away. */
    private long touched;

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
        while (applied < limit && !core.isFiring())
        {
            final long batchEnd = Math.min(limit, applied + SLOTS_TOUCHED_AHEAD);
            touch(applied + 1, batchEnd);
            if (!process(batchEnd))
            {
                return;
            }
        }
    }

    /** @return whether all slots up to the end of the batch were taken. */
    private boolean process(final long batchEnd)
    {
        long next = applied + 1;
        while (next <= batchEnd && !core.isFiring() && core.onMessage(ring.address(next), ring.position(next)))
        {
            next++;
        }
        applied = next - 1;
        return applied == batchEnd;
    }

    private void touch(final long first, final long last)
    {
        long read = 0;
        for (long sequence = first; sequence <= last; sequence++)
        {
            read += core.touch(ring.address(sequence));
        }
        touched = read;
    }
}
