package io.tailrace.engine.overload;

import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BacklogRateTest
{
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldLetABurstInAndThenOneReadingPerInterval()
    {
        final BacklogRate rate = new BacklogRate(100, SECOND);
        int burst = 0;
        for (; rate.isDue(NOW); burst++)
        {
            rate.onAdmitted(1, NOW);
        }
        assertEquals(101, burst, "a burst, and one that empties the bucket below zero");
        assertFalse(rate.isDue(NOW + 9_999_999));
        assertTrue(rate.isDue(NOW + 10_000_000));
        rate.onAdmitted(20, NOW + 10_000_000);
        assertFalse(rate.isDue(NOW + 209_999_999));
        assertTrue(rate.isDue(NOW + 210_000_000));
    }

    @Test
    void shouldLetEverythingInWithoutALimit()
    {
        final BacklogRate rate = new BacklogRate(0, SECOND);
        for (int i = 0; i < 1_000; i++)
        {
            assertTrue(rate.isDue(NOW));
            rate.onAdmitted(1_000_000, NOW);
        }
    }

    @Test
    void shouldLetInNeitherMoreNorLessThanItsRateWhileFramesWait()
    {
        for (long seed = 1; seed <= 30; seed++)
        {
            final Random random = new Random(seed);
            final double perSecond = Math.pow(10, 1 + 5 * random.nextDouble());
            final long burstNs = 1 + random.nextInt(2_000_000_000);
            final int maxFrame = 1 + random.nextInt(100);
            final BacklogRate rate = new BacklogRate(perSecond, burstNs);
            long now = NOW;
            long admitted = 0;
            while (now < NOW + 20 * SECOND)
            {
                while (rate.isDue(now))
                {
                    final int count = 1 + random.nextInt(maxFrame);
                    rate.onAdmitted(count, now);
                    admitted += count;
                }
                now += random.nextInt(1_000_000);
            }
            final double expected = perSecond * (now - NOW) / SECOND;
            final double burst = perSecond * burstNs / SECOND;
            final String run = "seed=" + seed + " perSecond=" + perSecond + " admitted=" + admitted;
            // Half a nanosecond is rounded per frame at most.
            final double rounded = 0.001 * expected;
            assertTrue(admitted <= expected + burst + maxFrame + rounded, run);
            final double lost = perSecond * Math.max(0, 1_000_000 - burstNs) / SECOND * (now - NOW) / 1_000_000;
            assertTrue(admitted >= expected - lost - rounded - perSecond * 0.001, run);
        }
    }
}
