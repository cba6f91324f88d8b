package io.tailrace.engine.time;

import java.util.Arrays;

import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import org.agrona.collections.Long2LongHashMap;

/**
 * Deadlines of numbered things in (time, order), made for deadlines that mostly move before they come: a thing is
 * added once. When the span of time comes in which its deadline lies, it is reviewed, and goes to a later span if the
 * deadline has moved; whoever takes a deadline that has moved nevertheless adds it again.
 * <pre>
 *   far:  per span of {@code 2^shift} ns a list, unsorted             O(1) an insertion
 *   near: a binary heap of the deadlines of the spans that have come  O(log of one span) an insertion
 * </pre>
 * Threading: one thread. Hot path: allocates only while there are more deadlines, or spans, than ever before.
 * Memory: 40 bytes a deadline.
 */
public final class DeadlineQueue
{
    /** Says where a deadline is by now. */
    @FunctionalInterface
    public interface Review
    {
        /** There is no deadline any more. */
        long GONE = Long.MIN_VALUE;

        /**
         * Reviews a deadline.
         *
         * @param timeNs as it was added.
         * @param number of the thing.
         * @param detail as it was added.
         * @return when it comes, not before {@code timeNs}, or {@link #GONE}.
         */
        long timeNs(long timeNs, int number, long detail);
    }

    private static final int MAX_SHIFT = 40;
    private static final int INITIAL_LENGTH = 16;
    private static final int NONE = -1;

    private final int shift;

    /** Null: deadlines are as they were added. */
    private final Review review;

    // Deadlines; those that are in no list are chained for reuse.
    private long[] times = new long[INITIAL_LENGTH];
    private long[] orders = new long[INITIAL_LENGTH];
    private long[] details = new long[INITIAL_LENGTH];
    private int[] numbers = new int[INITIAL_LENGTH];
    private int[] nexts = new int[INITIAL_LENGTH];
    private int freeHead = NONE;
    private int used;
    private int size;

    private final Long2LongHashMap farHeadBySpan = new Long2LongHashMap(NONE);
    private long[] spans = new long[INITIAL_LENGTH];
    private int spanCount;

    // Deadlines in spans up to this one are near. Checkpointed: whether a deadline is reviewed depends on it.
    private long nearSpan;
    private int[] near = new int[INITIAL_LENGTH];
    private int nearCount;

    /** @param granularityNs of the spans; about the time in which few deadlines come. */
    public DeadlineQueue(final long granularityNs)
    {
        this(granularityNs, null);
    }

    /**
     * @param granularityNs of the spans; about the time in which few deadlines come.
     * @param review        asked once for each deadline whose span comes; must not use the queue.
     */
    public DeadlineQueue(final long granularityNs, final Review review)
    {
        this(
            Math.min(MAX_SHIFT, Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.max(1, granularityNs))),
            Long.MIN_VALUE,
            review);
    }

    private DeadlineQueue(final int shift, final long nearSpan, final Review review)
    {
        this.shift = shift;
        this.nearSpan = nearSpan;
        this.review = review;
    }

    /** @return a queue for few deadlines that do not move: all are near. */
    public static DeadlineQueue ofFew()
    {
        return new DeadlineQueue(0, Long.MAX_VALUE, null);
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
        final int entry = takeEntry();
        orders[entry] = order;
        numbers[entry] = number;
        details[entry] = detail;
        size++;
        put(entry, timeNs, nearSpan);
    }

    /** @return whether the first deadline is at {@code limitNs} or earlier. */
    public boolean isDue(final long limitNs)
    {
        final long limitSpan = limitNs >> shift;
        while (spanCount > 0 && spans[0] <= limitSpan)
        {
            drawNear(limitSpan);
        }
        // Follows from the limits alone: which spans held deadlines, those included that were replaced, does not count.
        // At the end of all time, however, nothing comes near for ever.
        if (limitSpan > nearSpan && limitNs != Long.MAX_VALUE)
        {
            nearSpan = limitSpan;
        }
        return nearCount > 0 && times[near[0]] <= limitNs;
    }

    /** @return when the first deadline comes, or {@link Long#MAX_VALUE}. */
    public long firstNs()
    {
        while (spanCount > 0 && (nearCount == 0 || spans[0] <= times[near[0]] >> shift))
        {
            drawNear(Math.max(nearSpan, spans[0]));
        }
        return nearCount == 0 ? Long.MAX_VALUE : times[near[0]];
    }

    /** @return the order of the first deadline; only after {@link #isDue}, as the others. */
    public long order()
    {
        return orders[near[0]];
    }

    /** @return the number of the first deadline's thing. */
    public int number()
    {
        return numbers[near[0]];
    }

    /** @return the detail of the first deadline's thing. */
    public long detail()
    {
        return details[near[0]];
    }

    /** Takes the first deadline out. */
    public void remove()
    {
        final int entry = near[0];
        popNear();
        giveBack(entry);
    }

    /** Saves what does not follow from the deadlines. */
    public void save(final StateOutput out)
    {
        out.putLong(nearSpan);
    }

    /** Restores what was saved, before deadlines are added anew. */
    public void load(final StateInput in)
    {
        nearSpan = in.getLong();
    }

    /** @return how many deadlines there are. */
    public int size()
    {
        return size;
    }

    private int takeEntry()
    {
        if (freeHead != NONE)
        {
            final int entry = freeHead;
            freeHead = nexts[entry];
            return entry;
        }
        if (used == times.length)
        {
            times = Arrays.copyOf(times, used * 2);
            orders = Arrays.copyOf(orders, used * 2);
            details = Arrays.copyOf(details, used * 2);
            numbers = Arrays.copyOf(numbers, used * 2);
            nexts = Arrays.copyOf(nexts, used * 2);
        }
        return used++;
    }

    private void giveBack(final int entry)
    {
        nexts[entry] = freeHead;
        freeHead = entry;
        size--;
    }

    private void put(final int entry, final long timeNs, final long lastNearSpan)
    {
        times[entry] = timeNs;
        final long span = timeNs >> shift;
        if (span <= lastNearSpan)
        {
            pushNear(entry);
            return;
        }
        final long head = farHeadBySpan.put(span, entry);
        nexts[entry] = (int)head;
        if (head == NONE)
        {
            pushSpan(span);
        }
    }

    /** Draws the first span near, which is not beyond the last one that may be. */
    private void drawNear(final long lastNearSpan)
    {
        final long span = spans[0];
        popSpan();
        int entry = (int)farHeadBySpan.remove(span);
        while (entry != NONE)
        {
            final int next = nexts[entry];
            if (null == review)
            {
                pushNear(entry);
            }
            else
            {
                review(entry, lastNearSpan);
            }
            entry = next;
        }
    }

    private void review(final int entry, final long lastNearSpan)
    {
        final long timeNs = review.timeNs(times[entry], numbers[entry], details[entry]);
        if (timeNs == Review.GONE)
        {
            giveBack(entry);
        }
        else
        {
            put(entry, timeNs, lastNearSpan);
        }
    }

    private boolean isInOrder(final int entry, final int other)
    {
        return times[entry] < times[other] || times[entry] == times[other] && orders[entry] <= orders[other];
    }

    private void pushNear(final int entry)
    {
        if (nearCount == near.length)
        {
            near = Arrays.copyOf(near, nearCount * 2);
        }
        int child = nearCount++;
        while (child > 0)
        {
            final int parent = (child - 1) >>> 1;
            if (isInOrder(near[parent], entry))
            {
                break;
            }
            near[child] = near[parent];
            child = parent;
        }
        near[child] = entry;
    }

    private void popNear()
    {
        final int last = near[--nearCount];
        int parent = 0;
        while (true)
        {
            int child = 2 * parent + 1;
            if (child >= nearCount)
            {
                break;
            }
            if (child + 1 < nearCount && isInOrder(near[child + 1], near[child]))
            {
                child++;
            }
            if (isInOrder(last, near[child]))
            {
                break;
            }
            near[parent] = near[child];
            parent = child;
        }
        near[parent] = last;
    }

    private void pushSpan(final long span)
    {
        if (spanCount == spans.length)
        {
            spans = Arrays.copyOf(spans, spanCount * 2);
        }
        int child = spanCount++;
        while (child > 0)
        {
            final int parent = (child - 1) >>> 1;
            if (spans[parent] <= span)
            {
                break;
            }
            spans[child] = spans[parent];
            child = parent;
        }
        spans[child] = span;
    }

    private void popSpan()
    {
        final long last = spans[--spanCount];
        int parent = 0;
        while (true)
        {
            int child = 2 * parent + 1;
            if (child >= spanCount)
            {
                break;
            }
            if (child + 1 < spanCount && spans[child + 1] < spans[child])
            {
                child++;
            }
            if (last <= spans[child])
            {
                break;
            }
            spans[parent] = spans[child];
            parent = child;
        }
        spans[parent] = last;
    }
}
