package io.tailrace.perf.storm;

import java.util.Collection;
import java.util.Locale;

import io.tailrace.perf.report.Verdict;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What stands in the windows of devices: of readings that are added one by one, or as somebody else has computed it.
 * Values are whole numbers, so sums are exact whatever their order.
 * <p>
 * Threading: one thread. Memory: about 100 bytes a window.
 */
final class WindowTable
{
    private static final long INT = 0xFFFF_FFFFL;

    private final long windowNs;
    private final Long2ObjectHashMap<Window> windows = new Long2ObjectHashMap<>();
    private long recentKey;
    private Window recent;

    /**
     * How two tables differ.
     *
     * @param windows that are not in both, or not the same.
     * @param example one of them in words; empty if there is none.
     */
    record Difference(long windows, String example)
    {
        /** Judges that there is none. */
        void check(final Verdict verdict, final String what)
        {
            verdict.require(windows == 0, what + ": expected 0, found " + windows + ": " + example);
        }
    }

    /** One window of one device; first and last are by event time. */
    private static final class Window
    {
        private long count;
        private double sum;
        private double min = Double.POSITIVE_INFINITY;
        private double max = Double.NEGATIVE_INFINITY;
        private double first;
        private double last;
        private long firstNs = Long.MAX_VALUE;
        private long lastNs = Long.MIN_VALUE;

        boolean isSame(final Window other)
        {
            return null != other && count == other.count && sum == other.sum && min == other.min &&
                max == other.max && first == other.first && last == other.last;
        }

        @Override
        public String toString()
        {
            return String.format(
                Locale.ROOT, "count %d sum %s min %s max %s first %s last %s", count, sum, min, max, first, last);
        }
    }

    /** @param windowNs size of the windows. */
    WindowTable(final long windowNs)
    {
        this.windowNs = windowNs;
    }

    /** Adds a reading. */
    void add(final long device, final long timeNs, final double value)
    {
        final Window window = windowOf(device, timeNs);
        window.count++;
        window.sum += value;
        window.min = Math.min(window.min, value);
        window.max = Math.max(window.max, value);
        if (timeNs < window.firstNs)
        {
            window.firstNs = timeNs;
            window.first = value;
        }
        if (timeNs >= window.lastNs)
        {
            window.lastNs = timeNs;
            window.last = value;
        }
    }

    /** Adds the first readings of a fleet. */
    void addAll(final Fleet fleet, final long count)
    {
        for (int device = 0; device < fleet.devices(); device++)
        {
            for (long index = device; index < count; index += fleet.devices())
            {
                add(fleet.firstDevice() + device, fleet.timeNs(index), fleet.value(index));
            }
        }
    }

    /**
     * Takes a window as it was computed elsewhere, in place of what it held before.
     *
     * @param startNs of the window.
     * @param count   of its readings.
     * @param sums    sum, min, max, first and last.
     */
    void put(final long device, final long startNs, final long count, final double... sums)
    {
        final Window window = windowOf(device, startNs);
        window.count = count;
        window.sum = sums[0];
        window.min = sums[1];
        window.max = sums[2];
        window.first = sums[3];
        window.last = sums[4];
    }

    /** @return readings in all windows. */
    long readings()
    {
        long readings = 0;
        for (final Window window : windows.values())
        {
            readings += window.count;
        }
        return readings;
    }

    /** @return windows. */
    long size()
    {
        return windows.size();
    }

    /** @return windows of devices that are in none of some fleets. */
    long strangers(final Collection<Fleet> fleets)
    {
        long strangers = 0;
        final Long2ObjectHashMap<Window>.KeyIterator keys = windows.keySet().iterator();
        while (keys.hasNext())
        {
            final long device = keys.nextLong() >>> Integer.SIZE;
            strangers += fleets.stream().anyMatch(fleet -> fleet.has(device)) ? 0 : 1;
        }
        return strangers;
    }

    /** @return how this table differs from what is expected, in the windows of a fleet. */
    Difference against(final WindowTable expected, final Fleet fleet)
    {
        long count = 0;
        String example = "";
        final Long2ObjectHashMap<Window>.KeyIterator keys = expected.windows.keySet().iterator();
        while (keys.hasNext())
        {
            final long key = keys.nextLong();
            if (fleet.has(key >>> Integer.SIZE) && !expected.windows.get(key).isSame(windows.get(key)))
            {
                count++;
                example = example.isEmpty() ? example(key, expected) : example;
            }
        }
        final Long2ObjectHashMap<Window>.KeyIterator own = windows.keySet().iterator();
        while (own.hasNext())
        {
            final long key = own.nextLong();
            if (fleet.has(key >>> Integer.SIZE) && !expected.windows.containsKey(key))
            {
                count++;
                example = example.isEmpty() ? example(key, expected) : example;
            }
        }
        return new Difference(count, example);
    }

    private String example(final long key, final WindowTable expected)
    {
        return "device " + (key >>> Integer.SIZE) + ", window " + (int)key + ": found " +
            text(windows.get(key)) + ", expected " + text(expected.windows.get(key));
    }

    private static String text(final Window window)
    {
        return null == window ? "none" : window.toString();
    }

    /** Readings that come one after the other are often of one window. */
    private Window windowOf(final long device, final long timeNs)
    {
        final long key = device << Integer.SIZE | Math.floorDiv(timeNs, windowNs) & INT;
        if (null == recent || key != recentKey)
        {
            recent = windows.get(key);
            recentKey = key;
            if (null == recent)
            {
                recent = new Window();
                windows.put(key, recent);
            }
        }
        return recent;
    }
}
