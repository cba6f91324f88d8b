package io.tailrace.engine.dedup;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tailrace.engine.dedup.Deduplication.BEYOND_WINDOW;
import static io.tailrace.engine.dedup.Deduplication.DUPLICATE;
import static io.tailrace.engine.dedup.Deduplication.NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The bitmap of a device against a set of all its ids, in mathematical integers; and its edges one by one.
 */
class SequenceDedupTest
{
    private static final int GUARD = 0x5A;
    private static final int MAX_LENGTH = 16 + 1024 / 8;

    private final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(MAX_LENGTH + 64, 64));
    private final long region = memory.addressOffset();

    @Test
    void shouldTakeAnIdOnceWhateverTheOrder()
    {
        final SequenceDedup dedup = new SequenceDedup(64);
        assertEquals(NEW, dedup.judge(region, 0, 100));
        assertEquals(DUPLICATE, dedup.judge(region, 0, 100));
        assertEquals(NEW, dedup.judge(region, 0, 98));
        assertEquals(NEW, dedup.judge(region, 0, 101));
        assertEquals(DUPLICATE, dedup.judge(region, 0, 98));
        assertEquals(NEW, dedup.judge(region, 0, 99));
        assertEquals(DUPLICATE, dedup.judge(region, 0, 99));
        assertEquals(DUPLICATE, dedup.judge(region, 0, 101));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 192, 256, 1024})
    void shouldNotSayWhatItCannotKnow(final int windowIds)
    {
        final SequenceDedup dedup = new SequenceDedup(windowIds);
        assertEquals(NEW, dedup.judge(region, 0, 5_000));
        assertEquals(NEW, dedup.judge(region, 0, 5_000 - windowIds + 1));
        assertEquals(DUPLICATE, dedup.judge(region, 0, 5_000 - windowIds + 1));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 0, 5_000 - windowIds));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 0, 0));
        assertEquals(NEW, dedup.judge(region, 0, 5_001));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 0, 5_000 - windowIds + 1));
    }

    @Test
    void shouldKnowEveryIdOfTheFirstWindow()
    {
        final SequenceDedup dedup = new SequenceDedup(128);
        assertEquals(NEW, dedup.judge(region, 0, 127));
        for (int id = 0; id < 127; id++)
        {
            assertEquals(NEW, dedup.judge(region, 0, id));
            assertEquals(DUPLICATE, dedup.judge(region, 0, id));
        }
        assertEquals(NEW, dedup.judge(region, 0, 128));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 0, 0));
        assertEquals(DUPLICATE, dedup.judge(region, 0, 1));
    }

    @Test
    void shouldTakeIdsAsUnsignedAndNotCountThemRound()
    {
        final SequenceDedup dedup = new SequenceDedup(192);
        assertEquals(NEW, dedup.judge(region, 0, Long.MAX_VALUE));
        assertEquals(NEW, dedup.judge(region, 0, Long.MIN_VALUE));
        assertEquals(DUPLICATE, dedup.judge(region, 0, Long.MAX_VALUE));
        assertEquals(NEW, dedup.judge(region, 0, -1));
        assertEquals(DUPLICATE, dedup.judge(region, 0, -1));
        assertEquals(NEW, dedup.judge(region, 0, -192));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 0, -193));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 0, 0));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 0, 1));
    }

    @Test
    void shouldBeginAnewWithANewerEpochAndRefuseAnOlderOne()
    {
        final SequenceDedup dedup = new SequenceDedup(64);
        assertEquals(NEW, dedup.judge(region, 65_534, 9_000));
        assertEquals(NEW, dedup.judge(region, 65_535, 0));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 65_534, 9_001));
        assertEquals(NEW, dedup.judge(region, 0, 0));
        assertEquals(DUPLICATE, dedup.judge(region, 0, 0));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 65_535, 1));
        assertEquals(NEW, dedup.judge(region, 32_767, 5));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 65_535, 5));
        assertEquals(NEW, dedup.judge(region, 32_768, 5));
        // As far away as can be: newer from neither side.
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 0, 6));
        assertEquals(NEW, dedup.judge(region, 65_535, 7));
        assertEquals(BEYOND_WINDOW, dedup.judge(region, 32_767, 8));
        assertEquals(DUPLICATE, dedup.judge(region, 65_535, 7));
    }

    /** Every distance of two ids that moves the window on, from every place in the bitmap, with all bits set before. */
    @ParameterizedTest
    @ValueSource(ints = {64, 192, 256})
    void shouldForgetExactlyWhatFallsOutOfTheWindow(final int windowIds)
    {
        final SequenceDedup dedup = new SequenceDedup(windowIds);
        for (int begin = 0; begin < windowIds; begin++)
        {
            for (int step = 1; step <= windowIds + 2; step++)
            {
                memory.setMemory(0, MAX_LENGTH, (byte)0);
                final long highest = 10L * windowIds + begin;
                for (long id = highest - windowIds + 1; id <= highest; id++)
                {
                    assertEquals(NEW, dedup.judge(region, 3, id));
                }
                assertEquals(NEW, dedup.judge(region, 3, highest + step));
                for (long id = highest + step - windowIds; id <= highest + step; id++)
                {
                    final int expected = id == highest + step - windowIds ? BEYOND_WINDOW :
                        id <= highest || id == highest + step ? DUPLICATE : NEW;
                    assertEquals(expected, dedup.judge(region, 3, id));
                }
            }
        }
    }

    @Test
    void shouldStayWithinItsRegion()
    {
        for (int windowIds = 64; windowIds <= 1024; windowIds += 64)
        {
            final int length = 16 + windowIds / 8;
            memory.setMemory(0, length, (byte)0);
            memory.setMemory(length, 64, (byte)GUARD);
            final SequenceDedup dedup = new SequenceDedup(windowIds);
            for (int id = 0; id < 5 * windowIds; id += 1 + id % 7 * 5)
            {
                dedup.judge(region, id / windowIds, id);
                dedup.touch(region, id);
            }
            for (int i = 0; i < 64; i++)
            {
                assertEquals(GUARD, memory.getByte(length + i));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 192, 256, 448, 1024})
    void shouldJudgeLikeASetOfAllIds(final int windowIds)
    {
        final SplittableRandom random = new SplittableRandom(windowIds);
        final SequenceDedup dedup = new SequenceDedup(windowIds);
        final Naive naive = new Naive(windowIds);
        final int[] seen = new int[4];
        long last = 0;
        int epoch = 65_533;
        for (int i = 0; i < 300_000; i++)
        {
            epoch = random.nextInt(10_000) == 0 ? epoch + random.nextInt(40_000) & 0xFFFF : epoch;
            last = switch (random.nextInt(1_000))
            {
                case 0 -> random.nextLong();
                case 1 -> 0;
                case 2 -> -1 - random.nextInt(windowIds);
                case 3 -> random.nextInt(2 * windowIds);
                case 4 -> last + random.nextInt(4 * windowIds);
                default -> last + random.nextInt(-windowIds - 2, windowIds / 2) * (random.nextInt(4) / 3) + 1;
            };
            final int sent = random.nextInt(50) == 0 ? epoch - 1 & 0xFFFF : epoch;
            final int expected = naive.judge(sent, last);
            assertEquals(expected, dedup.judge(region, sent, last), "step " + i + ", id " + last + ", epoch " + sent);
            seen[expected == NEW ? 0 : expected == DUPLICATE ? 1 : 2]++;
        }
        assertTrue(seen[0] > 1_000 && seen[1] > 1_000 && seen[2] > 1_000, "every outcome is met often");
    }

    @Property
    void shouldJudgeAnySequenceLikeASetOfAllIds(@ForAll("readings") final List<long[]> readings)
    {
        for (final int windowIds : new int[] {64, 192, 1024})
        {
            memory.setMemory(0, MAX_LENGTH, (byte)0);
            final SequenceDedup dedup = new SequenceDedup(windowIds);
            final Naive naive = new Naive(windowIds);
            for (final long[] reading : readings)
            {
                assertEquals(
                    naive.judge((int)reading[0], reading[1]), dedup.judge(region, (int)reading[0], reading[1]));
            }
        }
    }

    @Provide
    Arbitrary<List<long[]>> readings()
    {
        final Arbitrary<Integer> epochs = Arbitraries.frequencyOf(
            Tuple.of(9, Arbitraries.of(0)),
            Tuple.of(1, Arbitraries.of(65_535, 1, 32_768, 32_769)));
        final Arbitrary<Long> ids = Arbitraries.oneOf(
            Arbitraries.longs().between(0, 200),
            Arbitraries.longs().between(900, 1_100),
            Arbitraries.longs().between(-200, -1),
            Arbitraries.longs());
        return Combinators.combine(epochs, ids).as((epoch, id) -> new long[] {epoch, id}).list().ofMaxSize(200);
    }

    @Test
    void shouldRefuseAWindowThatIsNoWholeNumberOfWords()
    {
        assertThrows(IllegalArgumentException.class, () -> new SequenceDedup(0));
        assertThrows(IllegalArgumentException.class, () -> new SequenceDedup(65));
        assertThrows(IllegalArgumentException.class, () -> new SequenceDedup(-64));
    }

    /** Remembers every id of the newest epoch for ever, and asks for the window apart. */
    private static final class Naive
    {
        private final BigInteger windowIds;
        private final Set<BigInteger> ids = new HashSet<>();
        private BigInteger highest;
        private int epoch;

        private Naive(final int windowIds)
        {
            this.windowIds = BigInteger.valueOf(windowIds);
        }

        private int judge(final int sentEpoch, final long sentId)
        {
            final BigInteger id = new BigInteger(Long.toUnsignedString(sentId));
            final int ahead = (sentEpoch - epoch + 65_536) % 65_536;
            if (highest == null || ahead > 0 && ahead < 32_768)
            {
                ids.clear();
                epoch = sentEpoch;
                highest = id;
                ids.add(id);
                return NEW;
            }
            if (ahead != 0 || id.compareTo(highest.subtract(windowIds)) <= 0)
            {
                return BEYOND_WINDOW;
            }
            highest = highest.max(id);
            return ids.add(id) ? NEW : DUPLICATE;
        }
    }
}
