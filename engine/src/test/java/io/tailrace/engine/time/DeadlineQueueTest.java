package io.tailrace.engine.time;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import com.sun.management.ThreadMXBean;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A queue of deadlines against a sorted map, over the whole range of a long.
 */
class DeadlineQueueTest
{
    private static final long[] ENDS = {
        Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE};

    /** Time and order of a deadline; the order is unique, as those of things are. */
    private record Deadline(long timeNs, long order) implements Comparable<Deadline>
    {
        @Override
        public int compareTo(final Deadline other)
        {
            return timeNs != other.timeNs ? Long.compare(timeNs, other.timeNs) : Long.compare(order, other.order);
        }
    }

    @Property(tries = 400)
    void shouldComeInOrderOfTimeAndOrderWhateverIsAskedBetween(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final long[] granularities = {1, 2, 1000, 62_500_000, 1L << 40, Long.MAX_VALUE};
        final boolean isOfFew = random.nextInt(5) == 0;
        assertSameAsMap(
            isOfFew ? DeadlineQueue.ofFew() : new DeadlineQueue(granularities[random.nextInt(granularities.length)]),
            random);
    }

    @Example
    void shouldTakeAnEarlierDeadlineAfterASpanWasDrawnNear()
    {
        final DeadlineQueue queue = new DeadlineQueue(1000);
        queue.add(1_000_500, 0, 1, 10);
        queue.add(1_000_400, 1, 2, 20);
        assertEquals(1_000_400, queue.firstNs());
        // Its span is far behind the one that is near.
        queue.add(-5, 2, 3, 30);
        queue.add(1_000_450, 3, 4, 40);
        queue.add(999_999, 4, 5, 50);
        assertFalse(queue.isDue(-6));
        assertTake(queue, -5, 2, 3, 30);
        assertTake(queue, 999_999, 4, 5, 50);
        assertTake(queue, 1_000_400, 1, 2, 20);
        assertTake(queue, 1_000_450, 3, 4, 40);
        assertTake(queue, 1_000_500, 0, 1, 10);
        assertEquals(0, queue.size());
        assertEquals(Long.MAX_VALUE, queue.firstNs());
        assertFalse(queue.isDue(Long.MAX_VALUE));
    }

    @Example
    void shouldOrderThoseOfOneTimeByTheirOrder()
    {
        for (final DeadlineQueue queue : new DeadlineQueue[] {new DeadlineQueue(64), DeadlineQueue.ofFew()})
        {
            for (int i = 0; i < 50; i++)
            {
                queue.add(700, (i * 37) % 50, i, -i);
            }
            for (int order = 0; order < 50; order++)
            {
                assertTrue(queue.isDue(700));
                assertEquals(order, queue.order());
                assertEquals(order, queue.number() * 37 % 50);
                assertEquals(-queue.number(), queue.detail());
                queue.remove();
            }
        }
    }

    @Example
    void shouldBeDueAtItsTimeAndNotBefore()
    {
        final DeadlineQueue queue = new DeadlineQueue(1 << 10);
        queue.add(5000, 0, 0, 0);
        assertFalse(queue.isDue(4999));
        assertTrue(queue.isDue(5000));
        assertTrue(queue.isDue(5001));
    }

    /** Things that are looked at and put off again and again: lists come out of the pool. */
    @Example
    void shouldAllocateNothingOnceWarm()
    {
        final DeadlineQueue queue = new DeadlineQueue(1 << 16);
        for (int i = 0; i < 1000; i++)
        {
            queue.add(i * 4001L, i, i, i);
        }
        long nowNs = putOff(queue, 0, 200);
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        // Asking allocates the first time.
        threads.getThreadAllocatedBytes(thread);
        final long before = threads.getThreadAllocatedBytes(thread);
        nowNs = putOff(queue, nowNs, 2000);
        final long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertEquals(1000, queue.size());
        // A hundred thousand moves; the figure itself may cost a few bytes.
        assertTrue(allocated < 10_000, "allocated=" + allocated + " until " + nowNs);
    }

    private static long putOff(final DeadlineQueue queue, final long fromNs, final int rounds)
    {
        long nowNs = fromNs;
        for (int round = 0; round < rounds; round++)
        {
            nowNs += 1 << 18;
            while (queue.isDue(nowNs))
            {
                final int number = queue.number();
                queue.remove();
                queue.add(nowNs + 4_000_000 + number * 7L, number, number, number);
            }
        }
        return nowNs;
    }

    private static void assertSameAsMap(final DeadlineQueue queue, final Random random)
    {
        final TreeMap<Deadline, Integer> map = new TreeMap<>();
        final int bits = 1 + random.nextInt(63);
        long order = 0;
        int number = 0;
        for (int i = 0; i < 2000; i++)
        {
            switch (random.nextInt(6))
            {
                case 0, 1, 2 ->
                {
                    final long timeNs = timeNs(random, bits);
                    order++;
                    // Orders do not come in the order of insertion.
                    final long shuffled = order * 0x9E3779B97F4A7C15L;
                    queue.add(timeNs, shuffled, number, ~shuffled);
                    map.put(new Deadline(timeNs, shuffled), number);
                    number++;
                }
                case 3 -> assertEquals(map.isEmpty() ? Long.MAX_VALUE : map.firstKey().timeNs(), queue.firstNs());
                default -> drain(queue, map, timeNs(random, bits), random.nextInt(20));
            }
            assertEquals(map.size(), queue.size());
        }
        drain(queue, map, Long.MAX_VALUE, Integer.MAX_VALUE);
        assertEquals(0, queue.size());
    }

    private static void drain(
        final DeadlineQueue queue, final TreeMap<Deadline, Integer> map, final long limitNs, final int most)
    {
        for (int i = 0; i < most; i++)
        {
            final boolean isDue = !map.isEmpty() && map.firstKey().timeNs() <= limitNs;
            assertEquals(isDue, queue.isDue(limitNs));
            if (!isDue)
            {
                return;
            }
            final Map.Entry<Deadline, Integer> first = map.pollFirstEntry();
            final long order = first.getKey().order();
            assertTake(queue, first.getKey().timeNs(), order, first.getValue(), ~order);
        }
    }

    private static void assertTake(
        final DeadlineQueue queue, final long timeNs, final long order, final int number, final long detail)
    {
        assertTrue(queue.isDue(timeNs));
        assertEquals(timeNs, queue.firstNs());
        assertEquals(order, queue.order());
        assertEquals(number, queue.number());
        assertEquals(detail, queue.detail());
        queue.remove();
    }

    /** One that was restored lacks those that were replaced, and must go on like the one that has them. */
    @Example
    void shouldSaveWhatFollowsFromTheLimitsAlone()
    {
        final long[] saved = {0, 0};
        final int[] reviews = {0, 0};
        for (int i = 0; i < 2; i++)
        {
            final int queueIndex = i;
            final DeadlineQueue queue = new DeadlineQueue(100, (timeNs, number, detail) ->
            {
                reviews[queueIndex] += number == 1 ? 1 : 0;
                return number == 0 ? DeadlineQueue.Review.GONE : timeNs;
            });
            if (i == 0)
            {
                queue.add(1_000, 0, 0, 0);
            }
            assertFalse(queue.isDue(1_060));
            queue.add(1_010, 1, 1, 0);
            assertTrue(queue.isDue(1_060));
            assertEquals(1, queue.number());
            queue.save(value -> saved[queueIndex] = value);
        }
        assertEquals(saved[0], saved[1]);
        assertEquals(reviews[0], reviews[1]);
    }

    private static long timeNs(final Random random, final int bits)
    {
        return random.nextInt(20) == 0 ? ENDS[random.nextInt(ENDS.length)] : random.nextLong() >> bits;
    }

    /** Things whose deadlines move on or vanish behind the queue's back. */
    @Property(tries = 200)
    void shouldFollowDeadlinesThatMove(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final long[] nowNs = new long[40];
        final long[] addedNs = new long[nowNs.length];
        final DeadlineQueue queue = new DeadlineQueue(100, (timeNs, number, detail) ->
        {
            assertEquals(number * 7L, detail);
            assertTrue(timeNs >= addedNs[number]);
            return nowNs[number] == Long.MAX_VALUE ? DeadlineQueue.Review.GONE : Math.max(timeNs, nowNs[number]);
        });
        for (int i = 0; i < nowNs.length; i++)
        {
            addedNs[i] = random.nextInt(2_000) - 500;
            nowNs[i] = addedNs[i];
            queue.add(addedNs[i], i, i, i * 7L);
        }
        final boolean[] isDone = new boolean[nowNs.length];
        for (long limitNs = -600; limitNs < 15_000; limitNs += random.nextInt(60))
        {
            // The last deadline comes long before the end.
            final boolean isMoving = limitNs < 5_000;
            final int moved = random.nextInt(nowNs.length);
            if (isMoving && !isDone[moved] && nowNs[moved] > limitNs && nowNs[moved] != Long.MAX_VALUE)
            {
                nowNs[moved] = random.nextInt(10) == 0 ? Long.MAX_VALUE : nowNs[moved] + random.nextInt(500);
            }
            long beforeNs = Long.MIN_VALUE;
            while (queue.isDue(limitNs))
            {
                final int number = queue.number();
                assertTrue(queue.firstNs() >= beforeNs);
                beforeNs = queue.firstNs();
                assertFalse(isDone[number]);
                queue.remove();
                if (nowNs[number] > limitNs && nowNs[number] != Long.MAX_VALUE)
                {
                    // Its span had come before it moved.
                    queue.add(nowNs[number], number, number, number * 7L);
                }
                else
                {
                    isDone[number] = true;
                }
            }
            for (int i = 0; i < nowNs.length; i++)
            {
                assertTrue(isDone[i] || nowNs[i] > limitNs, "a deadline was missed");
            }
        }
        assertEquals(0, queue.size());
    }
}
