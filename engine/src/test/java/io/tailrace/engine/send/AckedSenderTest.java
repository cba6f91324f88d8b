package io.tailrace.engine.send;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.AckEncoder;
import io.tailrace.codec.sbe.MessageHeaderEncoder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The sender with a clock that only waiting moves.
 */
class AckedSenderTest
{
    private static final long SESSION = -5;
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private LossyEngine engine = new LossyEngine(1);
    private AckedSender sender = sender();
    private boolean isStopped;
    private long sequence;

    @Test
    void shouldSendEachDatagramOnceWhenNothingIsLost()
    {
        send(1000);
        sender.finish();

        assertEquals(1000, engine.taken.size());
        assertEquals("resent=0 settled-durable=1000 settled-malformed=0 settled-shed=0 settled-rejected=0",
            sender.report().toString());
    }

    @Test
    void shouldSayWhetherThereIsRoomAndHowManyAreWaitedFor()
    {
        engine.loss = 1;
        assertTrue(sender.hasRoom());
        send(AckedSender.WINDOW);
        assertEquals(AckedSender.WINDOW, sender.waiting());
        assertFalse(sender.hasRoom());
        engine.loss = 0;
        engine.nowNs += AckedSender.FIRST_RESEND_NS;
        sender.finish();

        assertEquals(0, sender.waiting());
        assertTrue(sender.hasRoom());
    }

    @Test
    void shouldEndAtOnceWithoutDatagrams()
    {
        sender.finish();

        assertEquals(0, sender.report().settled());
    }

    @Test
    void shouldSendAgainAfterTimesThatDouble()
    {
        engine.loss = 1;
        send(1);
        final long[] expectedMs = {100, 300, 700, 1500, 3100, 5100, 7100};
        for (int i = 0; i < expectedMs.length; i++)
        {
            engine.nowNs = expectedMs[i] * MS - 1;
            sender.poll();
            assertEquals(i, sender.report().resent());
            engine.nowNs++;
            sender.poll();
            assertEquals(i + 1, sender.report().resent());
        }
    }

    @Test
    void shouldNotCountAsSentAgainWhatCouldNotLeave()
    {
        engine.isAway = true;
        send(1);
        engine.nowNs += 500 * MS;
        sender.poll();
        engine.isAway = false;
        engine.nowNs += AckedSender.RETRY_NS;
        sender.finish();

        assertEquals(0, sender.report().resent());
        assertEquals(1, engine.taken.get(0L));
    }

    @Test
    void shouldSendNoNewDatagramWhileTheWindowIsFull()
    {
        engine.loss = 1;
        send(AckedSender.WINDOW);
        assertThrows(SendException.class, () -> send(1));
        assertEquals(0, engine.maxReach);
        assertTrue(engine.nowNs >= TIMEOUT_NS);
    }

    @Test
    void shouldFailWithoutProgressAndSayWhatIsMissing()
    {
        send(10);
        sender.finish();
        engine.nowNs += 2 * TIMEOUT_NS;
        engine.isAway = true;
        send(3);
        final SendException ex = assertThrows(SendException.class, sender::finish);
        assertEquals("lossy: no acknowledgement, nothing was settled within 60000 ms, 3 datagrams are not (resent=0 " +
            "settled-durable=10 settled-malformed=0 settled-shed=0 settled-rejected=0)", ex.getMessage());
    }

    @Test
    void shouldSayWhyNothingCouldLeave()
    {
        engine.isAway = true;
        engine.trouble = "Network is unreachable";
        send(1);
        final SendException ex = assertThrows(SendException.class, sender::finish);
        assertTrue(ex.getMessage().contains("), the last trouble was: Network is unreachable, expected a source"),
            ex.getMessage());
    }

    @Test
    void shouldWaitShortlyForTheRestWhenItIsStopped()
    {
        engine.maxDelayNs = MS;
        send(3);
        isStopped = true;
        sender.finish();
        assertEquals(3, sender.report().settled());

        engine.isAway = true;
        send(1);
        final long beforeNs = engine.nowNs;
        final SendException ex = assertThrows(SendException.class, sender::finish);
        assertTrue(ex.getMessage().startsWith("lossy: stopped, nothing was settled within 2000 ms, 1 datagrams are"));
        assertTrue(engine.nowNs - beforeNs < 2 * AckedSender.STOP_TIMEOUT_NS);
    }

    @Test
    void shouldCountWhatWasMalformedOverRestarts()
    {
        engine.malformedEvery = 10;
        send(100);
        sender.finish();
        engine.restart();
        engine.nowNs += MS;
        send(100);
        sender.finish();

        assertEquals(20, sender.report().malformed());
        assertEquals(180, sender.report().durable());
    }

    @Test
    void shouldPassOverAnswersThatAreNotItsOwn()
    {
        engine.isAway = true;
        send(3);
        final AckedChannel answers = new Answers(
            answer(SESSION, 4, 0, 64),
            answer(SESSION, -1, 0, 64),
            answer(SESSION + 1, 3, 0, 64),
            answer(SESSION, 3, 0, 63),
            new byte[MessageLayout.SLOT_LENGTH],
            new byte[0],
            // Beyond what was sent.
            answer(SESSION, 0, 0b11000, 64),
            answer(SESSION, 0, 0b00100, 64));
        final AckedSender other = new AckedSender(
            answers, SESSION, TIMEOUT_NS, () -> isStopped, () -> engine.nowNs, ns -> engine.nowNs += ns);
        for (int i = 0; i < 3; i++)
        {
            other.send(datagram(i), 2 * MessageLayout.SLOT_LENGTH);
        }
        other.poll();

        assertEquals(1, other.report().settled());
    }

    @Test
    void shouldRefuseDatagramsOfAnotherSessionOrOutOfOrder()
    {
        assertThrows(IllegalArgumentException.class,
            () -> sender.send(datagram(1), 2 * MessageLayout.SLOT_LENGTH));
        final UnsafeBuffer other = datagram(0);
        other.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, SESSION + 1);
        assertThrows(IllegalArgumentException.class, () -> sender.send(other, 2 * MessageLayout.SLOT_LENGTH));
    }

    /** Each datagram arrives at least once, more often only if it was sent again, and the sender ends. */
    @Property(tries = 200)
    void shouldDeliverEverythingOverAnyWay(@ForAll final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        engine = new LossyEngine(seed);
        engine.loss = random.nextDouble() * 0.6;
        engine.doubling = random.nextDouble() * 0.5;
        engine.refusal = random.nextDouble() * 0.5;
        engine.maxDelayNs = 1 + random.nextLong(300 * MS);
        engine.malformedEvery = 2 + random.nextInt(100);
        sender = sender();
        sequence = 0;
        final int count = 1 + random.nextInt(1000);
        int restarts = 0;
        for (int i = 0; i < count; i++)
        {
            send(1);
            engine.nowNs += random.nextLong(5 * MS);
            if (random.nextInt(200) == 0)
            {
                restarts++;
                engine.restart();
            }
        }
        sender.finish();

        assertEquals(count, engine.taken.size());
        assertEquals(count, sender.report().settled());
        assertTrue(engine.maxReach < AckedSender.WINDOW, () -> "window of " + engine.maxReach);
        final int most = engine.taken.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        assertTrue(most <= 1 + restarts, most + " times with " + restarts + " restarts");
        assertTrue(sender.report().malformed() <= engine.malformed);
        assertTrue(restarts > 0 || sender.report().malformed() == engine.malformed, "seed " + seed);
    }

    private AckedSender sender()
    {
        return new AckedSender(
            engine, SESSION, TIMEOUT_NS, () -> isStopped, () -> engine.nowNs, ns -> engine.nowNs += ns);
    }

    private void send(final int count)
    {
        for (int i = 0; i < count; i++)
        {
            sender.send(datagram(sequence), 2 * MessageLayout.SLOT_LENGTH);
            sequence++;
        }
    }

    private static UnsafeBuffer datagram(final long sequence)
    {
        final UnsafeBuffer datagram = new UnsafeBuffer(new byte[2 * MessageLayout.SLOT_LENGTH]);
        datagram.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER);
        datagram.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, SESSION);
        datagram.putLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, sequence);
        return datagram;
    }

    private static byte[] answer(final long session, final long contiguous, final long settled, final int length)
    {
        final byte[] bytes = new byte[MessageLayout.SLOT_LENGTH];
        new AckEncoder().wrapAndApplyHeader(new UnsafeBuffer(bytes), 0, new MessageHeaderEncoder())
            .session(session).contiguous(contiguous).settled(settled).since(1);
        return java.util.Arrays.copyOf(bytes, length);
    }

    /** Takes everything, and answers once as it is told, when all three datagrams have left. */
    private static final class Answers implements AckedChannel
    {
        private final byte[][] answers;
        private int offers;

        Answers(final byte[]... answers)
        {
            this.answers = answers;
        }

        @Override
        public boolean offer(final DirectBuffer buffer, final int length)
        {
            offers++;
            return true;
        }

        @Override
        public int poll(final AnswerHandler handler)
        {
            if (offers != 3)
            {
                return 0;
            }
            offers++;
            for (final byte[] answer : answers)
            {
                handler.onAnswer(new UnsafeBuffer(answer), 0, answer.length);
            }
            return answers.length;
        }

        @Override
        public String destination()
        {
            return "answers";
        }

        @Override
        public void close()
        {
        }
    }
}
