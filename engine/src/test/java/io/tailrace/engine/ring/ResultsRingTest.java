package io.tailrace.engine.ring;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResultsRingTest
{
    private static final int WORDS = ResultsRing.SLOT_LENGTH / Long.BYTES;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 64})
    void shouldHaveRoomForExactlyWhatIsFreeAtEveryCount(final int slots)
    {
        final ResultsRing ring = new ResultsRing(slots);
        // Filled and released in every proportion, so that the producer's idea of what is released is stale each time.
        for (int fill = 0; fill <= slots; fill++)
        {
            for (int release = 0; release <= fill; release++)
            {
                publish(ring, fill);
                ring.release(release);
                final int free = slots - fill + release;
                for (int count = 0; count <= slots; count++)
                {
                    assertEquals(
                        count <= free, ring.hasRoom(count), fill + " filled, " + release + " released, " + count);
                }
                assertFalse(ring.hasRoom(slots + 1));
                assertEquals(fill - release, ring.available());
                ring.release(fill - release);
            }
        }
    }

    @Test
    void shouldTellContiguousSlotsFromThoseBehindTheWrap()
    {
        final ResultsRing ring = new ResultsRing(4);
        publish(ring, 3);
        assertEquals(3, ring.contiguous(ring.available()));
        ring.release(3);
        publish(ring, 4);
        assertEquals(1, ring.contiguous(ring.available()));
        assertEquals(3 * ResultsRing.SLOT_LENGTH, ring.offsetOf(0));
        assertEquals(0, ring.offsetOf(1));
        assertEquals(2 * ResultsRing.SLOT_LENGTH, ring.offsetOf(3));
        ring.release(1);
        assertEquals(3, ring.contiguous(ring.available()));
        assertEquals(2, ring.contiguous(2));
    }

    @Test
    void shouldClaimTheSameSlotUntilItIsPublished()
    {
        final ResultsRing ring = new ResultsRing(4);
        final long slot = ring.claim();
        assertEquals(slot, ring.claim());
        assertEquals(0, ring.available());
        ring.publish();
        assertEquals(slot + ResultsRing.SLOT_LENGTH, ring.claim());
        assertEquals(1, ring.available());
        assertEquals(0, slot % 64);
    }

    @Test
    void shouldRefuseASizeThatIsNoPowerOfTwo()
    {
        assertEquals(
            "slots=48, expected a power of two",
            assertThrows(IllegalArgumentException.class, () -> new ResultsRing(48)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 64})
    @Timeout(30)
    void shouldHandOverEveryResultBetweenTwoThreads(final int slots) throws InterruptedException
    {
        final int results = slots < 4 ? 20_000 : 200_000;
        final ResultsRing ring = new ResultsRing(slots);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread producer = new Thread(() -> produce(ring, results), "producer");
        producer.setDaemon(true);
        producer.setUncaughtExceptionHandler((ignored, ex) -> failure.compareAndSet(null, ex));
        producer.start();
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(25);
        int next = 0;
        while (next < results)
        {
            final int count = ring.contiguous(ring.available());
            for (int i = 0; i < count; i++)
            {
                final int offset = ring.offsetOf(i);
                for (int word = 0; word < WORDS; word++)
                {
                    final long found = ring.buffer().getLong(offset + word * Long.BYTES);
                    if (found != (long)next * (word + 1))
                    {
                        throw new AssertionError("result " + next + ", word " + word + ": " + found);
                    }
                }
                next++;
            }
            if (count == 0)
            {
                assertTrue(System.nanoTime() - deadlineNs < 0, "no result after " + next);
                assertNull(failure.get());
                Thread.yield();
            }
            // Sometimes a part only, so that room appears one slot at a time.
            final int released = next % 3 == 0 ? count : Math.min(count, 1);
            ring.release(released);
            next -= count - released;
        }
        producer.join();
        assertNull(failure.get());
        assertEquals(0, ring.available());
    }

    private static void publish(final ResultsRing ring, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            assertTrue(ring.hasRoom(1));
            ring.publish();
        }
    }

    private static void produce(final ResultsRing ring, final int results)
    {
        for (int i = 0; i < results; i++)
        {
            final int wanted = Math.min(ring.capacity(), 1 + i % 3);
            while (!ring.hasRoom(wanted))
            {
                Thread.yield();
            }
            final long slot = ring.claim();
            for (int word = 0; word < WORDS; word++)
            {
                UnsafeApi.putLong(slot + word * Long.BYTES, (long)i * (word + 1));
            }
            ring.publish();
        }
    }
}
