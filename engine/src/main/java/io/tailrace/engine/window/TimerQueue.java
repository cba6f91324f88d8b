package io.tailrace.engine.window;

import java.util.Arrays;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * Timers in (time, registration order): for each time a list of the panes that are due, in the order in which they
 * came.
 * <pre>
 *   heap of distinct times --&gt; bucket (time) --&gt; (block number, pane number) ..., in order of registration
 * </pre>
 * Panes of one window share a bucket, so there are few distinct times and an insertion is O(1) but for the first of
 * its time. Windows that differ can end at the same time: at the end of the range of a long they do. A bucket stays at
 * the head while it is worked off, so that firing can stop anywhere and go on later.
 * <p>
 * Threading: one thread. Hot path: buckets are pooled; allocates only while the pool and the lists grow.
 * Memory: on the heap, 12 bytes a timer and about 100 bytes a distinct time.
 */
final class TimerQueue
{
    private final Long2ObjectHashMap<Bucket> bucketByTime = new Long2ObjectHashMap<>();
    private long[] heap = new long[16];
    private int heapSize;
    private Bucket[] pool = new Bucket[4];
    private int poolSize;
    private Bucket lastUsed;

    /**
     * Adds a timer.
     *
     * @param timeNs when it is due.
     * @param index  number of the pane.
     * @param number dense number of the pane's block.
     */
    void add(final long timeNs, final long index, final int number)
    {
        Bucket bucket = lastUsed;
        if (null == bucket || bucket.timeNs != timeNs)
        {
            bucket = bucketByTime.get(timeNs);
            if (null == bucket)
            {
                bucket = takeBucket(timeNs);
            }
            lastUsed = bucket;
        }
        bucket.add(number, index);
    }

    /** @return whether a timer is due at {@code limitNs} or earlier. */
    boolean isDue(final long limitNs)
    {
        return heapSize > 0 && heap[0] <= limitNs;
    }

    /** @return the earliest time; only if there is one. */
    long headTimeNs()
    {
        return heap[0];
    }

    /** @return whether there are no timers. */
    boolean isEmpty()
    {
        return heapSize == 0;
    }

    /** @return the bucket of the earliest time; only if there is one. */
    Bucket head()
    {
        return bucketByTime.get(heap[0]);
    }

    /** Gives the worked-off head bucket back. */
    void removeHead()
    {
        final Bucket bucket = bucketByTime.remove(heap[0]);
        if (lastUsed == bucket)
        {
            lastUsed = null;
        }
        final long last = heap[--heapSize];
        siftDown(last);
        if (poolSize == pool.length)
        {
            pool = Arrays.copyOf(pool, pool.length * 2);
        }
        pool[poolSize++] = bucket;
    }

    private Bucket takeBucket(final long timeNs)
    {
        final Bucket bucket = poolSize > 0 ? pool[--poolSize] : new Bucket();
        bucket.timeNs = timeNs;
        bucket.count = 0;
        bucket.cursor = 0;
        bucketByTime.put(timeNs, bucket);
        siftUp(timeNs);
        return bucket;
    }

    private void siftUp(final long timeNs)
    {
        if (heapSize == heap.length)
        {
            heap = Arrays.copyOf(heap, heap.length * 2);
        }
        int child = heapSize++;
        while (child > 0)
        {
            final int parent = (child - 1) >>> 1;
            if (heap[parent] <= timeNs)
            {
                break;
            }
            heap[child] = heap[parent];
            child = parent;
        }
        heap[child] = timeNs;
    }

    private void siftDown(final long timeNs)
    {
        int parent = 0;
        while (true)
        {
            int child = 2 * parent + 1;
            if (child >= heapSize)
            {
                break;
            }
            if (child + 1 < heapSize && heap[child + 1] < heap[child])
            {
                child++;
            }
            if (heap[child] >= timeNs)
            {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
        }
        heap[parent] = timeNs;
    }

    /** The timers of one time, and how many of them have been worked off. */
    static final class Bucket
    {
        private long timeNs;
        private int[] numbers = new int[16];
        private long[] indexes = new long[16];
        private int count;
        private int cursor;

        boolean hasNext()
        {
            return cursor < count;
        }

        /** @return how many timers have been worked off. */
        int cursor()
        {
            return cursor;
        }

        /** @return how many timers there are, those included. */
        int count()
        {
            return count;
        }

        /** @return the block number of a timer, by its place. */
        int number(final int place)
        {
            return numbers[place];
        }

        /** @return the number of the pane of a timer, by its place. */
        long index(final int place)
        {
            return indexes[place];
        }

        /** @return the block number at the cursor, which stays. */
        int peek()
        {
            return numbers[cursor];
        }

        void advance()
        {
            cursor++;
        }

        /** @return the number of the pane of the timer at the cursor. */
        long peekIndex()
        {
            return indexes[cursor];
        }

        private void add(final int number, final long index)
        {
            if (count == numbers.length)
            {
                numbers = Arrays.copyOf(numbers, count * 2);
                indexes = Arrays.copyOf(indexes, count * 2);
            }
            numbers[count] = number;
            indexes[count++] = index;
        }
    }
}
