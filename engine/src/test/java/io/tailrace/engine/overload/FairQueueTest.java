package io.tailrace.engine.overload;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Where publishers wait: their places come and go, while {@link BacklogFairnessTest} judges whose turn it is.
 */
class FairQueueTest
{
    private final FairQueue queue = new FairQueue();

    @Test
    void shouldRiseToTheLeastOfThoseThatWait()
    {
        final FairQueue.Head first = FairQueue.publisher();
        final FairQueue.Head second = FairQueue.publisher();
        queue.onDeferred(first, 700, 0);
        queue.onDeferred(second, 500, 0);
        queue.onDeferred(queue.polled(), 900, 0);
        queue.onDeferred(queue.polled(), 600, 0);
        assertTrue(queue.onRoundEnd(0));
        assertEquals(500, queue.virtualTime());
        queue.onAdmitted(second);
        assertFalse(queue.onRoundEnd(0), "one came in");
        assertTrue(queue.onRoundEnd(0));
        assertEquals(700, queue.virtualTime(), "what is polled has to be looked at in each round");
        queue.onAdmitted(first);
        queue.onAdmitted(first);
        assertFalse(queue.onRoundEnd(0));
        assertFalse(queue.onRoundEnd(0), "nobody waits");
        assertEquals(700, queue.virtualTime());
    }

    /** Any of them may be first, last or between others when it comes in or gives up. */
    @Test
    void shouldKnowWhoWaitsWhoeverComesAndGoes()
    {
        for (long seed = 1; seed <= 50; seed++)
        {
            final Random random = new Random(seed);
            final FairQueue any = new FairQueue();
            final List<FairQueue.Head> heads = new ArrayList<>();
            final long[] tags = new long[6];
            final long[] offeredNs = new long[tags.length];
            for (int i = 0; i < tags.length; i++)
            {
                heads.add(FairQueue.publisher());
                tags[i] = Long.MAX_VALUE;
            }
            long nowNs = 0;
            for (int step = 0; step < 2_000; step++)
            {
                nowNs += random.nextInt((int)FairQueue.PATIENCE_NS / 4);
                final int i = random.nextInt(tags.length);
                if (random.nextInt(3) == 0)
                {
                    any.onAdmitted(heads.get(i));
                    tags[i] = Long.MAX_VALUE;
                    any.onRoundEnd(nowNs);
                    forget(tags, offeredNs, nowNs);
                }
                else
                {
                    tags[i] = any.virtualTime() + random.nextInt(1_000);
                    offeredNs[i] = nowNs;
                    any.onDeferred(heads.get(i), tags[i], nowNs);
                }
                if (random.nextInt(4) == 0)
                {
                    forget(tags, offeredNs, nowNs);
                    long least = Long.MAX_VALUE;
                    for (final long tag : tags)
                    {
                        least = Math.min(least, tag);
                    }
                    final long before = any.virtualTime();
                    any.onRoundEnd(nowNs);
                    assertEquals(least == Long.MAX_VALUE ? before : Math.max(before, least), any.virtualTime(),
                        "seed=" + seed + " step=" + step);
                }
            }
        }
    }

    @Test
    @Timeout(60)
    void shouldForgetAPublisherThatWillNotComeAgain()
    {
        final WeakReference<FairQueue.Head> gone = new WeakReference<>(waiting(700));
        final FairQueue.Head stays = waiting(800);
        assertTrue(queue.onRoundEnd(0));
        assertEquals(700, queue.virtualTime(), "it may come again");
        queue.onDeferred(stays, 800, FairQueue.PATIENCE_NS + 1);
        assertTrue(queue.onRoundEnd(FairQueue.PATIENCE_NS + 1));
        assertEquals(800, queue.virtualTime());
        while (null != gone.get())
        {
            System.gc();
            Thread.onSpinWait();
        }
        queue.onAdmitted(stays);
    }

    private FairQueue.Head waiting(final long tag)
    {
        final FairQueue.Head head = FairQueue.publisher();
        queue.onDeferred(head, tag, 0);
        return head;
    }

    private static void forget(final long[] tags, final long[] offeredNs, final long nowNs)
    {
        for (int i = 0; i < tags.length; i++)
        {
            tags[i] = nowNs - offeredNs[i] <= FairQueue.PATIENCE_NS ? tags[i] : Long.MAX_VALUE;
        }
    }
}
