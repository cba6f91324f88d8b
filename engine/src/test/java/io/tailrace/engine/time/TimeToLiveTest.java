package io.tailrace.engine.time;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TimeToLiveTest
{
    private final Map<Integer, Long> kept = new HashMap<>();

    /** A thing as section 8 of the semantics describes it. */
    private static final class Thing
    {
        private final int number;
        private final long created;
        private long usedNs;
        private long lookNs;

        private Thing(final int number, final long created, final long usedNs, final long lookNs)
        {
            this.number = number;
            this.created = created;
            this.usedNs = usedNs;
            this.lookNs = lookNs;
        }
    }

    @Example
    void shouldLookExactlyATimeToLiveAfterTheCreation()
    {
        final TimeToLive timeToLive = new TimeToLive(100, kept::put);
        timeToLive.onCreated(7, 0, 1000);
        assertEquals(1100, timeToLive.firstNs());
        assertEquals(TimeToLive.NONE, timeToLive.poll(1099));
        assertEquals(7, timeToLive.poll(1100));
        assertFalse(timeToLive.isUsed(1000, 1100));
        assertEquals(TimeToLive.NONE, timeToLive.poll(Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, timeToLive.firstNs());
    }

    @Example
    void shouldLookAgainATimeToLiveAfterTheLastUse()
    {
        final TimeToLive timeToLive = new TimeToLive(100, kept::put);
        timeToLive.onCreated(7, 0, 1000);
        assertEquals(7, timeToLive.poll(1100));
        assertTrue(timeToLive.isUsed(1001, 1100));
        assertEquals(1101, timeToLive.firstNs());
        assertEquals(7, timeToLive.poll(1500));
        assertFalse(timeToLive.isUsed(1001, 1500));
        timeToLive.lookAgain(1500);
        assertEquals(1600, timeToLive.firstNs());
    }

    @Example
    void shouldLookAsBeforeWhenItIsRestored()
    {
        final TimeToLive before = new TimeToLive(100, kept::put);
        before.onCreated(7, 0, 1000);
        before.onCreated(8, 1, 1000);
        before.onCreated(9, 2, -100);
        assertEquals(9, before.poll(500));
        before.lookAgain(1000);
        final TimeToLive after = new TimeToLive(100, (number, value) -> { });
        after.onRestored(9, 2, kept.get(9));
        after.onRestored(8, 1, kept.get(8));
        after.onRestored(7, 0, kept.get(7));
        after.onRestored(6, 3, 0);
        assertEquals(7, after.poll(1100));
        assertEquals(8, after.poll(1100));
        assertEquals(9, after.poll(1100));
        assertEquals(TimeToLive.NONE, after.poll(Long.MAX_VALUE));
    }

    @Example
    void shouldNeverLookAtWhatLivesForEver()
    {
        final TimeToLive timeToLive = new TimeToLive(Long.MAX_VALUE, kept::put);
        timeToLive.onCreated(7, 0, -5);
        assertEquals(TimeToLive.NONE, timeToLive.poll(Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, timeToLive.firstNs());
    }

    @Example
    void shouldLookAtTheEndOfTimeAtTheLatest()
    {
        final TimeToLive timeToLive = new TimeToLive(100, kept::put);
        timeToLive.onCreated(7, 0, Long.MAX_VALUE - 1);
        assertEquals(TimeToLive.NONE, timeToLive.poll(Long.MAX_VALUE - 1));
        assertEquals(7, timeToLive.poll(Long.MAX_VALUE));
        assertFalse(timeToLive.isUsed(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    /** Creation, use, looks and forgetting at random against a list that is sorted for each look. */
    @Property(tries = 200)
    void shouldLookInTheOrderOfLookAndCreation(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final long ttlNs = 1 + random.nextInt(1000);
        final TimeToLive timeToLive = new TimeToLive(ttlNs, kept::put);
        final List<Thing> things = new ArrayList<>();
        long nowNs = random.nextLong() >> 2;
        long created = 0;
        for (int i = 0; i < 600; i++)
        {
            nowNs += random.nextInt(40);
            if (random.nextInt(3) == 0)
            {
                final int number = random.nextInt();
                timeToLive.onCreated(number & Integer.MAX_VALUE, created, nowNs);
                things.add(new Thing(number & Integer.MAX_VALUE, created++, nowNs, nowNs + ttlNs));
            }
            else if (!things.isEmpty())
            {
                things.get(random.nextInt(things.size())).usedNs = nowNs;
            }
            if (random.nextInt(4) == 0)
            {
                look(timeToLive, things, nowNs, ttlNs, random);
            }
        }
    }

    private static void look(
        final TimeToLive timeToLive,
        final List<Thing> things,
        final long nowNs,
        final long ttlNs,
        final Random random)
    {
        final Comparator<Thing> order =
            Comparator.comparingLong((Thing thing) -> thing.lookNs).thenComparingLong(thing -> thing.created);
        for (int looks = random.nextInt(12); looks > 0; looks--)
        {
            things.sort(order);
            assertEquals(things.isEmpty() ? Long.MAX_VALUE : things.get(0).lookNs, timeToLive.firstNs());
            final boolean isDue = !things.isEmpty() && things.get(0).lookNs <= nowNs;
            final int polled = timeToLive.poll(nowNs);
            assertEquals(isDue ? things.get(0).number : TimeToLive.NONE, polled);
            if (!isDue)
            {
                return;
            }
            final Thing thing = things.get(0);
            final boolean isUsed = thing.usedNs + ttlNs > nowNs;
            assertEquals(isUsed, timeToLive.isUsed(thing.usedNs, nowNs));
            if (isUsed)
            {
                thing.lookNs = thing.usedNs + ttlNs;
            }
            else if (random.nextInt(3) == 0)
            {
                timeToLive.lookAgain(nowNs);
                thing.lookNs = nowNs + ttlNs;
            }
            else
            {
                things.remove(0);
            }
        }
    }
}
