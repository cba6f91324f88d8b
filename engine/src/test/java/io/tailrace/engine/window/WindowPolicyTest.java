package io.tailrace.engine.window;

import java.math.BigInteger;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Windows tile time: compared with arithmetic that cannot overflow, over the whole range of a long.
 */
class WindowPolicyTest
{
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    @Property(tries = 5000)
    void shouldFindTheOneWindowOfATime(
        @ForAll("times") final long timeNs, @ForAll("sizes") final long sizeNs, @ForAll("times") final long offsetNs)
    {
        final WindowPolicy policy = new WindowPolicy(sizeNs, offsetNs, 0);
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
        final WindowPolicy policy = new WindowPolicy(sizeNs, offsetNs, 0);
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
    void shouldNumberAWindowByItsStartWhateverWasFoundBefore(
        @ForAll("times") final long timeNs,
        @ForAll("times") final long beforeNs,
        @ForAll("sizes") final long sizeNs,
        @ForAll("times") final long offsetNs)
    {
        final WindowPolicy policy = new WindowPolicy(sizeNs, offsetNs, 0);
        policy.find(timeNs);
        final long index = policy.index();
        final long startNs = policy.startNs();

        policy.find(beforeNs);
        assertEquals(index, policy.indexOf(startNs));
        policy.find(beforeNs);
        policy.find(timeNs);
        assertEquals(startNs, policy.startNs());
    }

    @Property(tries = 2000)
    void shouldExpireWhenTheWatermarkReachesEndPlusLateness(
        @ForAll("times") final long endNs,
        @ForAll("sizes") final long latenessNs,
        @ForAll("times") final long watermarkNs)
    {
        final WindowPolicy policy = new WindowPolicy(1, 0, latenessNs);
        final long expiryNs = clamp(BigInteger.valueOf(endNs).add(BigInteger.valueOf(latenessNs)));
        assertEquals(expiryNs, policy.expiryNs(endNs));
        assertEquals(watermarkNs >= expiryNs, policy.isExpired(endNs, watermarkNs));
        assertEquals(watermarkNs >= endNs, policy.isEnded(endNs, watermarkNs));
    }

    @Example
    void shouldStandOnBothSidesOfEachEdge()
    {
        final WindowPolicy policy = new WindowPolicy(10, 3, 5);
        assertWindow(policy, 12, 3, 13);
        assertWindow(policy, 13, 13, 23);
        assertWindow(policy, 14, 13, 23);
        assertWindow(policy, 2, -7, 3);
        assertWindow(policy, 3, 3, 13);
        assertWindow(policy, -7, -7, 3);
        assertWindow(policy, -8, -17, -7);

        assertFalse(policy.isEnded(13, 12));
        assertTrue(policy.isEnded(13, 13));
        assertTrue(policy.isEnded(13, 14));
        assertFalse(policy.isExpired(13, 17));
        assertTrue(policy.isExpired(13, 18));
        assertTrue(policy.isExpired(13, 19));
    }

    @Example
    void shouldTakeAnOffsetModuloTheSize()
    {
        for (final long offsetNs : new long[] {3, 13, -7, 3 - 10_000_000_000L})
        {
            assertWindow(new WindowPolicy(10, offsetNs, 0), 12, 3, 13);
        }
    }

    @Example
    void shouldHaveWindowsOfOneNanosecondToTheEndsOfTime()
    {
        final WindowPolicy policy = new WindowPolicy(1, 0, 0);
        assertWindow(policy, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1);
        assertWindow(policy, -1, -1, 0);
        assertWindow(policy, Long.MAX_VALUE - 1, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        assertWindow(policy, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    @Example
    void shouldSaturateTheWindowsAtTheEndsOfTime()
    {
        final WindowPolicy policy = new WindowPolicy(Long.MAX_VALUE, Long.MAX_VALUE - 1, 0);
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
        final WindowPolicy policy, final long timeNs, final long startNs, final long endNs)
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
