package io.tailrace.engine.window;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Panes of windows of 10 ns with 5 ns of lateness: [0, 10) is live until W is 15.
 */
class PaneStoreTest
{
    private static final long NULL = PaneStore.NULL_ADDRESS;
    private static final long NO_WATERMARK = Long.MIN_VALUE;
    private static final long SIZE = 10;
    private static final long LATENESS = 5;

    private final WindowPolicy policy = new WindowPolicy(SIZE, 0, LATENESS);

    @Example
    void shouldMoveTheOlderPaneToTheOverflowWithItsContents()
    {
        try (PaneStore store = new PaneStore("test", policy, 4, 5))
        {
            final long block = store.createKey(1, 2);
            final long pane = create(store, block, 0, NO_WATERMARK);
            Pane.add(pane, 3, 1.5);
            Pane.firings(pane, 2);
            // Four panes are inline: window 4 falls on the place of window 0.
            final long newer = create(store, block, 40, NO_WATERMARK);
            assertEquals(1, store.overflowPanes());
            Pane.add(newer, 41, 9);
            assertEquals(newer, find(store, block, 40));

            final long moved = find(store, block, 0);
            assertNotEquals(newer, moved);
            assertEquals(1.5, Pane.sum(moved));
            assertEquals(2, Pane.firings(moved));
            assertEquals(0, Pane.startNs(moved));
            assertEquals(10, Pane.endNs(moved));
            Pane.add(moved, 4, 2.5);
            assertEquals(4.0, Pane.sum(find(store, block, 0)));
            assertEquals(9.0, Pane.sum(find(store, block, 40)));
        }
    }

    @Example
    void shouldPutAnOlderPaneIntoTheOverflowAtOnce()
    {
        try (PaneStore store = new PaneStore("test", policy, 4, 5))
        {
            final long block = store.createKey(1, 2);
            final long newer = create(store, block, 40, NO_WATERMARK);
            Pane.add(newer, 41, 9);
            final long older = create(store, block, 0, NO_WATERMARK);
            Pane.add(older, 1, 3);
            assertEquals(1, store.overflowPanes());
            assertEquals(newer, find(store, block, 40));
            assertEquals(older, find(store, block, 0));
            assertEquals(9.0, Pane.sum(find(store, block, 40)));
        }
    }

    @Example
    void shouldExpireAtTheWatermarkAndNotBefore()
    {
        try (PaneStore store = new PaneStore("test", policy, 4, 5))
        {
            final long block = store.createKey(1, 2);
            Pane.add(create(store, block, 0, NO_WATERMARK), 1, 1);
            Pane.add(create(store, block, 40, NO_WATERMARK), 41, 2);
            store.expire(14);
            assertEquals(1, store.overflowPanes());
            assertNotEquals(NULL, find(store, block, 0));
            store.expire(15);
            assertEquals(0, store.overflowPanes());
            assertEquals(NULL, find(store, block, 0));
            assertNotEquals(NULL, find(store, block, 40));
        }
    }

    @Example
    void shouldOverwriteAnExpiredInlinePaneInPlace()
    {
        try (PaneStore store = new PaneStore("test", policy, 4, 5))
        {
            final long block = store.createKey(1, 2);
            final long first = create(store, block, 0, NO_WATERMARK);
            Pane.add(first, 1, 1);
            final long second = create(store, block, 40, 15);
            assertEquals(first, second);
            assertEquals(0, Pane.count(second));
            assertEquals(0, store.overflowPanes());
            assertEquals(NULL, find(store, block, 0));
        }
    }

    @Example
    void shouldHoldExactlyAsManyLivePanesAsItMay()
    {
        for (final int maxPanes : new int[] {1, 2, 3, 4, 5, 9})
        {
            try (PaneStore store = new PaneStore("test", policy, 4, maxPanes))
            {
                final long block = store.createKey(1, 2);
                for (int i = 0; i < maxPanes; i++)
                {
                    final long pane = create(store, block, i * SIZE, NO_WATERMARK);
                    assertNotEquals(NULL, pane, () -> "of " + maxPanes);
                    Pane.add(pane, 0, 1);
                }
                assertEquals(NULL, create(store, block, maxPanes * SIZE, NO_WATERMARK));
                // One ns before the oldest expires there is no room; when it does, there is.
                store.expire(14);
                assertEquals(NULL, create(store, block, maxPanes * SIZE, 14));
                store.expire(15);
                assertNotEquals(NULL, create(store, block, maxPanes * SIZE, 15));
            }
        }
    }

    @Example
    void shouldHoldExactlyAsManyKeysAsItMay()
    {
        try (PaneStore store = new PaneStore("test", policy, 3, 2))
        {
            for (int i = 0; i < 3; i++)
            {
                final long block = store.createKey(i, 7);
                assertNotEquals(NULL, block);
                assertEquals(i, PaneStore.keyHigh(block));
                assertEquals(7, PaneStore.keyLow(block));
                assertEquals(block, store.blockOf(PaneStore.number(block)));
            }
            assertEquals(NULL, store.createKey(3, 7));
            assertEquals(NULL, store.findKey(3, 7));
            assertEquals(3, store.keyCount());
        }
    }

    /** Random readings and a growing W against a naive map of what must be live. */
    @Property(tries = 30)
    void shouldKeepEveryLivePaneOfEveryKey(@ForAll final long seed)
    {
        final Random random = new Random(seed);
        final int maxPanes = 1 + random.nextInt(12);
        final int maxKeys = 1 + random.nextInt(20);
        final int spread = 1 + random.nextInt(20);
        try (PaneStore store = new PaneStore("test", policy, maxKeys, maxPanes))
        {
            final Map<Long, TreeMap<Long, Double>> naive = new HashMap<>();
            long watermarkNs = -1000;
            for (int i = 0; i < 3000; i++)
            {
                if (random.nextInt(8) == 0)
                {
                    watermarkNs += random.nextInt(12);
                    final long limitNs = watermarkNs;
                    naive.values().forEach(panes -> panes.keySet().removeIf(start -> isExpired(start, limitNs)));
                    store.expire(watermarkNs);
                }
                final long key = random.nextInt(maxKeys + 2);
                final long index = Math.floorDiv(watermarkNs, SIZE) - 1 + random.nextInt(spread);
                if (!isExpired(index * SIZE, watermarkNs))
                {
                    add(store, naive, key, index * SIZE, watermarkNs, maxKeys, maxPanes);
                }
                if (i % 50 == 0)
                {
                    assertSame(store, naive);
                }
            }
            assertSame(store, naive);
        }
    }

    private void add(
        final PaneStore store,
        final Map<Long, TreeMap<Long, Double>> naive,
        final long key,
        final long startNs,
        final long watermarkNs,
        final int maxKeys,
        final int maxPanes)
    {
        long block = store.findKey(key, -key);
        assertEquals(naive.containsKey(key), block != NULL);
        if (block == NULL)
        {
            block = store.createKey(key, -key);
            assertEquals(naive.size() < maxKeys, block != NULL);
            if (block == NULL)
            {
                return;
            }
            naive.put(key, new TreeMap<>());
        }
        final TreeMap<Long, Double> panes = naive.get(key);
        long pane = find(store, block, startNs);
        assertEquals(panes.containsKey(startNs), pane != NULL);
        if (pane == NULL)
        {
            pane = create(store, block, startNs, watermarkNs);
            assertEquals(panes.size() < maxPanes, pane != NULL);
            if (pane == NULL)
            {
                return;
            }
        }
        Pane.add(pane, startNs, 1);
        panes.merge(startNs, 1.0, Double::sum);
    }

    private void assertSame(final PaneStore store, final Map<Long, TreeMap<Long, Double>> naive)
    {
        naive.forEach((key, panes) -> panes.forEach((startNs, sum) ->
        {
            final long pane = find(store, store.findKey(key, -key), startNs);
            assertTrue(pane != NULL, () -> "pane of " + key + " at " + startNs);
            assertEquals(sum, Pane.sum(pane));
            assertEquals(startNs, Pane.startNs(pane));
            assertEquals(0, Pane.firings(pane));
        }));
        assertEquals(naive.size(), store.keyCount());
    }

    private static boolean isExpired(final long startNs, final long watermarkNs)
    {
        return watermarkNs >= startNs + SIZE + LATENESS;
    }

    private long find(final PaneStore store, final long block, final long startNs)
    {
        return store.findPane(block, startNs, policy.indexOf(startNs));
    }

    private long create(final PaneStore store, final long block, final long startNs, final long watermarkNs)
    {
        return store.createPane(block, startNs, startNs + SIZE, policy.indexOf(startNs), 0, watermarkNs);
    }
}
