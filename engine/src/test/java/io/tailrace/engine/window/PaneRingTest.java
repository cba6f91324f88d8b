package io.tailrace.engine.window;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

import io.tailrace.engine.operator.KeyTable;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Panes of windows of 10 ns with 5 ns of lateness: window 0, [0, 10), is live until W is 15.
 */
class PaneRingTest
{
    private static final long NULL = PaneRing.NULL_ADDRESS;
    private static final long NO_WATERMARK = Long.MIN_VALUE;
    private static final int HEADER = 64;
    private static final int INLINE = 4;

    private final Lateness lateness = new Lateness(5);

    @Example
    void shouldMoveTheOlderPaneToTheOverflowWithItsContents()
    {
        try (KeyTable keys = keys(4); PaneRing panes = panes(20))
        {
            final long block = keys.create(1, 2, 0);
            final long pane = create(panes, block, 0, NO_WATERMARK);
            Pane.add(pane, 3, 1.5);
            Pane.firings(pane, 2);
            // Four panes are inline: window 4 falls on the place of window 0.
            final long newer = create(panes, block, 4, NO_WATERMARK);
            assertEquals(1, panes.overflowPanes());
            Pane.add(newer, 41, 9);
            assertEquals(newer, panes.find(block, 4));
            assertEquals(newer, panes.place(block, 0));

            final long moved = panes.find(block, 0);
            assertNotEquals(newer, moved);
            assertEquals(1.5, Pane.sum(moved));
            assertEquals(2, Pane.firings(moved));
            assertEquals(10, Pane.endNs(moved));
            Pane.add(moved, 4, 2.5);
            assertEquals(4.0, Pane.sum(panes.find(block, 0)));
            assertEquals(9.0, Pane.sum(panes.find(block, 4)));
        }
    }

    @Example
    void shouldPutAnOlderPaneIntoTheOverflowAtOnce()
    {
        try (KeyTable keys = keys(4); PaneRing panes = panes(20))
        {
            final long block = keys.create(1, 2, 0);
            final long newer = create(panes, block, 4, NO_WATERMARK);
            Pane.add(newer, 41, 9);
            final long older = create(panes, block, -4, NO_WATERMARK);
            Pane.add(older, -31, 3);
            assertEquals(1, panes.overflowPanes());
            assertEquals(newer, panes.find(block, 4));
            assertEquals(older, panes.find(block, -4));
            assertEquals(9.0, Pane.sum(panes.find(block, 4)));
        }
    }

    @Example
    void shouldCountWhatIsLiveAndRemoveFromTheOverflowWhatIsNot()
    {
        try (KeyTable keys = keys(4); PaneRing panes = panes(20))
        {
            final long block = keys.create(1, 2, 0);
            assertEquals(0, panes.countLive(block, NO_WATERMARK));
            create(panes, block, 0, NO_WATERMARK);
            create(panes, block, 4, NO_WATERMARK);
            assertEquals(2, panes.countLive(block, 14));
            assertEquals(1, panes.overflowPanes());
            assertEquals(1, panes.countLive(block, 15));
            assertEquals(0, panes.overflowPanes());
            assertEquals(NULL, panes.find(block, 0));
            assertNotEquals(NULL, panes.find(block, 4));
            assertEquals(0, panes.countLive(block, 55));
        }
    }

    @Example
    void shouldOverwriteAnExpiredInlinePaneInPlace()
    {
        try (KeyTable keys = keys(4); PaneRing panes = panes(20))
        {
            final long block = keys.create(1, 2, 0);
            final long first = create(panes, block, 0, NO_WATERMARK);
            Pane.add(first, 1, 1);
            assertEquals(first, create(panes, block, 4, 15));
            assertEquals(0, Pane.count(first));
            assertEquals(0, panes.overflowPanes());
            assertEquals(NULL, panes.find(block, 0));
        }
    }

    @Example
    void shouldRefuseWhenTheOverflowIsFull()
    {
        try (KeyTable keys = keys(4); PaneRing panes = panes(2))
        {
            final long block = keys.create(1, 2, 0);
            final long other = keys.create(1, 3, 0);
            create(panes, block, 0, NO_WATERMARK);
            create(panes, block, 4, NO_WATERMARK);
            create(panes, other, 4, NO_WATERMARK);
            create(panes, other, 0, NO_WATERMARK);
            assertEquals(NULL, create(panes, block, 8, NO_WATERMARK));
            assertEquals(2, panes.countLive(block, NO_WATERMARK));
            assertEquals(1, panes.countLive(other, 15));
            assertNotEquals(NULL, create(panes, block, 8, 14));
        }
    }

    /** Removes some of many overflow panes, whichever place they have in the list. */
    @Property(tries = 50)
    void shouldKeepTheListWholeWhateverIsRemoved(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        try (KeyTable keys = keys(4); PaneRing panes = panes(1000))
        {
            final long block = keys.create(1, 2, 0);
            final TreeMap<Long, Double> naive = new TreeMap<>();
            for (int i = 0; i < 60; i++)
            {
                final long index = random.nextInt(100);
                if (naive.putIfAbsent(index, (double)i) == null)
                {
                    Pane.add(create(panes, block, index, NO_WATERMARK), index, i);
                }
            }
            for (long watermarkNs = 0; watermarkNs < 1100; watermarkNs += random.nextInt(120))
            {
                final long limitNs = watermarkNs;
                naive.keySet().removeIf(index -> isExpired(index, limitNs));
                assertEquals(naive.size(), panes.countLive(block, watermarkNs));
                assertSame(panes, block, naive, watermarkNs);
            }
        }
    }

    /** Random readings of keys that come and go and a growing W against a naive map of what must be live. */
    @Property(tries = 30)
    void shouldKeepEveryLivePaneOfEveryKey(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final int spread = 1 + random.nextInt(30);
        try (KeyTable keys = keys(20); PaneRing panes = panes(20 * 30))
        {
            final Map<Long, TreeMap<Long, Double>> naive = new HashMap<>();
            long watermarkNs = -1000;
            for (int i = 0; i < 3000; i++)
            {
                watermarkNs += random.nextInt(8) == 0 ? random.nextInt(12) : 0;
                final long limitNs = watermarkNs;
                final long key = random.nextInt(20);
                long block = keys.find(key, -key);
                if (block == NULL)
                {
                    block = keys.create(key, -key, 0);
                    naive.put(key, new TreeMap<>());
                }
                final TreeMap<Long, Double> expected = naive.get(key);
                if (random.nextInt(60) == 0)
                {
                    // The key is forgotten; its number and its place go to another.
                    panes.prune(block, Long.MAX_VALUE);
                    keys.remove(block);
                    naive.remove(key);
                    continue;
                }
                final long index = Math.floorDiv(watermarkNs, 10) - 1 + random.nextInt(spread);
                if (!isExpired(index, watermarkNs))
                {
                    long pane = panes.find(block, index);
                    assertEquals(expected.containsKey(index), pane != NULL);
                    pane = pane == NULL ? create(panes, block, index, watermarkNs) : pane;
                    Pane.add(pane, index, 1);
                    expected.merge(index, 1.0, Double::sum);
                }
                if (i % 20 == 0)
                {
                    expected.keySet().removeIf(number -> isExpired(number, limitNs));
                    assertEquals(expected.size(), panes.countLive(block, watermarkNs));
                    assertSame(panes, block, expected, watermarkNs);
                }
            }
            for (final long key : naive.keySet())
            {
                panes.prune(keys.find(key, -key), Long.MAX_VALUE);
            }
            assertEquals(0, panes.overflowPanes());
        }
    }

    private void assertSame(
        final PaneRing panes, final long block, final TreeMap<Long, Double> naive, final long watermarkNs)
    {
        naive.forEach((index, sum) ->
        {
            final long pane = panes.find(block, index);
            assertTrue(pane != NULL, () -> "pane " + index);
            assertEquals(sum, Pane.sum(pane));
            assertEquals(index * 10 + 10, Pane.endNs(pane));
        });
        final Set<Long> listed = new HashSet<>();
        int inlineOrListed = 0;
        for (long pane = panes.first(block); pane != NULL; pane = panes.next(block, pane))
        {
            inlineOrListed++;
            if (lateness.isLive(pane, watermarkNs))
            {
                assertTrue(listed.add(Pane.index(pane)), "listed twice");
            }
        }
        assertEquals(naive.keySet(), listed);
        assertEquals(INLINE + WindowKey.overflow(block), inlineOrListed);
    }

    private static boolean isExpired(final long index, final long watermarkNs)
    {
        return watermarkNs >= index * 10 + 15;
    }

    private static KeyTable keys(final int count)
    {
        return new KeyTable("test", HEADER + INLINE * Pane.LENGTH, count, Long.MAX_VALUE);
    }

    private PaneRing panes(final long count)
    {
        return new PaneRing("test", lateness, HEADER, INLINE, count);
    }

    private static long create(final PaneRing panes, final long block, final long index, final long watermarkNs)
    {
        return panes.create(block, index, index * 10 + 10, index + 1000, watermarkNs);
    }
}
