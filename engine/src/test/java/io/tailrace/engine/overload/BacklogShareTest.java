package io.tailrace.engine.overload;

import java.util.ArrayDeque;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BacklogShareTest
{
    @Test
    void shouldFillTheShareToItsLastSlot()
    {
        final BacklogShare share = new BacklogShare(10);
        assertTrue(share.hasRoom(10));
        share.onClaimed(5, 6);
        assertTrue(share.hasRoom(4));
        assertFalse(share.hasRoom(5));
        share.onClaimed(12, 4);
        assertFalse(share.hasRoom(1));
        assertEquals(10, share.inFlight());

        share.onFreed(4);
        assertEquals(10, share.inFlight(), "a frame is free when its last slot is");
        share.onFreed(5);
        assertEquals(4, share.inFlight());
        assertTrue(share.hasRoom(6));
        assertFalse(share.hasRoom(7));
        share.onFreed(12);
        assertEquals(0, share.inFlight());
    }

    @Test
    void shouldLetAFrameThatIsLongerThanTheShareInAlone()
    {
        final BacklogShare share = new BacklogShare(10);
        assertTrue(share.hasRoom(11));
        share.onClaimed(0, 1);
        assertFalse(share.hasRoom(11));
        share.onFreed(0);
        assertTrue(share.hasRoom(1_000));
        share.onClaimed(1_000, 1_000);
        assertFalse(share.hasRoom(1));
        share.onFreed(1_000);
        assertTrue(share.hasRoom(1));
    }

    @Test
    void shouldHoldWhatWasClaimedAndIsNotFreeThroughRandomRuns()
    {
        for (long seed = 1; seed <= 50; seed++)
        {
            final Random random = new Random(seed);
            final int limit = 1 + random.nextInt(64);
            final BacklogShare share = new BacklogShare(limit);
            final ArrayDeque<Long> expected = new ArrayDeque<>();
            long sequence = -1;
            long freed = -1;
            for (int step = 0; step < 5_000; step++)
            {
                sequence += random.nextInt(3);
                final int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 2 * limit : 3);
                final boolean hasRoom = expected.isEmpty() || expected.size() + count <= limit;
                assertEquals(hasRoom, share.hasRoom(count), "seed=" + seed + " step=" + step);
                if (hasRoom)
                {
                    sequence += count;
                    share.onClaimed(sequence, count);
                    for (int i = 0; i < count; i++)
                    {
                        expected.add(sequence);
                    }
                }
                freed = Math.min(sequence, freed + random.nextInt(8));
                share.onFreed(freed);
                while (!expected.isEmpty() && expected.element() <= freed)
                {
                    expected.remove();
                }
                assertEquals(expected.size(), share.inFlight(), "seed=" + seed + " step=" + step);
            }
        }
    }
}
