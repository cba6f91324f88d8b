package io.tailrace.engine.ingress;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.overload.OverloadCount;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Embedded publishers of normal sources that are limited, and offers that wait.
 */
class LimitedPublisherTest
{
    private static final int LENGTH = MessageLayout.SLOT_LENGTH;
    private static final long NOW = 1_700_000_000_000_000_000L;

    private final Sequence operators = new Sequence();
    private final IngressLedger ledger = new IngressLedger(2);
    private final IngressGate gate = new IngressGate();
    private long nowNs = NOW;
    private EventRing ring;
    private NormalLane lane;
    private Publisher publisher;

    @Test
    void shouldAnswerHowManyGoOn()
    {
        start(16, OverloadConfig.builder().ratePerDevice(2));
        assertEquals(1, publisher.offer(1, 5, 1, 1, 1.0));
        final UnsafeBuffer frame = ReadingBytes.frame(6, 2);
        for (int i = 0; i < 6; i++)
        {
            frame.putLong(i * LENGTH + MessageLayout.READING_DEVICE_ID_OFFSET, 5 + i / 4);
        }
        assertEquals(3, publisher.offer(frame, 0, 6));
        assertEquals(0, publisher.offer(frame, 0, 2));
        assertEquals(0, publisher.offer(8, 5, 1, 1, 1.0));

        assertEquals(10, ledger.received(1));
        assertEquals(6, ledger.refused(1, OverloadCount.SHED_RATE_PER_DEVICE.code()));
        assertEquals(3, ring.cursor());
        assertEquals(3, ring.published(0, Long.MAX_VALUE));
        final long[] ids = new long[4];
        for (int i = 0; i < ids.length; i++)
        {
            final int at = ring.offset(i);
            ids[i] = ring.slab().getLong(at + MessageLayout.READING_EVENT_ID_OFFSET);
            assertEquals(NOW, ring.slab().getLong(at + MessageLayout.READING_INGEST_TIME_OFFSET));
            assertEquals(1, ring.slab().getShort(at + MessageLayout.READING_SOURCE_OFFSET));
        }
        assertEquals("[1, 2, 6, 7]", java.util.Arrays.toString(ids));
    }

    @Test
    void shouldLeaveBucketsAndCountsAsTheyWereWhenBackPressured()
    {
        start(8, OverloadConfig.builder().rate(6));
        ring.publish(0, ring.tryClaim(7));
        for (int i = 0; i < 20; i++)
        {
            assertEquals(Publisher.BACK_PRESSURED, publisher.offer(ReadingBytes.frame(2, 0), 0, 2));
        }
        assertEquals(1, publisher.offer(1, 1, 1, 1, 1.0));
        for (int i = 0; i < 20; i++)
        {
            assertEquals(Publisher.BACK_PRESSURED, publisher.offer(1, 1, 1, 1, 1.0));
        }
        assertEquals(1, ledger.received(1));
        operators.set(7);
        assertEquals(4, publisher.offer(ReadingBytes.frame(4, 0), 0, 4));
        assertEquals(1, publisher.offer(ReadingBytes.frame(3, 0), 0, 3));
        assertEquals(8, ledger.received(1));
        assertEquals(2, ledger.refused(1, OverloadCount.SHED_RATE.code()));
    }

    @Test
    void shouldBeToldToWaitWhileAnotherHasItsTurn()
    {
        start(8, OverloadConfig.builder().rate(6));
        assertTrue(lane.tryEnter());
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(1, 1, 1, 1, 1.0));
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(ReadingBytes.frame(1, 0), 0, 1));
        assertEquals(0, ledger.received(1));
        assertEquals(-1, ring.cursor());
        lane.leave();
        assertEquals(1, publisher.offer(1, 1, 1, 1, 1.0));
    }

    /** A single reading takes the same way as a frame, and each of its bytes comes in. */
    @Test
    void shouldWriteEveryByteOfASingleReading()
    {
        start(8, OverloadConfig.builder().rate(6));
        ring.slab().setMemory(0, 8 * LENGTH, (byte)0xFF);
        assertEquals(1, publisher.offer(11, 12, 13, 14, 15.5));
        nowNs++;
        assertEquals(1, publisher.offer(-1, -2, -3, -4, -5.5));
        for (int i = 0; i < 2; i++)
        {
            final int at = ring.offset(i);
            assertEquals(MessageLayout.READING_HEADER, ring.slab().getLong(at));
            assertEquals(i == 0 ? 11 : -1, ring.slab().getLong(at + MessageLayout.READING_EVENT_ID_OFFSET));
            assertEquals(i == 0 ? 12 : -2, ring.slab().getLong(at + MessageLayout.READING_DEVICE_ID_OFFSET));
            assertEquals(i == 0 ? 13 : -3, ring.slab().getInt(at + MessageLayout.READING_METRIC_OFFSET));
            assertEquals(i == 0 ? 14 : -4, ring.slab().getLong(at + MessageLayout.READING_EVENT_TIME_OFFSET));
            assertEquals(i == 0 ? 15.5 : -5.5, ring.slab().getDouble(at + MessageLayout.READING_VALUE_OFFSET));
            assertEquals(NOW + i, ring.slab().getLong(at + MessageLayout.READING_INGEST_TIME_OFFSET));
            assertEquals(1, ring.slab().getShort(at + MessageLayout.READING_SOURCE_OFFSET));
            assertEquals(0, ring.slab().getShort(at + MessageLayout.READING_TIME_UNIT_OFFSET));
            assertEquals(0, ring.slab().getLong(at + MessageLayout.READING_QUALITY_OFFSET));
        }
        assertEquals(2, ledger.received(1));
    }

    @Test
    void shouldBoundNormalPublishersAndLeaveTheRestToCriticalOnes()
    {
        start(128, OverloadConfig.builder().normalSlots(64));
        final Publisher critical = new Publisher(0, ring, () -> nowNs, ledger, gate);
        assertEquals(64, critical.maxCount());
        assertEquals(32, publisher.maxCount());
        final String message = assertThrows(
            IllegalArgumentException.class, () -> publisher.offer(ReadingBytes.frame(33, 0), 0, 33)).getMessage();
        assertEquals("count=33, expected 1 to 32", message);
        assertEquals(32, publisher.offer(ReadingBytes.frame(32, 0), 0, 32));
        assertEquals(31, publisher.offer(ReadingBytes.frame(31, 0), 0, 31));
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(ReadingBytes.frame(2, 0), 0, 2));
        assertEquals(1, publisher.offer(1, 1, 1, 1, 1.0));
        assertEquals(Publisher.BACK_PRESSURED, publisher.offer(1, 1, 1, 1, 1.0));
        assertEquals(64, critical.offer(ReadingBytes.frame(64, 0), 0, 64));
        assertEquals(Publisher.BACK_PRESSURED, critical.offer(1, 1, 1, 1, 1.0));
        operators.set(64);
        assertEquals(1, publisher.offer(1, 1, 1, 1, 1.0));
    }

    @Test
    void shouldWaitForRoomAsTheCallerLikes()
    {
        start(8, OverloadConfig.builder().rate(100));
        ring.publish(0, ring.tryClaim(8));
        final Idling idling = new Idling(() -> operators.set(7), 3);
        assertEquals(1, publisher.offer(1, 1, 1, 1, 1.0, 1_000, idling));
        assertEquals(3, idling.idled);
        assertEquals(1, idling.resets);
        ring.publish(9, ring.tryClaim(7));
        final Idling more = new Idling(() -> operators.set(15), 5);
        assertEquals(2, publisher.offer(ReadingBytes.frame(2, 0), 0, 2, 1_000, more));
        assertEquals(5, more.idled);
        assertEquals(3, ledger.received(1));
    }

    @Test
    void shouldGiveUpWhenTheTimeIsOver()
    {
        start(8, OverloadConfig.builder().rate(100));
        ring.publish(0, ring.tryClaim(8));
        final Idling idling = new Idling(() -> { }, 1);
        assertEquals(Publisher.TIMED_OUT, publisher.offer(1, 1, 1, 1, 1.0, 50, idling));
        assertEquals(5, idling.idled);
        assertEquals(Publisher.TIMED_OUT, publisher.offer(ReadingBytes.frame(2, 0), 0, 2, 50, idling));
        assertEquals(10, idling.idled);
        for (final long timeoutNs : new long[] {0, -1, Long.MIN_VALUE})
        {
            assertEquals(Publisher.TIMED_OUT, publisher.offer(1, 1, 1, 1, 1.0, timeoutNs, idling));
            assertEquals(Publisher.TIMED_OUT, publisher.offer(ReadingBytes.frame(1, 0), 0, 1, timeoutNs));
            assertEquals(Publisher.TIMED_OUT, publisher.offer(1, 1, 1, 1, 1.0, timeoutNs));
        }
        assertEquals(10, idling.idled);
        assertEquals(0, ledger.received(1));
        assertThrows(
            IllegalArgumentException.class, () -> publisher.offer(ReadingBytes.frame(5, 0), 0, 5, 50, idling));
    }

    @Test
    void shouldEndTheWaitWhenTheEngineIsClosed()
    {
        start(8, OverloadConfig.builder().rate(100));
        ring.publish(0, ring.tryClaim(8));
        final Idling idling = new Idling(gate::shut, 2);
        assertEquals(Publisher.CLOSED, publisher.offer(1, 1, 1, 1, 1.0, Long.MAX_VALUE, idling));
        assertEquals(2, idling.idled);
        assertEquals(Publisher.CLOSED, publisher.offer(ReadingBytes.frame(1, 0), 0, 1, Long.MAX_VALUE, idling));
        assertEquals(2, idling.idled);
    }

    @Test
    @Timeout(30)
    void shouldBackOffByItselfUntilThereIsRoom() throws InterruptedException
    {
        start(8, OverloadConfig.builder().rate(1e9));
        ring.publish(0, ring.tryClaim(8));
        final Publisher waiting = new Publisher(1, ring, System::nanoTime, ledger, gate, lane, null);
        final AtomicInteger answers = new AtomicInteger();
        final Thread thread = new Thread(() ->
        {
            answers.addAndGet(waiting.offer(1, 1, 1, 1, 1.0, 30_000_000_000L));
            answers.addAndGet(waiting.offer(ReadingBytes.frame(2, 0), 0, 2, 30_000_000_000L));
        });
        thread.start();
        while (ledger.offers(1) < 100)
        {
            Thread.onSpinWait();
        }
        operators.set(7);
        thread.join();
        assertEquals(3, answers.get());
        assertEquals(3, ledger.received(1));
    }

    /** Each of several publishers is told the truth, and never does one see a slot of another. */
    @Test
    @Timeout(60)
    void shouldShareOnePolicyAmongSeveralPublishers() throws InterruptedException
    {
        start(1 << 12, OverloadConfig.builder().rate(1_000_000).burstNs(2_000_000).normalSlots(512));
        final AtomicLong going = new AtomicLong();
        final AtomicLong offered = new AtomicLong();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 3; i++)
        {
            final int size = 1 + 7 * i;
            final long firstId = i * 1_000_000L;
            final Publisher own = new Publisher(1, ring, System::nanoTime, ledger, gate, lane, null);
            threads.add(new Thread(() ->
            {
                for (int round = 0; round < 5_000; round++)
                {
                    final int answer =
                        own.offer(ReadingBytes.frame(size, firstId + (long)round * size), 0, size, Long.MAX_VALUE);
                    assertTrue(answer >= 0);
                    going.addAndGet(answer);
                    offered.addAndGet(size);
                }
            }));
        }
        threads.forEach(Thread::start);
        final long[] lastIds = new long[3];
        java.util.Arrays.fill(lastIds, -1);
        long next = 0;
        boolean isOrdered = true;
        while (threads.stream().anyMatch(Thread::isAlive) || next <= ring.cursor())
        {
            final long published = ring.published(next, next + 100);
            for (; next <= published; next++)
            {
                final long id = ring.slab().getLong(ring.offset(next) + MessageLayout.READING_EVENT_ID_OFFSET);
                isOrdered &= id > lastIds[(int)(id / 1_000_000)];
                lastIds[(int)(id / 1_000_000)] = id;
            }
            operators.set(next - 1);
        }
        for (final Thread thread : threads)
        {
            thread.join();
        }
        assertTrue(isOrdered);
        assertEquals(120_000, offered.get());
        assertEquals(going.get(), next);
        assertEquals(offered.get(), ledger.received(1));
        assertEquals(offered.get() - going.get(), ledger.refused(1, OverloadCount.SHED_RATE.code()));
    }

    private void start(final int slots, final OverloadConfig.Builder overload)
    {
        ring = new EventRing(slots, true);
        ring.gate(operators);
        lane = NormalLane.of(
            EngineConfig.builder()
                .limits(LimitsConfig.builder().ringSlots(slots).devices(100).build())
                .source(SourceConfig.embedded("critical").priority(1).build())
                .source(SourceConfig.embedded("normal").build())
                .overload(overload.build())
                .build(),
            ledger.turn());
        publisher = new Publisher(1, ring, () -> nowNs, ledger, gate, lane, null);
    }

    /** Passes ten ns each time, and does something at one of them. */
    private final class Idling implements IdleStrategy
    {
        private final Runnable action;
        private final int at;
        private int idled;
        private int resets;

        private Idling(final Runnable action, final int at)
        {
            this.action = action;
            this.at = at;
        }

        @Override
        public void idle(final int workCount)
        {
            idle();
        }

        @Override
        public void idle()
        {
            nowNs += 10;
            if (++idled == at)
            {
                action.run();
            }
        }

        @Override
        public void reset()
        {
            resets++;
        }
    }
}
