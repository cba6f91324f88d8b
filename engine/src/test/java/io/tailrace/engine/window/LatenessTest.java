package io.tailrace.engine.window;

import java.math.BigInteger;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.agrona.UnsafeApi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LatenessTest
{
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    @Property(tries = 2000)
    void shouldExpireWhenTheWatermarkReachesEndPlusLateness(
        @ForAll("times") final long endNs,
        @ForAll("latenesses") final long latenessNs,
        @ForAll("times") final long watermarkNs)
    {
        final Lateness lateness = new Lateness(latenessNs);
        final long expiryNs = BigInteger.valueOf(endNs).add(BigInteger.valueOf(latenessNs)).min(MAX).longValueExact();
        assertEquals(watermarkNs >= expiryNs, lateness.isExpired(endNs, watermarkNs));
        assertEquals(watermarkNs >= endNs, lateness.isEnded(endNs, watermarkNs));
        // What is over has ended.
        assertTrue(lateness.isEnded(endNs, watermarkNs) || !lateness.isExpired(endNs, watermarkNs));
    }

    @Example
    void shouldStandOnBothSidesOfEachEdge()
    {
        final Lateness lateness = new Lateness(5);
        assertFalse(lateness.isEnded(13, 12));
        assertTrue(lateness.isEnded(13, 13));
        assertTrue(lateness.isEnded(13, 14));
        assertFalse(lateness.isExpired(13, 17));
        assertTrue(lateness.isExpired(13, 18));
        assertTrue(lateness.isExpired(13, 19));
        assertFalse(lateness.isExpired(13, Long.MIN_VALUE));
    }

    @Example
    void shouldTakeEventsUntilItIsExpiredOrFree()
    {
        final Lateness lateness = new Lateness(5);
        final long pane = UnsafeApi.allocateMemory(Pane.LENGTH);
        try
        {
            Pane.open(pane, 3, 13, 1);
            assertTrue(lateness.isLive(pane, Long.MIN_VALUE));
            assertTrue(lateness.isLive(pane, 17));
            assertFalse(lateness.isLive(pane, 18));
            Pane.free(pane);
            assertFalse(lateness.isLive(pane, 17));
        }
        finally
        {
            UnsafeApi.freeMemory(pane);
        }
    }

    @Provide
    Arbitrary<Long> times()
    {
        return Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.longs().between(-20, 20),
            Arbitraries.of(Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE));
    }

    @Provide
    Arbitrary<Long> latenesses()
    {
        return Arbitraries.oneOf(
            Arbitraries.longs().between(0, 20),
            Arbitraries.longs().between(0, Long.MAX_VALUE),
            Arbitraries.of(0L, Long.MAX_VALUE));
    }
}
