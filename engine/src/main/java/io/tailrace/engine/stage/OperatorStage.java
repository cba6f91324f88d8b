package io.tailrace.engine.stage;

import java.util.function.LongSupplier;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.checkpoint.StateCapture;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.queue.BackPressure;
import io.tailrace.engine.queue.CycleListener;
import io.tailrace.engine.queue.PipelineStage;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.Agent;

/**
 * Takes the journalled slots through the operators.
 * <p>
 * A checkpoint that is asked for begins at the next end of a frame of the journal with nothing left to fire.
 * <p>
 * Threading: one thread, role {@code window}. Hot path: allocation-free, never blocks; a full results ring stops it in
 * the middle of a firing, and it goes on in a later duty cycle.
 */
public final class OperatorStage implements Agent, CycleListener
{
    private static final int MAX_SLOTS_PER_CYCLE = 512;
    private static final long NO_TIME = Long.MIN_VALUE;

    private final EventRing ring;
    private final Sequence journalled;
    private final OperatorCore core;
    private final ResultsRing results;
    private final StageView view;
    private final StateCapture capture;
    private final LongSupplier resultsDurable;
    private final Sequence sequence = new Sequence();
    private final BackPressure pressure = new BackPressure(PipelineStage.OPERATORS);
    private long applied = sequence.get();

    /** Where the message in the last applied slot ends in the journal. */
    private long appliedPosition;

    /** When this duty cycle began; nobody says so if duty cycles are not measured. */
    private long cycleStartNs = NO_TIME;

    /**
     * @param ring      where slots come from.
     * @param journalled the last slot that is in the journal.
     * @param core      the operators.
     * @param results   where their results go.
     * @param view      what other threads see of them.
     * @param capture   of their state, for checkpoints.
     * @param position  end of the journal's last frame that the operators have taken already.
     * @param resultsDurable how far the results log is durable.
     */
    public OperatorStage(
        final EventRing ring,
        final Sequence journalled,
        final OperatorCore core,
        final ResultsRing results,
        final StageView view,
        final StateCapture capture,
        final long position,
        final LongSupplier resultsDurable)
    {
        this.ring = ring;
        this.journalled = journalled;
        this.core = core;
        this.results = results;
        this.view = view;
        this.capture = capture;
        this.resultsDurable = resultsDurable;
        appliedPosition = position;
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
        if (core.isFiring() && core.isBackPressured())
        {
            pressure.onRefused();
        }
        int work = (int)(applied - appliedBefore) + (int)(core.nextResultSequence() - resultsBefore);
        // A slot is done with only when all that it fires has left, so that whoever waits for it waits for that too.
        final long done = core.isFiring() ? applied - 1 : applied;
        if (work > 0)
        {
            view.onProcessed(core, applied);
            measure(appliedBefore, core.nextResultSequence() != resultsBefore);
        }
        if (done != sequence.get())
        {
            // Producers alone make it deeper: here is every peak, but for what they claim in this moment.
            ring.meter().onDepth(ring.depth());
            sequence.set(done);
        }
        if (capture.isUnderWay() && capture.slice())
        {
            work++;
        }
        return work;
    }

    @Override
    public void onCycle(final long nowNs, final long cycleNs)
    {
        cycleStartNs = nowNs;
        pressure.onCycle(cycleNs);
    }

    /** @return time that the results ring lacked room. */
    public BackPressure pressure()
    {
        return pressure;
    }

    /** @return the last slot that went through the operators, with all its results on their ring. */
    public Sequence sequence()
    {
        return sequence;
    }

    private void process()
    {
        long limit = Math.min(journalled.get(), applied + MAX_SLOTS_PER_CYCLE);
        if (capture.isRequested())
        {
            limit = frameEnd(limit);
            if (limit == applied)
            {
                capture.begin(appliedPosition, resultsDurable.getAsLong());
                return;
            }
        }
        while (applied < limit && !core.isFiring())
        {
            final long batchEnd = Math.min(limit, applied + OperatorCore.MAX_LOOKED_UP);
            lookUp(applied + 1, batchEnd);
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
        if (next - 1 > applied)
        {
            applied = next - 1;
            appliedPosition = ring.position(applied) + EventRing.SLOT_LENGTH;
        }
        if (next <= batchEnd && !core.isFiring())
        {
            pressure.onRefused();
        }
        return applied == batchEnd;
    }

    /** How long the oldest slot of this duty cycle has waited since it was stamped; and results have entered theirs. */
    private void measure(final long appliedBefore, final boolean hasResults)
    {
        if (cycleStartNs == NO_TIME)
        {
            return;
        }
        if (applied > appliedBefore)
        {
            ring.meter().onDwell(cycleStartNs - ingestTimeNs(ring.address(appliedBefore + 1)));
        }
        if (hasResults)
        {
            results.meter().onEntered(results.published(), cycleStartNs);
        }
    }

    private static long ingestTimeNs(final long message)
    {
        return UnsafeApi.getLong(message) == MessageLayout.READING_HEADER ?
            UnsafeApi.getLong(message + MessageLayout.READING_INGEST_TIME_OFFSET) :
            UnsafeApi.getLong(message + MessageLayout.CONTROL_TIME_OFFSET);
    }

    /** The first slot from the last applied one on that ends a frame of the journal, or {@code limit}. */
    private long frameEnd(final long limit)
    {
        long slot = applied;
        long endPosition = appliedPosition;
        while (slot < limit && ring.position(slot + 1) == endPosition)
        {
            slot++;
            endPosition += EventRing.SLOT_LENGTH;
        }
        return slot;
    }

    private void lookUp(final long first, final long last)
    {
        core.beginLookUp();
        for (long sequence = first; sequence <= last; sequence++)
        {
            core.lookUp(ring.address(sequence));
        }
        core.endLookUp();
    }
}
