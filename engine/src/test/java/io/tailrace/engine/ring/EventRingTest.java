package io.tailrace.engine.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.lmax.disruptor.Sequence;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

/**
 * Each slot of the concurrent tests carries its producer, the producer's count, and six words that follow from both:
 * the consumer sees each producer's count without a gap, and no slot of two halves.
 */
class EventRingTest
{
    private static final int SLOTS = 1 << 20;
    private static final int MAX_BATCH = 7;

    private final Sequence consumed = new Sequence();

    @Test
    @Timeout(30)
    void shouldHandOverAMillionSlotsFromFourProducers() throws InterruptedException
    {
        handOver(4, 256, SLOTS);
    }

    @Test
    @Timeout(30)
    void shouldHandOverSlotsFromFourProducersThroughASmallRing() throws InterruptedException
    {
        handOver(4, 8, SLOTS / 8);
    }

    @Test
    @Timeout(30)
    void shouldHandOverAMillionSlotsFromOneProducer() throws InterruptedException
    {
        handOver(1, 256, SLOTS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRefuseWhatDoesNotFitAndTakeItWhenThereIsRoom(final boolean hasSeveralProducers)
    {
        final EventRing ring = ring(8, hasSeveralProducers);
        assertEquals(7, claimAndPublish(ring, 8));
        assertEquals(0, ring.remaining());
        assertEquals(EventRing.BACK_PRESSURED, ring.tryClaim(1));
        assertEquals(7, ring.cursor());

        consumed.set(2);
        assertEquals(3, ring.remaining());
        assertEquals(EventRing.BACK_PRESSURED, ring.tryClaim(4));
        assertEquals(10, claimAndPublish(ring, 3));
        assertEquals(EventRing.BACK_PRESSURED, ring.tryClaim(1));
        assertEquals(10, ring.published(3, Long.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldShowWhatIsClaimedAndNotYetPublished(final boolean hasSeveralProducers)
    {
        final EventRing ring = ring(8, hasSeveralProducers);
        assertEquals(-1, ring.cursor());
        assertEquals(-1, ring.published(0, Long.MAX_VALUE));
        final long last = ring.tryClaim(3);
        assertEquals(2, ring.cursor());
        assertEquals(-1, ring.published(0, Long.MAX_VALUE));
        ring.publish(0, last);
        assertEquals(2, ring.published(0, Long.MAX_VALUE));
        assertEquals(2, ring.cursor());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldSayWhatIsFreeAgain(final boolean hasSeveralProducers)
    {
        final EventRing ring = ring(8, hasSeveralProducers);
        assertEquals(-1, ring.freed());
        assertEquals(4, claimAndPublish(ring, 5));
        assertEquals(-1, ring.freed());
        consumed.set(2);
        assertEquals(2, ring.freed());
        consumed.set(4);
        assertEquals(4, ring.freed());
        assertEquals(9, claimAndPublish(ring, 5));
        assertEquals(4, ring.freed());
    }

    @Test
    void shouldPublishOnlyToTheFirstGap()
    {
        final EventRing ring = ring(8, true);
        final long first = ring.tryClaim(2);
        final long second = ring.tryClaim(2);
        ring.publish(first + 1, second);
        assertEquals(-1, ring.published(0, Long.MAX_VALUE));
        ring.publish(0, first);
        assertEquals(3, ring.published(0, Long.MAX_VALUE));
    }

    @Test
    void shouldWrapSlotsAndPositions()
    {
        final EventRing ring = ring(8, false);
        assertEquals(0, ring.address(0) % EventRing.SLOT_LENGTH);
        assertEquals(ring.address(3), ring.address(11));
        assertEquals(ring.slab().addressOffset() + ring.offset(13), ring.address(13));
        assertEquals(7 * EventRing.SLOT_LENGTH, ring.offset(7));
        ring.positions(6, 9, 32);
        for (int i = 0; i < 4; i++)
        {
            assertEquals(32 + i * EventRing.SLOT_LENGTH, ring.position(6 + i));
        }
        // Sequences beyond the range of an int find their slot as well.
        final long far = (1L << 40) + 5;
        ring.positions(far, far, 4096);
        assertEquals(4096, ring.position(far));
        assertEquals(ring.address(5), ring.address(far));
    }

    private EventRing ring(final int slots, final boolean hasSeveralProducers)
    {
        final EventRing ring = new EventRing(slots, hasSeveralProducers);
        ring.gate(consumed);
        return ring;
    }

    private static long claimAndPublish(final EventRing ring, final int count)
    {
        final long last = ring.tryClaim(count);
        assertNotEquals(EventRing.BACK_PRESSURED, last);
        ring.publish(last - count + 1, last);
        return last;
    }

    private void handOver(final int producers, final int slots, final int count) throws InterruptedException
    {
        final EventRing ring = ring(slots, producers > 1);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < producers; i++)
        {
            final int producer = i;
            final Thread thread = new Thread(() -> produce(ring, producer, count / producers), "producer-" + i);
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((ignored, ex) -> failure.compareAndSet(null, ex));
            threads.add(thread);
            thread.start();
        }
        consume(ring, producers, count, failure);
        for (final Thread thread : threads)
        {
            thread.join();
        }
        assertNull(failure.get());
        assertEquals(count - 1, ring.cursor());
    }

    private static void produce(final EventRing ring, final int producer, final int slots)
    {
        int produced = 0;
        while (produced < slots)
        {
            final int count = Math.min(slots - produced, 1 + produced % MAX_BATCH);
            final long last = ring.tryClaim(count);
            if (last == EventRing.BACK_PRESSURED)
            {
                Thread.yield();
                continue;
            }
            for (long sequence = last - count + 1; sequence <= last; sequence++)
            {
                final long slot = ring.address(sequence);
                UnsafeApi.putLong(slot, producer);
                for (int word = 1; word < 8; word++)
                {
                    UnsafeApi.putLong(slot + word * Long.BYTES, word(producer, produced, word));
                }
                produced++;
            }
            ring.publish(last - count + 1, last);
        }
    }

    private void consume(
        final EventRing ring, final int producers, final int count, final AtomicReference<Throwable> failure)
    {
        final long[] next = new long[producers];
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(25);
        long sequence = 0;
        while (sequence < count)
        {
            final long published = ring.published(sequence, Long.MAX_VALUE);
            for (; sequence <= published; sequence++)
            {
                final long slot = ring.address(sequence);
                final int producer = (int)UnsafeApi.getLong(slot);
                for (int word = 1; word < 8; word++)
                {
                    final long found = UnsafeApi.getLong(slot + word * Long.BYTES);
                    if (found != word(producer, next[producer], word))
                    {
                        throw new AssertionError("sequence " + sequence + ", producer " + producer + ", word " + word +
                            ": " + found + ", expected count " + next[producer]);
                    }
                }
                next[producer]++;
            }
            if (consumed.get() == sequence - 1)
            {
                assertNull(failure.get());
                if (System.nanoTime() - deadlineNs > 0)
                {
                    throw new AssertionError("no slot after " + sequence);
                }
                Thread.yield();
            }
            consumed.set(sequence - 1);
        }
    }

    private static long word(final long producer, final long count, final int word)
    {
        return word == 1 ? count : (count * 31 + producer) * word;
    }
}
