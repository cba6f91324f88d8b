package io.tailrace.engine.window;

import java.math.BigInteger;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Windows tile time: compared with arithmetic that cannot overflow, over the whole range of a long.
 */
class TumblingPolicyTest
{
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    @Property(tries = 5000)
    void shouldFindTheOneWindowOfATime(
        @ForAll("times") final long timeNs, @ForAll("sizes") final long sizeNs, @ForAll("times") final long offsetNs)
    {
        final TumblingPolicy policy = new TumblingPolicy(sizeNs, offsetNs);
        policy.find(timeNs);

        final BigInteger start = start(timeNs, sizeNs, offsetNs);
        assertEquals(clamp(start), policy.startNs());
        assertEquals(clamp(start.add(BigInteger.valueOf(sizeNs))), policy.endNs());
        assertTrue(policy.startNs() <= timeNs);
        // Past the last whole window the end saturates, and the last instant of all lies in a window that ends with it.
        assertTrue(timeNs < policy.endNs() || timeNs == Long.MAX_VALUE);
    }

    @Property(tries = 2000)
    void shouldEndEachWindowWhereTheNextOneStarts(
        @ForAll("times") final long timeNs, @ForAll("sizes") final long sizeNs, @ForAll("times") final long offsetNs)
    {
        final TumblingPolicy policy = new TumblingPolicy(sizeNs, offsetNs);
        policy.find(timeNs);
        final long startNs = policy.startNs();
        final long endNs = policy.endNs();
        final long index = policy.index();

        if (endNs != Long.MAX_VALUE)
        {
            policy.find(endNs);
            assertEquals(endNs, policy.startNs());
            assertEquals(index + 1, policy.index());
        }
        if (startNs != Long.MIN_VALUE)
        {
            policy.find(startNs - 1);
            assertEquals(startNs, policy.endNs());
            assertEquals(index - 1, policy.index());
        }
    }

    @Property(tries = 1000)
    void shouldLocateAWindowByItsNumberWhateverWasFoundBefore(
        @ForAll("times") final long timeNs,
        @ForAll("times") final long beforeNs,
        @ForAll("sizes") final long sizeNs,
        @ForAll("times") final long offsetNs)
    {
        final TumblingPolicy policy = new TumblingPolicy(sizeNs, offsetNs);
        policy.find(timeNs);
        final long index = policy.index();
        final long startNs = policy.startNs();

        policy.find(beforeNs);
        policy.locate(index);
        assertEquals(startNs, policy.startNs());
        assertEquals(index, policy.index());
        policy.find(beforeNs);
        policy.find(timeNs);
        assertEquals(startNs, policy.startNs());
    }

    @Example
    void shouldStandOnBothSidesOfEachEdge()
    {
        final TumblingPolicy policy = new TumblingPolicy(10, 3);
        assertWindow(policy, 12, 3, 13);
        assertWindow(policy, 13, 13, 23);
        assertWindow(policy, 14, 13, 23);
        assertWindow(policy, 2, -7, 3);
        assertWindow(policy, 3, 3, 13);
        assertWindow(policy, -7, -7, 3);
        assertWindow(policy, -8, -17, -7);
    }

    @Example
    void shouldTakeAnOffsetModuloTheSize()
    {
        for (final long offsetNs : new long[] {3, 13, -7, 3 - 10_000_000_000L})
        {
            assertWindow(new TumblingPolicy(10, offsetNs), 12, 3, 13);
        }
    }

    @Example
    void shouldHaveWindowsOfOneNanosecondToTheEndsOfTime()
    {
        final TumblingPolicy policy = new TumblingPolicy(1, 0);
        assertWindow(policy, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1);
        assertWindow(policy, -1, -1, 0);
        assertWindow(policy, Long.MAX_VALUE - 1, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        assertWindow(policy, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    @Example
    void shouldSaturateTheWindowsAtTheEndsOfTime()
    {
        final TumblingPolicy policy = new TumblingPolicy(Long.MAX_VALUE, Long.MAX_VALUE - 1);
        assertWindow(policy, Long.MIN_VALUE, Long.MIN_VALUE, -1);
        assertWindow(policy, -2, Long.MIN_VALUE, -1);
        assertWindow(policy, -1, -1, Long.MAX_VALUE - 1);
        assertWindow(policy, Long.MAX_VALUE - 1, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        assertWindow(policy, Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MAX_VALUE);
    }

    @Provide
    Arbitrary<Long> times()
    {
        final Arbitrary<Long> ends = Arbitraries.of(
            Long.MIN_VALUE, Long.MIN_VALUE + 1, -1L, 0L, 1L, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        final Arbitrary<Long> epoch = Arbitraries.longs().between(-100, 100);
        final Arbitrary<Long> today = Arbitraries.longs().between(1_500_000_000L, 2_000_000_000L)
            .map(seconds -> seconds * 1_000_000_000L);
        return Arbitraries.oneOf(Arbitraries.longs(), ends, epoch, today);
    }

    @Provide
    Arbitrary<Long> sizes()
    {
        final Arbitrary<Long> round = Arbitraries.of(
            1L, 2L, 3L, 10L, 1_000_000_000L, 86_400_000_000_000L, Long.MAX_VALUE / 2, Long.MAX_VALUE);
        return Arbitraries.oneOf(round, Arbitraries.longs().between(1, 100),
            Arbitraries.longs().between(1, Long.MAX_VALUE));
    }

    private static void assertWindow(
        final TumblingPolicy policy, final long timeNs, final long startNs, final long endNs)
    {
        policy.find(timeNs);
        assertEquals(startNs, policy.startNs(), () -> "start of the window of " + timeNs);
        assertEquals(endNs, policy.endNs(), () -> "end of the window of " + timeNs);
    }

    private static BigInteger start(final long timeNs, final long sizeNs, final long offsetNs)
    {
        final BigInteger size = BigInteger.valueOf(sizeNs);
        final BigInteger shifted = BigInteger.valueOf(timeNs).subtract(BigInteger.valueOf(offsetNs));
        // BigInteger.mod is never negative, so this floors.
        return BigInteger.valueOf(timeNs).subtract(shifted.mod(size));
    }

    private static long clamp(final BigInteger value)
    {
        return value.max(MIN).min(MAX).longValueExact();
    }
}
