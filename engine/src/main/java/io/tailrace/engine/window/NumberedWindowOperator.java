package io.tailrace.engine.window;

import java.util.List;

import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.operator.KeyTable;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.time.DeadlineQueue;

/**
 * Windows whose bounds do not depend on events, so that each has a number and one timer a key.
 * <p>
 * Timers are those of the global watermark. With a watermark of each device there are none: the device knows the
 * earliest end of its windows, and when that comes they are looked up from that end on to the newest one.
 */
abstract class NumberedWindowOperator extends WindowOperator
{
    /** Panes whose memory is asked for together when they fire. */
    private static final int FIRED_TOGETHER = 16;

    final PaneRing panes;

    // Derived from the panes.
    private final TimerQueue timers = new TimerQueue();

    /** What was read ahead; kept so that the reads are not optimised away. */
    private long touched;

    /**
     * @param spec         what to compute.
     * @param headerLength where in a key block the panes begin.
     */
    NumberedWindowOperator(final Spec spec, final int headerLength)
    {
        super(spec, headerLength + inlinePanes(spec) * Pane.LENGTH);
        try
        {
            panes = new PaneRing(
                name(),
                lateness,
                headerLength,
                inlinePanes(spec),
                spec.limits().keys() * MemoryEstimate.panesPerKey(spec.window(), spec.eventTime()));
        }
        catch (final Throwable ex)
        {
            keys.close();
            throw ex;
        }
    }

    @Override
    public final boolean fire(final long limitNs)
    {
        while (timers.isDue(limitNs))
        {
            final TimerQueue.Bucket bucket = timers.head();
            int touchedUpTo = bucket.cursor();
            while (bucket.hasNext())
            {
                if (!mayFire())
                {
                    return false;
                }
                if (bucket.cursor() == touchedUpTo)
                {
                    touchedUpTo = touch(bucket, touchedUpTo);
                }
                final long block = keys.blockOf(bucket.peek());
                changing(block);
                fireOnTime(block, bucket.peekIndex());
                bucket.advance();
            }
            timers.removeHead();
        }
        return true;
    }

    @Override
    public final List<BlockStore> blocks()
    {
        return List.of(keys.blocks(), panes.overflow());
    }

    /** Sets the timers of all windows that have not fired, in the order in which they were opened. */
    @Override
    final void onRestored()
    {
        if (isByDevice())
        {
            return;
        }
        final DeadlineQueue unfired = DeadlineQueue.ofFew();
        for (int number = 0; number < keys.blocks().numbers(); number++)
        {
            final long block = keys.blockOf(number);
            if (block != KeyTable.NULL_ADDRESS)
            {
                for (long pane = panes.first(block); pane != PaneRing.NULL_ADDRESS; pane = panes.next(block, pane))
                {
                    if (!Pane.isFree(pane) && isUnfired(pane))
                    {
                        unfired.add(Pane.endNs(pane), Pane.registration(pane), number, Pane.index(pane));
                    }
                }
            }
        }
        while (unfired.size() > 0)
        {
            timers.add(unfired.firstNs(), unfired.detail(), unfired.number());
            unfired.remove();
        }
    }

    @Override
    public final long nextEndNs()
    {
        return timers.isEmpty() ? Long.MAX_VALUE : timers.headTimeNs();
    }

    @Override
    public final int overflowPanes()
    {
        return panes.overflowPanes();
    }

    @Override
    public final void close()
    {
        super.close();
        panes.close();
    }

    @Override
    protected final boolean isOpen(final long block, final long watermarkNs)
    {
        for (long pane = panes.first(block); pane != PaneRing.NULL_ADDRESS; pane = panes.next(block, pane))
        {
            if (!Pane.isFree(pane) &&
                (isUnfired(pane) || !lateness.isExpired(Pane.endNs(pane), watermarkNs)))
            {
                return true;
            }
        }
        return false;
    }

    @Override
    final void releasePanes(final long block)
    {
        panes.prune(block, Long.MAX_VALUE);
    }

    @Override
    final long collectKey(final long block, final long fromEndNs, final long limitNs)
    {
        final long first = firstPaneFrom(fromEndNs);
        final long newest = newestPane(block);
        if (first > newest)
        {
            return Long.MAX_VALUE;
        }
        long nextEndNs = Long.MAX_VALUE;
        // Either the windows from the first that can be due, or, where those are very many, the panes that there are.
        final long windows = (newest - first) / panesPerWindowStart() + 1;
        if (newest - first >= 0 && windows <= panes.count(block))
        {
            for (long index = first; index <= newest && index >= first; index += panesPerWindowStart())
            {
                final long pane = panes.find(block, index);
                if (pane != PaneRing.NULL_ADDRESS)
                {
                    nextEndNs = Math.min(nextEndNs, collectUnfired(block, pane, limitNs));
                }
            }
            return nextEndNs;
        }
        for (long pane = panes.first(block); pane != PaneRing.NULL_ADDRESS; pane = panes.next(block, pane))
        {
            if (!Pane.isFree(pane))
            {
                nextEndNs = Math.min(nextEndNs, collectUnfired(block, pane, limitNs));
            }
        }
        return nextEndNs;
    }

    /** Number of the pane that begins the first window that does not end before a time. */
    abstract long firstPaneFrom(long endNs);

    /** Number of the pane that begins the last window of a key so far. */
    abstract long newestPane(long block);

    /** How far the numbers of panes that begin windows are apart. */
    abstract int panesPerWindowStart();

    /** Whether a pane in use stands for a window that has not fired. */
    abstract boolean isUnfired(long pane);

    /** A window that has not fired was opened. */
    final void schedule(
        final long block, final long index, final long endNs, final long watermarkNs, final long device)
    {
        if (!lateness.isEnded(endNs, watermarkNs))
        {
            if (isByDevice())
            {
                noteEnd(device, endNs);
            }
            else
            {
                timers.add(endNs, index, KeyTable.number(block));
            }
        }
    }

    /** Brings near what the next timers will fire: one after the other, each miss would be waited for. */
    private int touch(final TimerQueue.Bucket bucket, final int from)
    {
        final int to = Math.min(bucket.count(), from + FIRED_TOGETHER);
        long read = 0;
        for (int place = from; place < to; place++)
        {
            final long block = keys.blockOf(bucket.number(place));
            final long pane = panes.place(block, bucket.index(place));
            read += KeyTable.number(block) + Pane.count(pane) + Pane.firings(pane);
        }
        touched = read;
        return to;
    }

    private long collectUnfired(final long block, final long pane, final long limitNs)
    {
        if (!isUnfired(pane))
        {
            return Long.MAX_VALUE;
        }
        if (Pane.endNs(pane) > limitNs)
        {
            return Pane.endNs(pane);
        }
        collectPane(block, pane);
        return Long.MAX_VALUE;
    }

    private static int inlinePanes(final Spec spec)
    {
        return MemoryEstimate.inlinePanes(spec.window(), spec.eventTime());
    }
}
