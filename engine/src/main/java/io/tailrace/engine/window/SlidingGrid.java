package io.tailrace.engine.window;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.config.WindowConfig;

/**
 * Sliding windows and the slices between their edges.
 * <pre>
 *   window w:  [w * slide + offset, w * slide + offset + size)
 *   slices:    with rest = size mod slide, each slide from the start of window w on is cut into
 *                [start, start + rest)            part of window w and of those before that reach here
 *                [start + rest, start + slide)    part of the same but for the earliest
 *              and is one slice if there is no rest.
 * </pre>
 * Slices are numbered in order of time: {@code w * slicesPerSlide}, and one more for the second. The last window that a
 * slice is part of is the one that starts with it or one slice before. J. Li et al., "No Pane, No Gain", SIGMOD Record
 * 34 (2005); S. Krishnamurthy et al., "On-the-fly Sharing for Streamed Aggregation" (paired windows), SIGMOD 2006.
 * <p>
 * Example: slide 3, size 7, offset 0: rest 1, slices [0, 1), [1, 3), [3, 4), ...; window 0 is [0, 7), slices 0 to 4.
 */
final class SlidingGrid
{
    private final TimeGrid grid;
    private final long sizeNs;
    private final long restNs;
    private final int wholeSlides;
    private final int slicesPerSlide;

    // Where the last time was found.
    private long edgeNs;
    private long nextEdgeNs;
    private long lastWindow;
    private long slice;
    private int windowCount;
    private long lastEndNs;

    SlidingGrid(final long sizeNs, final long slideNs, final long offsetNs)
    {
        grid = new TimeGrid(slideNs, offsetNs);
        this.sizeNs = sizeNs;
        restNs = sizeNs % slideNs;
        wholeSlides = (int)(sizeNs / slideNs);
        slicesPerSlide = restNs == 0 ? 1 : 2;
        edgeNs = 0;
        nextEdgeNs = 0;
        find(0);
    }

    /** @return most windows that a time is in. */
    static int windowsPerTime(final WindowConfig window)
    {
        final long count = window.sizeNs() / window.slideNs() + (window.sizeNs() % window.slideNs() == 0 ? 0 : 1);
        return (int)Math.min(count, Integer.MAX_VALUE / 2);
    }

    /** Moves to the slice of a time. */
    void find(final long timeNs)
    {
        if (timeNs >= edgeNs && timeNs < nextEdgeNs)
        {
            return;
        }
        lastWindow = grid.indexOf(timeNs);
        lastEndNs = grid.edgeNs(lastWindow, sizeNs);
        final boolean isSecond = restNs != 0 && grid.sinceEdgeNs(timeNs) >= restNs;
        slice = lastWindow * slicesPerSlide + (isSecond ? 1 : 0);
        windowCount = restNs == 0 || isSecond ? wholeSlides : wholeSlides + 1;
        edgeNs = isSecond ? grid.edgeNs(lastWindow, restNs) : grid.edgeNs(lastWindow);
        nextEdgeNs = restNs == 0 || isSecond ? grid.edgeNs(lastWindow + 1) : grid.edgeNs(lastWindow, restNs);
    }

    /** @return number of the slice. */
    long slice()
    {
        return slice;
    }

    /** @return number of the last window that the slice is part of. */
    long lastWindow()
    {
        return lastWindow;
    }

    /** @return when that window ends. */
    long lastEndNs()
    {
        return lastEndNs;
    }

    /** @return how many windows the slice is part of. */
    int windowCount()
    {
        return windowCount;
    }

    /** @return number of the first window that does not end before a time. */
    long firstWindowFrom(final long endNs)
    {
        final long startNs = SaturatingTime.subtract(endNs, sizeNs);
        long window = grid.indexOf(startNs);
        // Saturated, the start may be that of a later window; else it may lie behind the edge.
        while (endNs(window) >= endNs && window > Long.MIN_VALUE / 2)
        {
            window--;
        }
        return window + 1;
    }

    long startNs(final long window)
    {
        return grid.edgeNs(window);
    }

    long endNs(final long window)
    {
        return grid.edgeNs(window, sizeNs);
    }

    /** @return number of the slice that begins with a window. */
    long firstSlice(final long window)
    {
        return window * slicesPerSlide;
    }

    /** @return number of the window that begins with a slice; only if {@link #isFirst} says that one does. */
    long windowOf(final long slice)
    {
        return slicesPerSlide == 1 ? slice : slice >> 1;
    }

    /** @return whether a window begins with a slice. */
    boolean isFirst(final long slice)
    {
        return slicesPerSlide == 1 || (slice & 1) == 0;
    }

    /** @return slices of a window. */
    int slicesPerWindow()
    {
        return slicesPerSlide == 1 ? wholeSlides : 2 * wholeSlides + 1;
    }

    /** @return slices in a slide. */
    int slicesPerSlide()
    {
        return slicesPerSlide;
    }
}
