package io.tailrace.engine.ingress;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PublisherTest
{
    private static final int LENGTH = MessageLayout.SLOT_LENGTH;
    private static final long NOW = 1_700_000_000_000_000_000L;

    private final EventRing ring = new EventRing(8, true);
    private final Sequence operators = new Sequence();
    private final IngressLedger ledger = new IngressLedger(3);
    private final IngressGate gate = new IngressGate();
    private final Publisher publisher = new Publisher(2, ring, () -> NOW, ledger, gate);

    @BeforeEach
    void gate()
    {
        ring.gate(operators);
    }

    @Test
    void shouldWriteEveryByteOfAReading()
    {
        ring.slab().setMemory(0, LENGTH, (byte)0xFF);
        assertEquals(1, publisher.offer(11, 12, 13, 14, 15.5));
        final UnsafeBuffer slab = ring.slab();
        assertEquals(MessageLayout.READING_HEADER, slab.getLong(0));
        assertEquals(11, slab.getLong(MessageLayout.READING_EVENT_ID_OFFSET));
        assertEquals(12, slab.getLong(MessageLayout.READING_DEVICE_ID_OFFSET));
        assertEquals(14, slab.getLong(MessageLayout.READING_EVENT_TIME_OFFSET));
        assertEquals(NOW, slab.getLong(MessageLayout.READING_INGEST_TIME_OFFSET));
        assertEquals(15.5, slab.getDouble(MessageLayout.READING_VALUE_OFFSET));
        assertEquals(13, slab.getInt(MessageLayout.READING_METRIC_OFFSET));
        assertEquals(2, slab.getShort(MessageLayout.READING_SOURCE_OFFSET));
        assertEquals(0, slab.getShort(MessageLayout.READING_TIME_UNIT_OFFSET));
        assertEquals(0, slab.getLong(MessageLayout.READING_QUALITY_OFFSET));
        assertEquals(1, ledger.received(2));
        assertEquals(0, ring.published(0, Long.MAX_VALUE));
    }

    @Test
    void shouldTellToWaitWhileTheGateIsHeldAndThatItIsClosedOnceItIsShut()
    {
        gate.hold(true);
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(11, 12, 13, 14, 15.5));
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(ReadingBytes.frame(2, 0), 0, 2));
        assertEquals(0, ledger.received(2));
        gate.hold(false);
        assertEquals(1, publisher.offer(11, 12, 13, 14, 15.5));
        gate.hold(true);
        gate.shut();
        assertEquals(Publisher.CLOSED, publisher.offer(11, 12, 13, 14, 15.5));
        assertEquals(1, ledger.received(2));
    }

    @Test
    void shouldOfferAllReadingsOfABufferInOneClaim()
    {
        final UnsafeBuffer frame = ReadingBytes.frame(4, 30);
        assertEquals(3, publisher.offer(frame, LENGTH, 3));
        assertEquals(2, ring.published(0, Long.MAX_VALUE));
        assertEquals(3, ledger.received(2));
        for (int i = 0; i < 3; i++)
        {
            final int offset = ring.offset(i);
            assertEquals(31 + i, ring.slab().getLong(offset + MessageLayout.READING_EVENT_ID_OFFSET));
            assertEquals(NOW, ring.slab().getLong(offset + MessageLayout.READING_INGEST_TIME_OFFSET));
            assertEquals(2, ring.slab().getShort(offset + MessageLayout.READING_SOURCE_OFFSET));
        }
    }

    @Test
    void shouldLeaveTheRingUntouchedByAnInvalidBuffer()
    {
        final UnsafeBuffer frame = ReadingBytes.frame(4, 30);
        assertThrows(IllegalArgumentException.class, () -> publisher.offer(frame, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> publisher.offer(frame, 0, -1));
        assertThrows(IllegalArgumentException.class, () -> publisher.offer(ReadingBytes.frame(5, 0), 0, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> publisher.offer(frame, LENGTH, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> publisher.offer(frame, -LENGTH, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> publisher.offer(frame, 1, 4));
        frame.putLong(3 * LENGTH, MessageLayout.TICK_HEADER);
        final String message =
            assertThrows(IllegalArgumentException.class, () -> publisher.offer(frame, 0, 4)).getMessage();
        assertEquals("message 3 is not a reading of schema version 1", message);

        assertEquals(-1, ring.cursor());
        assertEquals(8, ring.remaining());
        assertEquals(0, ledger.received(2));
        for (int offset = 0; offset < ring.slab().capacity(); offset++)
        {
            assertEquals(0, ring.slab().getByte(offset));
        }
        // The gate was left, so that closing does not wait for ever.
        gate.shut();
        gate.awaitEmpty(new YieldingIdleStrategy());
    }

    @Test
    void shouldTakeAllOrNothingWhenBackPressured()
    {
        assertEquals(4, publisher.offer(ReadingBytes.frame(4, 0), 0, 4));
        assertEquals(2, publisher.offer(ReadingBytes.frame(2, 4), 0, 2));
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(ReadingBytes.frame(3, 6), 0, 3));
        assertEquals(6, ledger.received(2));
        assertEquals(5, ring.cursor());
        assertEquals(1, publisher.offer(6, 0, 0, 0, 0));
        assertEquals(1, publisher.offer(7, 0, 0, 0, 0));
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(8, 0, 0, 0, 0));
        operators.set(0);
        assertEquals(1, publisher.offer(8, 0, 0, 0, 0));
        assertEquals(9, ledger.received(2));
        gate.shut();
        gate.awaitEmpty(new YieldingIdleStrategy());
    }

    @Test
    void shouldBeClosedOnceTheGateIsShut()
    {
        gate.shut();
        assertEquals(Publisher.CLOSED, publisher.offer(1, 2, 3, 4, 5));
        assertEquals(Publisher.CLOSED, publisher.offer(ReadingBytes.frame(1, 0), 0, 1));
        assertEquals(-1, ring.cursor());
        assertEquals(0, ledger.received(2));
        gate.shut();
        gate.awaitEmpty(new YieldingIdleStrategy());
        assertEquals(Publisher.CLOSED, publisher.offer(1, 2, 3, 4, 5));
    }

    @Test
    void shouldWaitForWhoIsInsideAndForNobodyElse()
    {
        assertTrue(gate.tryEnter());
        gate.shut();
        assertFalse(gate.tryEnter());
        final AtomicInteger waits = new AtomicInteger();
        gate.awaitEmpty(new IdleStrategy()
        {
            @Override
            public void idle(final int workCount)
            {
                idle();
            }

            @Override
            public void idle()
            {
                if (waits.incrementAndGet() == 3)
                {
                    gate.leave();
                }
            }

            @Override
            public void reset()
            {
                waits.set(0);
            }
        });
        assertEquals(3, waits.get());
    }

    /** After the gate is shut and empty, no reading comes any more, whatever several publishers do meanwhile. */
    @Test
    @Timeout(30)
    void shouldLetNothingThroughAfterItWasShutAndEmpty() throws InterruptedException
    {
        for (int round = 0; round < 200; round++)
        {
            final EventRing large = new EventRing(1 << 12, true);
            large.gate(new Sequence());
            final IngressGate shutting = new IngressGate();
            final IngressLedger counts = new IngressLedger(1);
            final AtomicBoolean isDead = new AtomicBoolean();
            final AtomicInteger wrong = new AtomicInteger();
            final CountDownLatch begun = new CountDownLatch(2);
            final Thread[] threads = new Thread[2];
            for (int i = 0; i < threads.length; i++)
            {
                final Publisher own = new Publisher(0, large, () -> NOW, counts, shutting);
                threads[i] = new Thread(() ->
                {
                    begun.countDown();
                    int code;
                    do
                    {
                        final boolean wasDead = isDead.get();
                        code = own.offer(1, 2, 3, 4, 5);
                        if (wasDead && code != Publisher.CLOSED)
                        {
                            wrong.incrementAndGet();
                        }
                    }
                    while (code != Publisher.CLOSED);
                });
                threads[i].start();
            }
            begun.await();
            shutting.shut();
            shutting.awaitEmpty(new YieldingIdleStrategy());
            isDead.set(true);
            final long cursor = large.cursor();
            assertEquals(cursor + 1, counts.received(0));
            for (final Thread thread : threads)
            {
                thread.join();
            }
            assertEquals(cursor, large.cursor());
            assertEquals(cursor, large.published(0, Long.MAX_VALUE));
            assertEquals(0, wrong.get());
        }
    }
}
