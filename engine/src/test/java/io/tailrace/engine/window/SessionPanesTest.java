package io.tailrace.engine.window;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;

import io.tailrace.engine.operator.KeyTable;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Sessions of 10 ns without lateness: one that starts at 0 is live until W is 10.
 */
class SessionPanesTest
{
    private static final long NULL = SessionPanes.NULL_ADDRESS;
    private static final long NO_WATERMARK = Long.MIN_VALUE;

    private final Lateness lateness = new Lateness(0);

    @Example
    void shouldKeepTheNewestInMindWhileItIsInline()
    {
        try (KeyTable keys = keys(2); SessionPanes panes = new SessionPanes("test", lateness, 10))
        {
            final long block = keys.create(1, 2, 0);
            assertEquals(NULL, panes.newest(block, NO_WATERMARK));
            assertEquals(panes.first(block), panes.place(block));
            for (int i = 0; i < 4; i++)
            {
                final long pane = begin(panes, block, i * 20, NO_WATERMARK);
                panes.setNewest(block, pane);
                assertEquals(pane, panes.newest(block, NO_WATERMARK));
                assertEquals(pane, panes.place(block));
            }
            assertNotEquals(NULL, panes.newest(block, 69));
            assertEquals(NULL, panes.newest(block, 70));
            panes.setNewest(block, begin(panes, block, 80, NO_WATERMARK));
            assertEquals(1, panes.pooledPanes());
            assertEquals(NULL, panes.newest(block, NO_WATERMARK));
        }
    }

    @Example
    void shouldFindOfTwoWithOneStartTheOneThatHasNotFired()
    {
        try (KeyTable keys = keys(2); SessionPanes panes = new SessionPanes("test", lateness, 10))
        {
            final long block = keys.create(1, 2, 0);
            final long over = begin(panes, block, 0, NO_WATERMARK);
            final long unfired = begin(panes, block, 0, NO_WATERMARK);
            assertNotEquals(over, unfired);
            Pane.firings(over, 1);
            assertEquals(unfired, panes.findUnfired(block, 0));
            Pane.free(unfired);
            assertEquals(NULL, panes.findUnfired(block, 0));
        }
    }

    @Example
    void shouldRefuseWhenThePoolIsEmpty()
    {
        try (KeyTable keys = keys(2); SessionPanes panes = new SessionPanes("test", lateness, 1))
        {
            final long block = keys.create(1, 2, 0);
            for (int i = 0; i < 5; i++)
            {
                begin(panes, block, i * 20, NO_WATERMARK);
            }
            assertEquals(NULL, panes.take(block, NO_WATERMARK));
            // An inline one that is over is taken again.
            assertEquals(panes.first(block), panes.take(block, 10));
            final long other = keys.create(1, 3, 0);
            assertNotEquals(NULL, panes.take(other, NO_WATERMARK));
        }
    }

    /** Sessions of a few keys that begin, are taken over and end, against a sorted map of each key. */
    @Property(tries = 60)
    void shouldKeepEveryLiveSessionOfEveryKey(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final int keyCount = 1 + random.nextInt(4);
        try (KeyTable keys = keys(keyCount); SessionPanes panes = new SessionPanes("test", lateness, 1000))
        {
            final long[] blocks = new long[keyCount];
            final TreeMap<Long, Long> naive = new TreeMap<>();
            final long keyDistance = 1L << 40;
            long watermarkNs = 0;
            for (int i = 0; i < 800; i++)
            {
                final int key = random.nextInt(keyCount);
                watermarkNs += random.nextInt(3) == 0 ? random.nextInt(60) : 0;
                final long limitNs = watermarkNs;
                naive.keySet().removeIf(start -> start % keyDistance + 10 <= limitNs);
                if (blocks[key] == NULL)
                {
                    blocks[key] = keys.create(key, 0, 0);
                }
                final long block = blocks[key];
                final long startNs = watermarkNs + random.nextInt(400);
                final long naiveStart = key * keyDistance + startNs;
                switch (random.nextInt(8))
                {
                    case 0 ->
                    {
                        panes.prune(block, Long.MAX_VALUE);
                        keys.remove(block);
                        blocks[key] = NULL;
                        naive.keySet().removeIf(start -> start / keyDistance == key);
                        continue;
                    }
                    case 1 -> panes.prune(block, watermarkNs);
                    case 2 ->
                    {
                        final long pane = panes.findUnfired(block, startNs);
                        assertEquals(naive.containsKey(naiveStart), pane != NULL);
                        if (pane != NULL)
                        {
                            // Taken over: an inline place or a pooled one that the next pruning gives back.
                            Pane.free(pane);
                            naive.remove(naiveStart);
                        }
                    }
                    default ->
                    {
                        if (!naive.containsKey(naiveStart))
                        {
                            Pane.add(begin(panes, block, startNs, watermarkNs), startNs, i);
                            naive.put(naiveStart, (long)i);
                        }
                    }
                }
                assertSame(panes, block, naive.subMap(key * keyDistance, (key + 1) * keyDistance).values().stream()
                    .mapToLong(Long::longValue).sorted().toArray(), watermarkNs);
            }
            for (final long block : blocks)
            {
                if (block != NULL)
                {
                    panes.prune(block, Long.MAX_VALUE);
                }
            }
            assertEquals(0, panes.pooledPanes());
        }
    }

    private void assertSame(
        final SessionPanes panes, final long block, final long[] expected, final long watermarkNs)
    {
        final long[] sums = new long[expected.length];
        int live = 0;
        int listed = 0;
        for (long pane = panes.first(block); pane != NULL; pane = panes.next(block, pane))
        {
            listed++;
            if (lateness.isLive(pane, watermarkNs))
            {
                assertTrue(live < expected.length, "more than there are");
                sums[live++] = (long)Pane.sum(pane);
            }
        }
        Arrays.sort(sums);
        assertArrayEquals(expected, sums);
        assertEquals(4 + WindowKey.overflow(block), listed);
    }

    private static KeyTable keys(final int count)
    {
        return new KeyTable("test", SessionPanes.KEY_BLOCK_LENGTH, count, Long.MAX_VALUE);
    }

    private static long begin(
        final SessionPanes panes, final long block, final long startNs, final long watermarkNs)
    {
        final long pane = panes.take(block, watermarkNs);
        final int next = Pane.next(pane);
        Pane.open(pane, startNs, startNs + 10, 1);
        Pane.next(pane, next);
        return pane;
    }
}
