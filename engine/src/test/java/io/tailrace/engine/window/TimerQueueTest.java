package io.tailrace.engine.window;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TimerQueueTest
{
    /** A timer of the naive list, which a stable sort keeps in order of registration. */
    private record Timer(long timeNs, long index, int number)
    {
    }

    private final TimerQueue queue = new TimerQueue();

    /** Random insertions, and firing up to random limits that stops anywhere and goes on, against a sorted list. */
    @Property(tries = 300)
    void shouldComeDueInOrderOfTimeAndRegistration(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final TimerQueue timers = new TimerQueue();
        final List<Timer> naive = new ArrayList<>();
        final int distinct = 1 + random.nextInt(200);
        int number = 0;
        for (int round = 0; round < 60; round++)
        {
            final int inserts = random.nextInt(80);
            for (int i = 0; i < inserts; i++)
            {
                final long timeNs = timeNs(random, distinct);
                timers.add(timeNs, timeNs - random.nextInt(3), number);
                naive.add(new Timer(timeNs, 0, number));
                number++;
            }
            naive.sort(Comparator.comparingLong(Timer::timeNs));
            drain(timers, naive, timeNs(random, distinct), random);
        }
        while (!naive.isEmpty())
        {
            drain(timers, naive, Long.MAX_VALUE, random);
        }
        assertTrue(timers.isEmpty());
    }

    @Example
    void shouldKeepTheCursorOfTheHeadWhereWorkStopped()
    {
        queue.add(10, 1, 100);
        queue.add(10, 2, 101);
        queue.add(10, 3, 102);
        queue.head().advance();

        assertEquals(101, queue.head().peek());
        assertEquals(2, queue.head().peekIndex());
        queue.head().advance();
        queue.head().advance();
        assertFalse(queue.head().hasNext());
        queue.removeHead();
        assertTrue(queue.isEmpty());
    }

    @Example
    void shouldBeDueAtItsTimeAndNotBefore()
    {
        queue.add(10, 0, 1);
        assertFalse(queue.isDue(9));
        assertTrue(queue.isDue(10));
        assertTrue(queue.isDue(11));
        assertEquals(10, queue.headTimeNs());
    }

    @Example
    void shouldNotShowOldTimersInABucketThatIsUsedAgain()
    {
        for (int i = 0; i < 40; i++)
        {
            queue.add(10, 0, i);
        }
        while (queue.head().hasNext())
        {
            queue.head().advance();
        }
        queue.removeHead();

        queue.add(10, 7, 500);
        queue.add(5, 8, 501);
        assertEquals(501, queue.head().peek());
        queue.head().advance();
        assertFalse(queue.head().hasNext());
        queue.removeHead();
        assertEquals(500, queue.head().peek());
        assertEquals(7, queue.head().peekIndex());
    }

    @Example
    void shouldOrderTheEndsOfTime()
    {
        queue.add(Long.MAX_VALUE, 0, 1);
        queue.add(Long.MIN_VALUE, 0, 2);
        queue.add(0, 0, 3);
        assertTrue(queue.isDue(Long.MIN_VALUE));
        assertEquals(2, take(queue));
        assertFalse(queue.isDue(-1));
        assertEquals(3, take(queue));
        assertFalse(queue.isDue(Long.MAX_VALUE - 1));
        assertEquals(1, take(queue));
    }

    private static void drain(
        final TimerQueue timers, final List<Timer> naive, final long limitNs, final Random random)
    {
        int stopAfter = random.nextInt(1000);
        while (!naive.isEmpty() && naive.get(0).timeNs() <= limitNs)
        {
            if (stopAfter-- == 0)
            {
                return;
            }
            assertTrue(timers.isDue(limitNs));
            assertEquals(naive.get(0).timeNs(), timers.headTimeNs());
            final TimerQueue.Bucket bucket = timers.head();
            final Timer expected = naive.remove(0);
            assertEquals(expected.number(), bucket.peek());
            bucket.advance();
            if (!bucket.hasNext())
            {
                timers.removeHead();
            }
        }
        assertFalse(timers.isDue(limitNs));
    }

    private static long timeNs(final Random random, final int distinct)
    {
        return (random.nextInt(distinct) - distinct / 2) * 1_000_000_000L;
    }

    private static int take(final TimerQueue queue)
    {
        final int number = queue.head().peek();
        queue.head().advance();
        queue.removeHead();
        return number;
    }
}
