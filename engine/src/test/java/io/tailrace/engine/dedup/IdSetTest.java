package io.tailrace.engine.dedup;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.MemoryEstimate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static io.tailrace.engine.dedup.Deduplication.DUPLICATE;
import static io.tailrace.engine.dedup.Deduplication.EXHAUSTED;
import static io.tailrace.engine.dedup.Deduplication.NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The set against sets of records per generation, through many lives of its memory; and its edges one by one.
 */
class IdSetTest
{
    private record Id(long device, int epoch, long event)
    {
    }

    @Test
    void shouldTellApartDeviceEpochAndId()
    {
        try (IdSet set = new IdSet(1_000, 100))
        {
            for (final long device : new long[] {0, 1, -1})
            {
                for (final int epoch : new int[] {0, 1, 65_535})
                {
                    for (final long event : new long[] {0, 1, -1, Long.MIN_VALUE})
                    {
                        assertEquals(NEW, set.add(device, epoch, event, 0));
                        assertEquals(DUPLICATE, set.add(device, epoch, event, 0));
                    }
                }
            }
            assertEquals(36, set.size());
        }
    }

    /** A generation is a quarter of ttl; an id is remembered to the end of the fourth generation behind its own. */
    @Test
    void shouldForgetAtTheBorderOfAGeneration()
    {
        try (IdSet set = new IdSet(100, 10))
        {
            assertEquals(NEW, set.add(1, 0, 7, 24));
            assertEquals(DUPLICATE, set.add(1, 0, 7, 124));
            assertEquals(NEW, set.add(1, 0, 7, 125));
            assertEquals(DUPLICATE, set.add(1, 0, 7, 249));
            assertEquals(NEW, set.add(1, 0, 7, 250));
        }
        try (IdSet set = new IdSet(101, 10))
        {
            assertEquals(NEW, set.add(1, 0, 7, -1));
            assertEquals(DUPLICATE, set.add(1, 0, 7, 103));
            assertEquals(NEW, set.add(1, 0, 7, 104));
        }
        try (IdSet set = new IdSet(1, 10))
        {
            assertEquals(NEW, set.add(1, 0, 7, 0));
            assertEquals(DUPLICATE, set.add(1, 0, 7, 4));
            assertEquals(NEW, set.add(1, 0, 7, 5));
        }
    }

    @Test
    void shouldNotRefreshAnIdThatIsSeenAgain()
    {
        try (IdSet set = new IdSet(4, 10))
        {
            assertEquals(NEW, set.add(1, 0, 7, 0));
            for (int time = 1; time <= 4; time++)
            {
                assertEquals(DUPLICATE, set.add(1, 0, 7, time));
            }
            assertEquals(NEW, set.add(1, 0, 7, 5));
        }
    }

    @Test
    void shouldReachFromOneEndOfTimeToTheOther()
    {
        for (final long ttlNs : new long[] {1, 3_600_000_000_000L, Long.MAX_VALUE})
        {
            try (IdSet set = new IdSet(ttlNs, 10))
            {
                assertEquals(NEW, set.add(1, 0, 7, Long.MIN_VALUE));
                assertEquals(DUPLICATE, set.add(1, 0, 7, Long.MIN_VALUE));
                assertEquals(NEW, set.add(1, 0, 7, Long.MAX_VALUE));
                assertEquals(DUPLICATE, set.add(1, 0, 7, Long.MAX_VALUE));
                assertEquals(1, set.size());
            }
        }
    }

    @Test
    void shouldRefuseWhatExceedsItsBoundUntilAGenerationIsForgotten()
    {
        try (IdSet set = new IdSet(4, 3))
        {
            assertEquals(NEW, set.add(1, 0, 1, 0));
            assertEquals(NEW, set.add(1, 0, 2, 0));
            assertEquals(NEW, set.add(1, 0, 3, 1));
            assertEquals(EXHAUSTED, set.add(1, 0, 4, 4));
            assertEquals(DUPLICATE, set.add(1, 0, 1, 4));
            assertEquals(NEW, set.add(1, 0, 4, 5));
            assertEquals(NEW, set.add(1, 0, 5, 5));
            assertEquals(EXHAUSTED, set.add(1, 0, 1, 5));
            assertEquals(DUPLICATE, set.add(1, 0, 3, 5));
            assertEquals(NEW, set.add(1, 0, 1, 6));
            assertEquals(EXHAUSTED, set.add(1, 0, 3, 6));
        }
    }

    /** All ids are forgotten at once, and all come again: nothing is swept, and no more memory is taken. */
    @Test
    void shouldUseTheMemoryOfAForgottenGenerationAgain()
    {
        final int maxIds = 50_000;
        try (IdSet set = new IdSet(4, maxIds))
        {
            long bytes = 0;
            for (int round = 0; round < 20; round++)
            {
                for (int i = 0; i < maxIds; i++)
                {
                    // Every second id is one of the round before, whose entry may not have been taken back yet.
                    final long event = i % 2 == 0 ? i : (long)round << 32 | i;
                    assertEquals(NEW, set.add(i % 100, 0, event, 5L * round));
                    assertTrue(set.size() + set.unreclaimed() <= maxIds);
                }
                assertEquals(EXHAUSTED, set.add(1, 1, 1, 5L * round));
                assertEquals(maxIds, set.size());
                bytes = Math.max(bytes, set.bytes());
            }
            assertTrue(bytes <= estimate(maxIds), () -> "bytes " + set.bytes() + " of " + estimate(maxIds));
        }
    }

    @Test
    void shouldTakeNoMoreMemoryThanIsSaidAndNotFarLess()
    {
        for (final int maxIds : new int[] {1, 2, 10, 700, 1_024, 1_025, 4_097, 100_000, 1_000_000})
        {
            try (IdSet set = new IdSet(4 * maxIds + 4, maxIds))
            {
                for (long i = 0; i < 6L * maxIds + 6; i++)
                {
                    set.add(i % 97, 0, i * 0x10001, i);
                }
                final long estimate = estimate(maxIds);
                assertTrue(set.bytes() <= estimate && set.bytes() * 3 >= estimate,
                    () -> set.bytes() + " bytes of " + estimate + " for " + maxIds);
            }
        }
    }

    @Test
    void shouldJudgeLikeSetsOfRecords()
    {
        for (int seed = 1; seed <= 12; seed++)
        {
            final SplittableRandom random = new SplittableRandom(seed);
            final long ttlNs = new long[] {1, 3, 4, 17, 1_000, 40_000}[seed % 6];
            final long maxIds = new long[] {1, 5, 300, 5_000, 100_000}[seed % 5];
            run(random, ttlNs, maxIds, 200_000, 1 + (int)Math.min(4 * maxIds, 50_000), 1 + (int)(ttlNs / 200));
        }
    }

    @Property(tries = 200)
    void shouldJudgeAnythingLikeSetsOfRecords(
        @ForAll final long seed,
        @ForAll @LongRange(min = 1, max = 200) final long ttlNs,
        @ForAll @LongRange(min = 1, max = 100) final long maxIds,
        @ForAll @IntRange(min = 1, max = 300) final int universe,
        @ForAll @IntRange(min = 1, max = 30) final int maxStepNs)
    {
        run(new SplittableRandom(seed), ttlNs, maxIds, 2_000, universe, maxStepNs);
    }

    @Test
    void shouldGiveItsGenerationsAndTakeThemBack()
    {
        final SplittableRandom random = new SplittableRandom(5);
        final int maxIds = 20_000;
        try (IdSet set = new IdSet(40_000, maxIds); IdSet other = new IdSet(40_000, maxIds))
        {
            long time = -200_000;
            for (int i = 0; i < 150_000; i++)
            {
                time += random.nextInt(7);
                set.add(random.nextInt(10), random.nextInt(2), random.nextInt(60_000), time);
            }
            assertTrue(set.generationCount() >= IdSet.MAX_GENERATIONS - 1);
            long all = 0;
            for (int at = 0; at < set.generationCount(); at++)
            {
                assertTrue(set.count(at) > 0);
                assertTrue(at == 0 || set.generation(at) > set.generation(at - 1));
                all += set.count(at);
                for (long entry = 0; entry < set.count(at); entry += set.run(at, entry))
                {
                    other.restore(set.generation(at), set.address(at, entry), set.run(at, entry));
                }
            }
            assertEquals(set.size(), all);
            assertSame(set, other);

            for (int i = 0; i < 150_000; i++)
            {
                time += random.nextInt(7);
                final long device = random.nextInt(10);
                final int epoch = random.nextInt(2);
                final long event = random.nextInt(60_000);
                assertEquals(set.add(device, epoch, event, time), other.add(device, epoch, event, time));
            }
            assertSame(set, other);
        }
    }

    @Test
    void shouldRefuseToRestoreWhatCannotHaveBeen()
    {
        final UnsafeBuffer entries = new UnsafeBuffer(BufferUtil.allocateDirectAligned(4 * IdSet.ENTRY_LENGTH, 64));
        for (int i = 0; i < 4; i++)
        {
            UnsafeApi.putLong(entries.addressOffset() + (long)i * IdSet.ENTRY_LENGTH, 1);
            UnsafeApi.putLong(entries.addressOffset() + (long)i * IdSet.ENTRY_LENGTH + Long.BYTES, i);
        }
        final long first = entries.addressOffset();
        try (IdSet set = new IdSet(4, 3))
        {
            assertThrows(IllegalArgumentException.class, () -> set.restore(5, first, 4));
            assertThrows(IllegalArgumentException.class, () -> set.restore(5, first, -1));
            set.restore(5, first, 2);
            assertThrows(IllegalArgumentException.class, () -> set.restore(5, first, 1));
            assertThrows(IllegalArgumentException.class, () -> set.restore(4, first + 48, 1));
            assertThrows(IllegalArgumentException.class, () -> set.restore(10, first + 48, 1));
            set.restore(9, first + 48, 1);
            assertThrows(IllegalArgumentException.class, () -> set.restore(9, first + 72, 1));
            assertEquals(3, set.size());
            assertEquals(DUPLICATE, set.add(1, 0, 1, 9));
            assertEquals(EXHAUSTED, set.add(1, 0, 3, 9));
            assertEquals(NEW, set.add(1, 0, 1, 10));
        }
    }

    @Test
    void shouldRefuseBoundsThatAreNone()
    {
        assertThrows(IllegalArgumentException.class, () -> new IdSet(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new IdSet(1, 0));
        assertThrows(IllegalArgumentException.class, () -> new IdSet(1, MemoryEstimate.MAX_REMEMBERED_IDS + 1));
        assertThrows(IllegalArgumentException.class, () -> new IdLog(3));
        assertThrows(IllegalArgumentException.class, () -> new IdIndex(new IdLog(4), 3));
    }

    private static void run(
        final SplittableRandom random,
        final long ttlNs,
        final long maxIds,
        final int steps,
        final int universe,
        final int maxStepNs)
    {
        final Naive naive = new Naive(ttlNs, maxIds);
        long time = random.nextLong(-1_000_000, 1_000_000);
        try (IdSet set = new IdSet(ttlNs, maxIds))
        {
            for (int i = 0; i < steps; i++)
            {
                // Bursts at one time, pauses of a few generations, and now and then of many.
                time += random.nextInt(4) != 0 ? 0 : random.nextInt(200) == 0 ? 5 * ttlNs : random.nextInt(maxStepNs);
                final Id id = new Id(random.nextInt(3), random.nextInt(2), random.nextInt(universe) - 2L);
                if (random.nextInt(10) == 0)
                {
                    set.forget(time);
                }
                final int expected = naive.add(id, time);
                assertEquals(expected, set.add(id.device, id.epoch, id.event, time), "step " + i + ", " + id);
                assertEquals(naive.size(), set.size());
                assertTrue(set.size() + set.unreclaimed() <= maxIds);
            }
            assertEquals(naive.entries(), entries(set));
        }
    }

    private static void assertSame(final IdSet expected, final IdSet found)
    {
        assertEquals(expected.size(), found.size());
        assertEquals(entries(expected), entries(found));
    }

    /** Ids in order of acceptance, by generation. */
    private static TreeMap<Long, List<Id>> entries(final IdSet set)
    {
        final TreeMap<Long, List<Id>> entries = new TreeMap<>();
        for (int at = 0; at < set.generationCount(); at++)
        {
            final List<Id> ids = new ArrayList<>();
            for (long entry = 0; entry < set.count(at); entry++)
            {
                final long address = set.address(at, entry);
                assertEquals(0, UnsafeApi.getInt(address + 18));
                ids.add(new Id(IdSet.deviceId(address), IdSet.deviceEpoch(address), IdSet.eventId(address)));
            }
            entries.put(set.generation(at), ids);
        }
        return entries;
    }

    private static long estimate(final long maxIds)
    {
        final DedupConfig dedup = DedupConfig.builder().by(DedupBy.ID).maxIds(maxIds).build();
        return MemoryEstimate.of(EngineConfig.builder().dedup(dedup).build()).lines().stream()
            .filter((line) -> line.what().equals("remembered ids")).findFirst().orElseThrow().totalBytes();
    }

    /** A set of records for each generation, all of which are asked. */
    private static final class Naive
    {
        private final TreeMap<Long, Set<Id>> generations = new TreeMap<>();
        private final TreeMap<Long, List<Id>> accepted = new TreeMap<>();
        private final double ttlNs;
        private final long maxIds;

        private Naive(final double ttlNs, final long maxIds)
        {
            this.ttlNs = ttlNs;
            this.maxIds = maxIds;
        }

        private int add(final Id id, final long time)
        {
            final long generation = (long)Math.floor(time / Math.ceil(ttlNs / 4));
            generations.headMap(generation - 4).clear();
            accepted.headMap(generation - 4).clear();
            if (generations.values().stream().anyMatch((ids) -> ids.contains(id)))
            {
                return DUPLICATE;
            }
            if (size() >= maxIds)
            {
                return EXHAUSTED;
            }
            generations.computeIfAbsent(generation, (key) -> new HashSet<>()).add(id);
            accepted.computeIfAbsent(generation, (key) -> new ArrayList<>()).add(id);
            return NEW;
        }

        private long size()
        {
            return generations.values().stream().mapToLong(Set::size).sum();
        }

        private TreeMap<Long, List<Id>> entries()
        {
            return accepted;
        }
    }
}
