package io.tailrace.engine.time;

import java.util.Arrays;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * Deadlines of numbered things in (time, order), made for deadlines that mostly move before they come: a thing is
 * added once, and whoever takes it at its old deadline adds it again with the new one.
 * <pre>
 *   far:  deadlines of {@code 2^shift} ns in one list, unsorted      O(1) an insertion
 *   near: a binary heap of the deadlines of the lists that have come  O(log of one list) an insertion
 * </pre>
 * Threading: one thread. Hot path: lists are pooled; allocates only while they grow. Memory: 28 bytes a deadline.
 */
public final class DeadlineQueue
{
    private static final int MAX_SHIFT = 40;

    private final int shift;
    private final Long2ObjectHashMap<Entries> farBySpan = new Long2ObjectHashMap<>();
    private final Entries spans = new Entries();
    private final Entries near = new Entries();
    private Entries[] pool = new Entries[4];
    private int poolSize;
    private int size;

    // Deadlines in spans up to this one are near.
    private long nearSpan = Long.MIN_VALUE;

    /** @param granularityNs of the lists; about the time in which few deadlines come. */
    public DeadlineQueue(final long granularityNs)
    {
        shift = Math.min(MAX_SHIFT, Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, granularityNs)));
    }

    private DeadlineQueue()
    {
        shift = 0;
        nearSpan = Long.MAX_VALUE;
    }

    /** @return a queue for few deadlines that do not move: all are near. */
    public static DeadlineQueue ofFew()
    {
        return new DeadlineQueue();
    }

    /**
     * Adds a deadline.
     *
     * @param timeNs when it comes.
     * @param order  among those of one time.
     * @param number of the thing.
     * @param detail anything more that tells which thing.
     */
    public void add(final long timeNs, final long order, final int number, final long detail)
    {
        size++;
        final long span = timeNs >> shift;
        if (span <= nearSpan)
        {
            near.push(timeNs, order, number, detail);
            return;
        }
        Entries far = farBySpan.get(span);
        if (null == far)
        {
            far = poolSize > 0 ? pool[--poolSize] : new Entries();
            farBySpan.put(span, far);
            spans.push(span, 0, 0, 0);
        }
        far.append(timeNs, order, number, detail);
    }

    /** @return whether the first deadline is at {@code limitNs} or earlier. */
    public boolean isDue(final long limitNs)
    {
        final long limitSpan = limitNs >> shift;
        while (spans.count > 0 && spans.times[0] <= limitSpan)
        {
            drawNear();
        }
        return near.count > 0 && near.times[0] <= limitNs;
    }

    /** @return when the first deadline comes, or {@link Long#MAX_VALUE}. */
    public long firstNs()
    {
        if (near.count == 0)
        {
            if (spans.count == 0)
            {
                return Long.MAX_VALUE;
            }
            drawNear();
        }
        return near.times[0];
    }

    /** @return the order of the first deadline; only after {@link #isDue}, as the others. */
    public long order()
    {
        return near.orders[0];
    }

    /** @return the number of the first deadline's thing. */
    public int number()
    {
        return near.numbers[0];
    }

    /** @return the detail of the first deadline's thing. */
    public long detail()
    {
        return near.details[0];
    }

    /** Takes the first deadline out. */
    public void remove()
    {
        size--;
        near.pop();
    }

    /** @return how many deadlines there are. */
    public int size()
    {
        return size;
    }

    private void drawNear()
    {
        final long span = spans.times[0];
        spans.pop();
        nearSpan = Math.max(nearSpan, span);
        final Entries far = farBySpan.remove(span);
        for (int i = 0; i < far.count; i++)
        {
            near.push(far.times[i], far.orders[i], far.numbers[i], far.details[i]);
        }
        far.count = 0;
        if (poolSize == pool.length)
        {
            pool = Arrays.copyOf(pool, pool.length * 2);
        }
        pool[poolSize++] = far;
    }

    /** Deadlines in parallel arrays: a list, or a binary heap by (time, order). */
    private static final class Entries
    {
        private long[] times = new long[16];
        private long[] orders = new long[16];
        private int[] numbers = new int[16];
        private long[] details = new long[16];
        private int count;

        void append(final long time, final long order, final int number, final long detail)
        {
            ensureRoom();
            set(count++, time, order, number, detail);
        }

        void push(final long time, final long order, final int number, final long detail)
        {
            ensureRoom();
            int child = count++;
            while (child > 0)
            {
                final int parent = (child - 1) >>> 1;
                if (isInOrder(times[parent], orders[parent], time, order))
                {
                    break;
                }
                set(child, times[parent], orders[parent], numbers[parent], details[parent]);
                child = parent;
            }
            set(child, time, order, number, detail);
        }

        void pop()
        {
            final int last = --count;
            final long time = times[last];
            final long order = orders[last];
            int parent = 0;
            while (true)
            {
                int child = 2 * parent + 1;
                if (child >= last)
                {
                    break;
                }
                if (child + 1 < last &&
                    isInOrder(times[child + 1], orders[child + 1], times[child], orders[child]))
                {
                    child++;
                }
                if (isInOrder(time, order, times[child], orders[child]))
                {
                    break;
                }
                set(parent, times[child], orders[child], numbers[child], details[child]);
                parent = child;
            }
            set(parent, time, order, numbers[last], details[last]);
        }

        private static boolean isInOrder(final long time, final long order, final long nextTime, final long nextOrder)
        {
            return time < nextTime || time == nextTime && order <= nextOrder;
        }

        private void set(final int at, final long time, final long order, final int number, final long detail)
        {
            times[at] = time;
            orders[at] = order;
            numbers[at] = number;
            details[at] = detail;
        }

        private void ensureRoom()
        {
            if (count == times.length)
            {
                times = Arrays.copyOf(times, count * 2);
                orders = Arrays.copyOf(orders, count * 2);
                numbers = Arrays.copyOf(numbers, count * 2);
                details = Arrays.copyOf(details, count * 2);
            }
        }
    }
}
