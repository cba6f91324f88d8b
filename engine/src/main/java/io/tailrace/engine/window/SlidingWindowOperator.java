package io.tailrace.engine.window;

import java.nio.ByteBuffer;

import io.tailrace.codec.Timing;
import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.KeyTable;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * Sliding windows: an event is added once, to its slice; a window is put together of its slices when it fires.
 * <pre>
 *   key block:  0  header of {@link KeyTable}
 *              64  first opened   i64   all windows from this one
 *              72  last opened    i64   to this one that still take events have been opened
 *              80  last fired     i64   no window after this one has fired
 *              88  newest         i64   number of the last window that was opened
 *              96  opened         i32   windows opened since those that take events were counted, and those counted
 *             128  slices, each a pane
 * </pre>
 * The pane of the slice that begins with a window also holds the window's registration number and firings; it is there
 * once the window is opened, even if the slice is empty.
 */
final class SlidingWindowOperator extends NumberedWindowOperator
{
    /** A line of their own: a reading looks at these fields, and not at the rest of the header. */
    private static final int FIRST_OPENED = 64;
    private static final int LAST_OPENED = FIRST_OPENED + 8;
    private static final int LAST_FIRED = FIRST_OPENED + 16;
    private static final int NEWEST = FIRST_OPENED + 24;
    private static final int OPENED = FIRST_OPENED + 32;
    private static final int HEADER_LENGTH = (int)MemoryEstimate.Part.SLIDING_KEY_HEADER.length();

    private final SlidingGrid grid;
    private final ByteBuffer memory = BufferUtil.allocateDirectAligned(Pane.LENGTH, BitUtil.CACHE_LINE_LENGTH);
    private final long whole = BufferUtil.address(memory);

    // Of the windows of the reading that was judged last, the first that takes it.
    private long firstWindow;

    SlidingWindowOperator(final Spec spec)
    {
        super(spec, HEADER_LENGTH);
        grid = grid(spec.window());
    }

    @Override
    void onCreated(final long block)
    {
        // An empty range that no window adjoins.
        UnsafeApi.putLong(block + FIRST_OPENED, Long.MAX_VALUE);
        UnsafeApi.putLong(block + LAST_OPENED, Long.MIN_VALUE);
        UnsafeApi.putLong(block + LAST_FIRED, Long.MIN_VALUE);
        UnsafeApi.putLong(block + NEWEST, Long.MIN_VALUE);
    }

    @Override
    boolean isLate(final long block, final long timeNs, final long watermarkNs)
    {
        grid.find(timeNs);
        if (lateness.isExpired(grid.lastEndNs(), watermarkNs))
        {
            return true;
        }
        firstWindow = grid.lastWindow() - grid.windowCount() + 1;
        while (lateness.isExpired(grid.endNs(firstWindow), watermarkNs))
        {
            firstWindow++;
        }
        return false;
    }

    @Override
    int panesOfNewKey()
    {
        return (int)(grid.lastWindow() - firstWindow + 1);
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
        final long lastWindow = grid.lastWindow();
        final boolean isOpen = firstWindow >= UnsafeApi.getLong(block + FIRST_OPENED) &&
            lastWindow <= UnsafeApi.getLong(block + LAST_OPENED);
        if (!isOpen)
        {
            if (!open(block, lastWindow, watermarkNs, engineTimeNs, device))
            {
                return PANES_EXHAUSTED;
            }
        }
        long pane = panes.findToChange(block, grid.slice());
        if (pane == PaneRing.NULL_ADDRESS)
        {
            pane = panes.create(block, grid.slice(), grid.lastEndNs(), takeRegistration(), watermarkNs);
            if (pane == PaneRing.NULL_ADDRESS)
            {
                return PANES_EXHAUSTED;
            }
        }
        Pane.add(pane, timeNs, value);
        if (firstWindow <= UnsafeApi.getLong(block + LAST_FIRED) ||
            lateness.isEnded(grid.endNs(firstWindow), watermarkNs))
        {
            fireLate(block, lastWindow, watermarkNs);
        }
        return APPLIED;
    }

    @Override
    protected long touchBlock(final long block)
    {
        final long pane = panes.place(block, grid.slice());
        return UnsafeApi.getLong(block + FIRST_OPENED) +
            UnsafeApi.getLong(pane) + UnsafeApi.getLong(pane + Pane.LENGTH / 2);
    }

    @Override
    long firstPaneFrom(final long endNs)
    {
        return grid.firstSlice(grid.firstWindowFrom(endNs));
    }

    @Override
    long newestPane(final long block)
    {
        final long newest = UnsafeApi.getLong(block + NEWEST);
        return newest == Long.MIN_VALUE ? newest : grid.firstSlice(newest);
    }

    @Override
    int panesPerWindowStart()
    {
        return grid.slicesPerSlide();
    }

    @Override
    boolean isUnfired(final long pane)
    {
        return Pane.firings(pane) == 0 && grid.isFirst(Pane.index(pane));
    }

    @Override
    void fireOnTime(final long block, final long slice)
    {
        final long first = panes.findToChange(block, slice);
        assert first != PaneRing.NULL_ADDRESS : "a timer without a pane";
        if (Pane.firings(first) == 0)
        {
            fire(block, first, Timing.ON_TIME);
        }
    }

    /**
     * Opens the windows from {@link #firstWindow} on that are not open, all or none: a window that is opened gets the
     * reading.
     */
    private boolean open(
        final long block,
        final long lastWindow,
        final long watermarkNs,
        final long engineTimeNs,
        final long device)
    {
        final long firstOpened = UnsafeApi.getLong(block + FIRST_OPENED);
        final long lastOpened = UnsafeApi.getLong(block + LAST_OPENED);
        int missing = 0;
        for (long window = firstWindow; window <= lastWindow; window++)
        {
            missing += isOpened(block, window, firstOpened, lastOpened) ? 0 : 1;
        }
        int opened = UnsafeApi.getInt(block + OPENED) + missing;
        if (opened > maxPanes)
        {
            opened = countLiveWindows(block, watermarkNs) + missing;
            if (opened > maxPanes)
            {
                return false;
            }
        }
        // And one for the reading's own slice, where that does not begin a window.
        if (missing > 0 && !panes.hasRoom(missing + grid.slicesPerSlide() - 1))
        {
            return false;
        }
        UnsafeApi.putInt(block + OPENED, opened);
        for (long window = firstWindow; window <= lastWindow; window++)
        {
            if (!isOpened(block, window, firstOpened, lastOpened))
            {
                final long slice = grid.firstSlice(window);
                final long endNs = grid.endNs(window);
                panes.create(block, slice, endNs, takeRegistration(), watermarkNs);
                schedule(block, slice, endNs, watermarkNs, device);
            }
        }
        if (missing > 0)
        {
            KeyTable.usedNs(block, engineTimeNs);
            UnsafeApi.putLong(block + NEWEST, Math.max(lastWindow, UnsafeApi.getLong(block + NEWEST)));
        }
        if (firstWindow <= lastOpened + 1 && lastWindow >= firstOpened - 1)
        {
            UnsafeApi.putLong(block + FIRST_OPENED, Math.min(firstOpened, firstWindow));
            UnsafeApi.putLong(block + LAST_OPENED, Math.max(lastOpened, lastWindow));
        }
        else if (lastWindow > lastOpened)
        {
            UnsafeApi.putLong(block + FIRST_OPENED, firstWindow);
            UnsafeApi.putLong(block + LAST_OPENED, lastWindow);
        }
        return true;
    }

    private boolean isOpened(final long block, final long window, final long firstOpened, final long lastOpened)
    {
        return window >= firstOpened && window <= lastOpened ||
            panes.find(block, grid.firstSlice(window)) != PaneRing.NULL_ADDRESS;
    }

    private int countLiveWindows(final long block, final long watermarkNs)
    {
        panes.prune(block, watermarkNs);
        int live = 0;
        for (long pane = panes.first(block); pane != PaneRing.NULL_ADDRESS; pane = panes.next(block, pane))
        {
            live += lateness.isLive(pane, watermarkNs) && grid.isFirst(Pane.index(pane)) ? 1 : 0;
        }
        return live;
    }

    private void fireLate(final long block, final long lastWindow, final long watermarkNs)
    {
        for (long window = firstWindow; window <= lastWindow; window++)
        {
            final long first = panes.findToChange(block, grid.firstSlice(window));
            if (Pane.firings(first) != 0 || lateness.isEnded(Pane.endNs(first), watermarkNs))
            {
                fire(block, first, Timing.LATE);
            }
        }
    }

    private void fire(final long block, final long first, final Timing timing)
    {
        final long slice = Pane.index(first);
        Pane.open(whole, slice, 0, 0);
        for (long i = slice; i < slice + grid.slicesPerWindow(); i++)
        {
            final long part = panes.find(block, i);
            if (part != PaneRing.NULL_ADDRESS)
            {
                Pane.merge(whole, part);
            }
        }
        if (Pane.count(whole) == 0)
        {
            return;
        }
        final int revision = Pane.firings(first);
        Pane.firings(first, revision + 1);
        final long window = grid.windowOf(slice);
        if (window > UnsafeApi.getLong(block + LAST_FIRED))
        {
            UnsafeApi.putLong(block + LAST_FIRED, window);
        }
        emit(block, whole, grid.startNs(window), Pane.endNs(first), revision, timing);
    }

    private static SlidingGrid grid(final WindowConfig window)
    {
        return new SlidingGrid(window.sizeNs(), window.slideNs(), window.offsetNs());
    }
}
