package io.tailrace.engine.sink;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BackoffTest
{
    @Test
    void shouldDoubleUpToABoundAndWaitBetweenHalfAndAllOfIt()
    {
        final Backoff backoff = new Backoff(new SplittableRandom(1));
        long boundNs = Backoff.MIN_NS;
        for (int i = 0; i < 20; i++)
        {
            final long delayNs = backoff.nextNs();
            assertTrue(delayNs >= boundNs / 2 && delayNs <= boundNs, delayNs + " of " + boundNs);
            boundNs = Math.min(Backoff.MAX_NS, 2 * boundNs);
        }
        assertEquals(Backoff.MAX_NS, boundNs);

        backoff.reset();
        assertTrue(backoff.nextNs() <= Backoff.MIN_NS);
    }

    @Test
    void shouldNotComeBackWithOthersAtOnce()
    {
        assertNotEquals(new Backoff(new SplittableRandom(1)).nextNs(), new Backoff(new SplittableRandom(2)).nextNs());
    }
}
