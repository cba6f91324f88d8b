package io.tailrace.engine.window;

import io.tailrace.codec.Timing;
import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.config.WindowType;
import io.tailrace.engine.operator.KeyTable;
import org.agrona.UnsafeApi;

/**
 * Tumbling and calendar windows: an event is in one window, a window is one pane.
 * <pre>
 *   key block:  0  header of {@link KeyTable}
 *              56  newest  i64   number of the last window that was opened
 *              64  panes
 * </pre>
 */
final class FixedWindowOperator extends NumberedWindowOperator
{
    private static final int NEWEST = WindowKey.TYPE_FIELDS;
    private static final int HEADER_LENGTH = (int)MemoryEstimate.Part.KEY_HEADER.length();

    private final WindowPolicy policy;

    FixedWindowOperator(final Spec spec)
    {
        super(spec, HEADER_LENGTH);
        policy = policy(spec.window());
    }

    @Override
    void onCreated(final long block)
    {
        UnsafeApi.putLong(block + NEWEST, Long.MIN_VALUE);
    }

    @Override
    boolean isLate(final long block, final long timeNs, final long watermarkNs)
    {
        policy.find(timeNs);
        return lateness.isExpired(policy.endNs(), watermarkNs);
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
        final long index = policy.index();
        final long endNs = policy.endNs();
        long pane = panes.findToChange(block, index);
        if (pane == PaneRing.NULL_ADDRESS)
        {
            if (panes.countLive(block, watermarkNs) >= maxPanes)
            {
                return PANES_EXHAUSTED;
            }
            pane = panes.create(block, index, endNs, takeRegistration(), watermarkNs);
            if (pane == PaneRing.NULL_ADDRESS)
            {
                return PANES_EXHAUSTED;
            }
            KeyTable.usedNs(block, engineTimeNs);
            if (index > UnsafeApi.getLong(block + NEWEST))
            {
                UnsafeApi.putLong(block + NEWEST, index);
            }
            schedule(block, index, endNs, watermarkNs, device);
        }
        Pane.add(pane, timeNs, value);
        if (lateness.isEnded(endNs, watermarkNs) || Pane.firings(pane) != 0)
        {
            fire(block, pane, Timing.LATE);
        }
        return APPLIED;
    }

    @Override
    protected long touchBlock(final long block)
    {
        final long pane = panes.place(block, policy.index());
        return UnsafeApi.getLong(pane) + UnsafeApi.getLong(pane + Pane.LENGTH / 2);
    }

    @Override
    long firstPaneFrom(final long endNs)
    {
        policy.find(endNs - 1);
        return policy.index();
    }

    @Override
    long newestPane(final long block)
    {
        return UnsafeApi.getLong(block + NEWEST);
    }

    @Override
    int panesPerWindowStart()
    {
        return 1;
    }

    @Override
    boolean isUnfired(final long pane)
    {
        return Pane.firings(pane) == 0;
    }

    @Override
    void fireOnTime(final long block, final long index)
    {
        final long pane = panes.findToChange(block, index);
        assert pane != PaneRing.NULL_ADDRESS : "a timer without a pane";
        if (Pane.firings(pane) == 0)
        {
            fire(block, pane, Timing.ON_TIME);
        }
    }

    private void fire(final long block, final long pane, final Timing timing)
    {
        final int revision = Pane.firings(pane);
        Pane.firings(pane, revision + 1);
        policy.locate(Pane.index(pane));
        emit(block, pane, policy.startNs(), Pane.endNs(pane), revision, timing);
    }

    private static WindowPolicy policy(final WindowConfig window)
    {
        return window.type() == WindowType.CALENDAR ?
            new CalendarBoundaries(window.every(), window.zone(), window.offsetNs()) :
            new TumblingPolicy(window.sizeNs(), window.offsetNs());
    }
}
