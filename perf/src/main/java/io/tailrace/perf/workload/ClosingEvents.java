package io.tailrace.perf.workload;

import java.util.Arrays;

/**
 * Which event closes which window, computed before a run: the first event, in order of publication, whose event time
 * takes the watermark to the window's end. It is the event whose intended time a window result is measured from.
 * <p>
 * Holds for one publisher, a global watermark without reference clock, and windows of one size from the epoch on.
 * <p>
 * Threading: immutable. Memory: 8 bytes a window.
 */
public final class ClosingEvents
{
    /** No event of the schedule closes that window. */
    public static final long NONE = -1;

    private final long windowNs;
    private final long firstEndNs;
    private final long[] indexes;

    private ClosingEvents(final long windowNs, final long firstEndNs, final long[] indexes)
    {
        this.windowNs = windowNs;
        this.firstEndNs = firstEndNs;
        this.indexes = indexes;
    }

    /**
     * Walks through the events.
     *
     * @param workload         the events.
     * @param count            how many of them are published.
     * @param windowNs         size of the windows.
     * @param outOfOrdernessNs how far the watermark stays behind the greatest event time.
     * @return the closing events.
     */
    public static ClosingEvents of(
        final ReferenceWorkload workload, final long count, final long windowNs, final long outOfOrdernessNs)
    {
        final long earliestNs = ReferenceWorkload.EVENT_TIME_START_NS - workload.disorderNs();
        final long firstEndNs = Math.floorDiv(earliestNs, windowNs) * windowNs + windowNs;
        long[] indexes = new long[16];
        int closed = 0;
        long nextEndNs = firstEndNs;
        for (long index = 0; index < count; index++)
        {
            final long watermarkNs = workload.timeNs(index, workload.bits(index)) - outOfOrdernessNs;
            while (watermarkNs >= nextEndNs)
            {
                if (closed == indexes.length)
                {
                    indexes = Arrays.copyOf(indexes, closed * 2);
                }
                indexes[closed++] = index;
                nextEndNs += windowNs;
            }
        }
        return new ClosingEvents(windowNs, firstEndNs, Arrays.copyOf(indexes, closed));
    }

    /**
     * The event that closes a window.
     *
     * @param windowEndNs end of the window, exclusive, epoch ns.
     * @return its index, or {@link #NONE}.
     */
    public long indexOf(final long windowEndNs)
    {
        final long window = Math.floorDiv(windowEndNs - firstEndNs, windowNs);
        return window < 0 || window >= indexes.length ? NONE : indexes[(int)window];
    }

    /** @return how many windows are closed by events of the schedule, those without events included. */
    public int count()
    {
        return indexes.length;
    }
}
