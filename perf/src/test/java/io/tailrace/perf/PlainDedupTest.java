package io.tailrace.perf;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The yardstick's deduplication against sets of ids. */
class PlainDedupTest
{
    private static final int WINDOW_IDS = 256;

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 255, 256, 257, 1_000})
    void shouldKnowTheIdsOfTheWindow(final int jump)
    {
        final Random random = new Random(jump);
        final PlainDedup dedup = new PlainDedup(WINDOW_IDS);
        final Map<Integer, TreeSet<Long>> seen = new HashMap<>();
        int fresh = 0;
        for (int i = 0; i < 20_000; i++)
        {
            final int row = random.nextInt(10);
            final TreeSet<Long> ids = seen.computeIfAbsent(row, none -> new TreeSet<>());
            final long highest = ids.isEmpty() ? -1 : ids.last();
            final long id = Math.max(0, highest + random.nextInt(2 * jump + 1) - (jump - 1));
            final boolean isNew = id > highest - WINDOW_IDS && !ids.contains(id);
            assertEquals(isNew, dedup.isNew(row, id), "step " + i + ", row " + row + ", id " + id);
            if (isNew)
            {
                ids.add(id);
                fresh++;
            }
        }
        assertTrue(fresh > 1_000, "too few of the ids were new: " + fresh);
    }
}
