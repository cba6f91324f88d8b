package io.tailrace.engine.window;

import java.util.List;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.codec.Timing;
import io.tailrace.engine.operator.KeyTable;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import io.tailrace.engine.time.DeadlineQueue;
import org.agrona.UnsafeApi;

/**
 * Sessions: windows that grow with their events and end a gap after the last one. Those that touch are one.
 * <p>
 * A session that has fired and then grows, or is taken over, is retracted before the new one fires. A key has one
 * deadline, that of its session that fires next, which is not moved when that grows, but looked at when the old end
 * comes. A session that begins before it adds an earlier one; what is left behind is as many as sessions fit between
 * the watermark and the greatest time.
 */
final class SessionWindowOperator extends WindowOperator
{
    /**
     * A reading joins two sessions at most, since one between them would be shorter than a gap: both are retracted, and
     * one fires.
     */
    static final int MAX_RESULTS_PER_READING = 3;

    private static final int MAX_TOUCHED = MAX_RESULTS_PER_READING - 1;
    private static final int SPANS_IN_GAP = 16;

    private final long gapNs;
    private final SessionPanes panes;

    // Derived from the panes: a deadline per key, (end, registration number) of its session that fires next.
    private final DeadlineQueue deadlines;

    // The live sessions that the reading touches which was judged last, in order of start, and what they become.
    private final long[] touched = new long[MAX_TOUCHED];
    private int touchedCount;
    private int liveCount;
    private long otherStartNs;
    private long startNs;
    private long endNs;

    SessionWindowOperator(final Spec spec)
    {
        super(spec, SessionPanes.KEY_BLOCK_LENGTH);
        gapNs = spec.window().gapNs();
        deadlines = new DeadlineQueue(gapNs / SPANS_IN_GAP, this::reviewDeadline);
        try
        {
            panes = new SessionPanes(
                name(), lateness, spec.limits().keys() * (long)spec.window().paneBound(spec.eventTime()));
        }
        catch (final Throwable ex)
        {
            keys.close();
            throw ex;
        }
    }

    @Override
    void onCreated(final long block)
    {
        SessionPanes.dueNs(block, SessionPanes.NOT_DUE);
    }

    @Override
    boolean isLate(final long block, final long timeNs, final long watermarkNs)
    {
        startNs = timeNs;
        endNs = SaturatingTime.add(timeNs, gapNs);
        touchedCount = 0;
        liveCount = 0;
        otherStartNs = Long.MIN_VALUE;
        if (block != KeyTable.NULL_ADDRESS)
        {
            final long newest = panes.newest(block, watermarkNs);
            if (newest != SessionPanes.NULL_ADDRESS && timeNs >= Pane.index(newest) && timeNs <= Pane.endNs(newest))
            {
                // Sessions do not touch one another, and no other begins later.
                join(newest);
            }
            else
            {
                joinAll(block, watermarkNs);
            }
        }
        return lateness.isExpired(endNs, watermarkNs);
    }

    @Override
    int apply(
        final long block,
        final long timeNs,
        final double value,
        final long watermarkNs,
        final long engineTimeNs,
        final long device)
    {
        long pane = touchedCount == 0 ? SessionPanes.NULL_ADDRESS : touched[0];
        if (touchedCount != 1 || Pane.index(pane) != startNs || Pane.endNs(pane) != endNs)
        {
            if (touchedCount == 0)
            {
                if (liveCount >= maxPanes)
                {
                    return PANES_EXHAUSTED;
                }
                pane = panes.take(block, watermarkNs);
                if (pane == SessionPanes.NULL_ADDRESS)
                {
                    return PANES_EXHAUSTED;
                }
                begin(block, pane, watermarkNs, device);
            }
            else
            {
                grow(block, pane, watermarkNs, device);
            }
            KeyTable.usedNs(block, engineTimeNs);
            if (startNs >= otherStartNs)
            {
                panes.setNewest(block, pane);
            }
        }
        Pane.add(pane, timeNs, value);
        if (lateness.isEnded(endNs, watermarkNs) || Pane.firings(pane) != 0)
        {
            fire(block, pane, Timing.LATE);
        }
        return APPLIED;
    }

    @Override
    public boolean fire(final long limitNs)
    {
        while (deadlines.isDue(limitNs))
        {
            final long block = keys.blockOf(deadlines.number());
            if (isStale(block, deadlines.firstNs()))
            {
                deadlines.remove();
                continue;
            }
            final long pane = panes.firstUnfired(block);
            if (pane != SessionPanes.NULL_ADDRESS &&
                Pane.endNs(pane) == deadlines.firstNs() && Pane.registration(pane) == deadlines.order())
            {
                if (!mayFire())
                {
                    return false;
                }
                changing(block);
                fire(block, pane, Timing.ON_TIME);
            }
            deadlines.remove();
            changing(block);
            SessionPanes.dueNs(block, SessionPanes.NOT_DUE);
            final long next = panes.firstUnfired(block);
            if (next != SessionPanes.NULL_ADDRESS)
            {
                addDeadline(block, next);
            }
        }
        return true;
    }

    @Override
    public List<BlockStore> blocks()
    {
        return List.of(keys.blocks(), panes.pooled());
    }

    @Override
    void saveTimers(final StateOutput out)
    {
        deadlines.save(out);
    }

    @Override
    void loadTimers(final StateInput in)
    {
        deadlines.load(in);
    }

    @Override
    void onRestored()
    {
        for (int number = 0; number < keys.blocks().numbers(); number++)
        {
            final long block = keys.blockOf(number);
            if (block != KeyTable.NULL_ADDRESS)
            {
                panes.onRestored(block);
                if (SessionPanes.dueNs(block) != SessionPanes.NOT_DUE)
                {
                    final long pane = panes.firstUnfired(block);
                    final long order = pane == SessionPanes.NULL_ADDRESS ? 0 : Pane.registration(pane);
                    deadlines.add(SessionPanes.dueNs(block), order, number, 0);
                }
            }
        }
    }

    @Override
    void onFirstChange(final long block)
    {
        panes.changingPooled(block);
    }

    @Override
    public long nextEndNs()
    {
        return deadlines.firstNs();
    }

    @Override
    public int overflowPanes()
    {
        return panes.pooledPanes();
    }

    @Override
    public void close()
    {
        super.close();
        panes.close();
    }

    @Override
    protected long touchBlock(final long block)
    {
        final long pane = panes.place(block);
        return UnsafeApi.getLong(pane) + UnsafeApi.getLong(pane + Pane.LENGTH / 2);
    }

    @Override
    long collectKey(final long block, final long fromEndNs, final long limitNs)
    {
        long nextEndNs = Long.MAX_VALUE;
        for (long pane = panes.first(block); pane != SessionPanes.NULL_ADDRESS; pane = panes.next(block, pane))
        {
            if (!Pane.isFree(pane) && Pane.firings(pane) == 0)
            {
                if (Pane.endNs(pane) <= limitNs)
                {
                    collectPane(block, pane);
                }
                else
                {
                    nextEndNs = Math.min(nextEndNs, Pane.endNs(pane));
                }
            }
        }
        return nextEndNs;
    }

    @Override
    void fireOnTime(final long block, final long startNs)
    {
        final long pane = panes.findUnfired(block, startNs);
        if (pane != SessionPanes.NULL_ADDRESS)
        {
            fire(block, pane, Timing.ON_TIME);
        }
    }

    @Override
    protected boolean isOpen(final long block, final long watermarkNs)
    {
        for (long pane = panes.first(block); pane != SessionPanes.NULL_ADDRESS; pane = panes.next(block, pane))
        {
            if (!Pane.isFree(pane) &&
                (Pane.firings(pane) == 0 || !lateness.isExpired(Pane.endNs(pane), watermarkNs)))
            {
                return true;
            }
        }
        return false;
    }

    @Override
    void releasePanes(final long block)
    {
        panes.prune(block, Long.MAX_VALUE);
    }

    private void joinAll(final long block, final long watermarkNs)
    {
        panes.prune(block, watermarkNs);
        final long timeNs = startNs;
        final long aloneEndNs = endNs;
        for (long pane = panes.first(block); pane != SessionPanes.NULL_ADDRESS; pane = panes.next(block, pane))
        {
            if (lateness.isLive(pane, watermarkNs))
            {
                liveCount++;
                if (Pane.index(pane) <= aloneEndNs && Pane.endNs(pane) >= timeNs)
                {
                    join(pane);
                }
                else
                {
                    otherStartNs = Math.max(otherStartNs, Pane.index(pane));
                }
            }
        }
    }

    private void join(final long pane)
    {
        int at = touchedCount++;
        while (at > 0 && Pane.index(touched[at - 1]) > Pane.index(pane))
        {
            touched[at] = touched[at - 1];
            at--;
        }
        touched[at] = pane;
        startNs = Math.min(startNs, Pane.index(pane));
        endNs = Math.max(endNs, Pane.endNs(pane));
    }

    private void begin(final long block, final long pane, final long watermarkNs, final long device)
    {
        final int next = Pane.next(pane);
        Pane.open(pane, startNs, endNs, takeRegistration());
        Pane.next(pane, next);
        schedule(block, pane, watermarkNs, device);
    }

    /** Makes the first of the touched sessions all of them, with the new bounds. */
    private void grow(final long block, final long pane, final long watermarkNs, final long device)
    {
        for (int i = 0; i < touchedCount; i++)
        {
            if (Pane.firings(touched[i]) != 0)
            {
                emit(
                    block,
                    touched[i],
                    Pane.index(touched[i]),
                    Pane.endNs(touched[i]),
                    Pane.firings(touched[i]),
                    Timing.RETRACTED);
            }
        }
        for (int i = 1; i < touchedCount; i++)
        {
            Pane.merge(pane, touched[i]);
            Pane.free(touched[i]);
        }
        Pane.reopen(pane, startNs, endNs, takeRegistration());
        schedule(block, pane, watermarkNs, device);
    }

    private void schedule(final long block, final long pane, final long watermarkNs, final long device)
    {
        if (!lateness.isEnded(endNs, watermarkNs))
        {
            if (isByDevice())
            {
                noteEnd(device, endNs);
            }
            else if (SessionPanes.dueNs(block) == SessionPanes.NOT_DUE || endNs < SessionPanes.dueNs(block))
            {
                addDeadline(block, pane);
            }
        }
    }

    private void addDeadline(final long block, final long pane)
    {
        SessionPanes.dueNs(block, Pane.endNs(pane));
        deadlines.add(Pane.endNs(pane), Pane.registration(pane), KeyTable.number(block), 0);
    }

    /** Whether the key of a deadline has an earlier one, none, or is gone. */
    private static boolean isStale(final long block, final long timeNs)
    {
        return block == KeyTable.NULL_ADDRESS || SessionPanes.dueNs(block) != timeNs;
    }

    /** Where the end of the session of a key has gone that fires next. */
    private long reviewDeadline(final long timeNs, final int number, final long detail)
    {
        final long block = keys.blockOf(number);
        if (isStale(block, timeNs))
        {
            return DeadlineQueue.Review.GONE;
        }
        final long pane = panes.firstUnfired(block);
        if (pane == SessionPanes.NULL_ADDRESS)
        {
            changing(block);
            SessionPanes.dueNs(block, SessionPanes.NOT_DUE);
            return DeadlineQueue.Review.GONE;
        }
        final long endNs = Math.max(timeNs, Pane.endNs(pane));
        changing(block);
        SessionPanes.dueNs(block, endNs);
        return endNs;
    }

    private void fire(final long block, final long pane, final Timing timing)
    {
        final int revision = Pane.firings(pane);
        Pane.firings(pane, revision + 1);
        emit(block, pane, Pane.index(pane), Pane.endNs(pane), revision, timing);
    }
}
