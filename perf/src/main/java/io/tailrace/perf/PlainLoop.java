package io.tailrace.perf;

import java.util.Arrays;

import io.tailrace.perf.workload.ReferenceWorkload;
import io.tailrace.perf.workload.ResultDigest;
import org.agrona.collections.Long2LongHashMap;

/**
 * The yardstick: the same job in one thread over a primitive map, with nothing around it. No ring, no journal, no
 * results log; its state and its results are gone when it ends. Computes the same aggregates and shares no code with
 * the engine, so that its digest also checks the engine's answer. Like the job, it takes no id of a device twice.
 * <pre>
 *   device --map--&gt; row --&gt; pane (window mod panes) of 16 longs:
 *   start count sum lost shift squares min max first firstTime last lastTime
 * </pre>
 * Threading: one thread.
 */
final class PlainLoop
{
    private static final int PANE_LENGTH = 16;
    private static final int START = 0;
    private static final int COUNT = 1;
    private static final int SUM = 2;
    private static final int LOST = 3;
    private static final int SHIFT = 4;
    private static final int SQUARES = 5;
    private static final int MIN = 6;
    private static final int MAX = 7;
    private static final int FIRST = 8;
    private static final int FIRST_TIME = 9;
    private static final int LAST = 10;
    private static final int LAST_TIME = 11;
    private static final long NO_ROW = -1;

    private final ReferenceWorkload workload;
    private final long windowNs;
    private final int panesPerRow;
    private final Long2LongHashMap rows = new Long2LongHashMap(NO_ROW);
    private final PlainDedup dedup = new PlainDedup(ReferenceJob.WINDOW_IDS);
    private final ResultDigest digest = new ResultDigest();
    private long[] devices = new long[1024];
    private long[] panes;
    private double squaredDeviations;
    private int rowCount;
    private long maxTimeNs = Long.MIN_VALUE;
    private long nextEndNs;

    /**
     * @param workload the events; their greatest disorder is the out-of-orderness.
     * @param windowNs size of the tumbling windows.
     */
    PlainLoop(final ReferenceWorkload workload, final long windowNs)
    {
        this.workload = workload;
        this.windowNs = windowNs;
        // Open are the windows from the watermark to the greatest time, and one is begun at either end.
        panesPerRow = (int)(workload.disorderNs() / windowNs) + 2;
        panes = new long[devices.length * panesPerRow * PANE_LENGTH];
        final long earliestNs = ReferenceWorkload.EVENT_TIME_START_NS - workload.disorderNs();
        nextEndNs = earliestNs - Math.floorMod(earliestNs, windowNs) + windowNs;
    }

    /**
     * Takes the first events of the workload and closes all windows.
     *
     * @return what the results come to.
     */
    ResultDigest run(final long count)
    {
        long startNs = 0;
        int slot = 0;
        for (long index = 0; index < count; index++)
        {
            final long bits = workload.bits(index);
            final long timeNs = workload.timeNs(index, bits);
            final int row = row(workload.device(bits));
            if (!dedup.isNew(row, index))
            {
                continue;
            }
            // Most events are in the window of the one before: saves two divisions.
            if (timeNs < startNs || timeNs - startNs >= windowNs)
            {
                startNs = timeNs - Math.floorMod(timeNs, windowNs);
                slot = slot(startNs);
            }
            // What this event closes it is not in itself; so fired first, that makes room for its own window.
            if (timeNs > maxTimeNs)
            {
                maxTimeNs = timeNs;
                while (timeNs - workload.disorderNs() >= nextEndNs)
                {
                    fire();
                }
            }
            add(row * panesPerRow * PANE_LENGTH + slot, startNs, timeNs, workload.value(bits));
        }
        while (nextEndNs - windowNs <= maxTimeNs)
        {
            fire();
        }
        return digest;
    }

    /** @return sum of the squared deviations from their means, over all windows. */
    double squaredDeviations()
    {
        return squaredDeviations;
    }

    /** The row of a device, which gets one with its first event. */
    private int row(final long device)
    {
        long row = rows.get(device);
        if (row == NO_ROW)
        {
            row = rowCount++;
            rows.put(device, row);
            if (rowCount > devices.length)
            {
                devices = Arrays.copyOf(devices, devices.length * 2);
                panes = Arrays.copyOf(panes, panes.length * 2);
            }
            devices[(int)row] = device;
        }
        return (int)row;
    }

    /** Where the pane of a window is in a row: windows that are open together have different ones. */
    private int slot(final long startNs)
    {
        return (int)(startNs / windowNs % panesPerRow) * PANE_LENGTH;
    }

    private void add(final int pane, final long startNs, final long timeNs, final double value)
    {
        final long[] longs = panes;
        final long count = longs[pane + COUNT];
        longs[pane + COUNT] = count + 1;
        if (count == 0)
        {
            final long bits = Double.doubleToRawLongBits(value);
            longs[pane + START] = startNs;
            longs[pane + SUM] = bits;
            longs[pane + LOST] = 0;
            longs[pane + SHIFT] = bits;
            longs[pane + SQUARES] = 0;
            longs[pane + MIN] = bits;
            longs[pane + MAX] = bits;
            longs[pane + FIRST] = bits;
            longs[pane + FIRST_TIME] = timeNs;
            longs[pane + LAST] = bits;
            longs[pane + LAST_TIME] = timeNs;
            return;
        }
        final double sum = get(longs, pane + SUM);
        final double total = sum + value;
        final double lost = Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
        final double deviation = value - get(longs, pane + SHIFT);
        put(longs, pane + SUM, total);
        put(longs, pane + LOST, get(longs, pane + LOST) + lost);
        put(longs, pane + SQUARES, get(longs, pane + SQUARES) + deviation * deviation);
        put(longs, pane + MIN, Math.min(get(longs, pane + MIN), value));
        put(longs, pane + MAX, Math.max(get(longs, pane + MAX), value));
        if (timeNs < longs[pane + FIRST_TIME])
        {
            put(longs, pane + FIRST, value);
            longs[pane + FIRST_TIME] = timeNs;
        }
        if (timeNs >= longs[pane + LAST_TIME])
        {
            put(longs, pane + LAST, value);
            longs[pane + LAST_TIME] = timeNs;
        }
    }

    private void fire()
    {
        final long startNs = nextEndNs - windowNs;
        final int slot = slot(startNs);
        for (int row = 0; row < rowCount; row++)
        {
            final int pane = row * panesPerRow * PANE_LENGTH + slot;
            if (panes[pane + COUNT] != 0 && panes[pane + START] == startNs)
            {
                final long count = panes[pane + COUNT];
                final double sum = get(panes, pane + SUM) + get(panes, pane + LOST);
                final double deviation = sum - count * get(panes, pane + SHIFT);
                squaredDeviations += get(panes, pane + SQUARES) - deviation * deviation / count;
                digest.add(
                    devices[row],
                    startNs,
                    count,
                    sum,
                    get(panes, pane + MIN),
                    get(panes, pane + MAX),
                    get(panes, pane + FIRST),
                    get(panes, pane + LAST));
                panes[pane + COUNT] = 0;
            }
        }
        nextEndNs += windowNs;
    }

    private static double get(final long[] longs, final int at)
    {
        return Double.longBitsToDouble(longs[at]);
    }

    private static void put(final long[] longs, final int at, final double value)
    {
        longs[at] = Double.doubleToRawLongBits(value);
    }
}
