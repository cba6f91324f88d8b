package io.tailrace.engine.ingress;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.AckStatus;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.DurableSlots;
import io.tailrace.engine.ring.EventRing;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AckTrackerTest
{
    private static final int SOURCE = 1;
    private static final long START = 1_700_000_000_000_000_000L;
    private static final SocketAddress FROM = new InetSocketAddress("127.0.0.1", 9);
    private static final SocketAddress MOVED = new InetSocketAddress("127.0.0.1", 10);

    private final EventRing ring = new EventRing(1 << 14, false);
    private final Sequence journalled = new Sequence();
    private final IngressLedger ledger = new IngressLedger(2);
    private final AckTracker tracker = new AckTracker(SOURCE, ledger);
    private final List<String> sent = new ArrayList<>();
    private boolean isDropping;
    private long durablePosition;
    private long nowNs = START;

    AckTrackerTest()
    {
        ring.gate(new Sequence());
        tracker.follow(new DurableSlots(ring, journalled, () -> durablePosition));
        tracker.from(FROM);
    }

    @Test
    void shouldDoNothingWithoutSessions()
    {
        assertEquals(0, work());
        assertFalse(tracker.isBusy());
    }

    @Test
    void shouldTellManyDatagramsOfASessionInOneAcknowledgement()
    {
        for (int i = 0; i < 50; i++)
        {
            take(7, i);
        }
        later(AckTracker.ACK_INTERVAL_NS);
        assertEquals(0, work());
        assertTrue(tracker.isBusy());
        settle();
        later(AckTracker.ACK_INTERVAL_NS);
        assertEquals(1, work());
        assertEquals(List.of("7 50 0 /127.0.0.1:9"), sent);
        assertFalse(tracker.isBusy());
        assertEquals(1, ledger.acks(SOURCE));
        assertEquals(0, ledger.acks(0));
        assertEquals(1, ledger.sessions(SOURCE));
    }

    @Test
    void shouldKeepTheIntervalBetweenTwoAcknowledgements()
    {
        later(AckTracker.ACK_INTERVAL_NS);
        tracker.onRefused(7, 0, 0, AckStatus.MALFORMED, nowNs);
        later(AckTracker.ACK_INTERVAL_NS);
        assertEquals(1, work());
        tracker.onRefused(7, 1, 0, AckStatus.MALFORMED, nowNs);
        later(AckTracker.ACK_INTERVAL_NS - 1);
        assertEquals(0, work());
        assertTrue(tracker.isBusy());
        later(AckTracker.ACK_INTERVAL_NS);
        assertEquals(1, work());
        assertEquals(List.of("7 1 0 /127.0.0.1:9", "7 2 0 /127.0.0.1:9"), sent);
    }

    @Test
    void shouldRepeatItselfWhileDatagramsAreOnTheirWay()
    {
        take(7, 0);
        int count = 0;
        for (int i = 0; i < 100; i++)
        {
            later(AckTracker.REPEAT_INTERVAL_NS / 10);
            count += work();
        }
        assertEquals(10, count);
        assertEquals("7 0 0 /127.0.0.1:9", sent.get(9));
    }

    @Test
    void shouldAnswerWhatComesAgainToWhereItCameFrom()
    {
        assertFalse(tracker.isResent(7, 0, 0, nowNs), "an unknown session");
        take(7, 0);
        assertTrue(tracker.isResent(7, 0, 0, nowNs), "on its way");
        settle();
        later(AckTracker.ACK_INTERVAL_NS);
        work();
        tracker.from(MOVED);
        assertTrue(tracker.isResent(7, 0, 0, nowNs), "settled");
        assertFalse(tracker.isResent(7, 1, 0, nowNs));
        later(AckTracker.ACK_INTERVAL_NS);
        work();
        assertEquals(List.of("7 1 0 /127.0.0.1:9", "7 1 0 /127.0.0.1:10"), sent);
    }

    @Test
    void shouldForgetAnAcknowledgementThatCannotBeSent()
    {
        take(7, 0);
        settle();
        isDropping = true;
        later(AckTracker.ACK_INTERVAL_NS);
        assertEquals(0, work());
        assertFalse(tracker.isBusy());
        assertEquals(0, ledger.acks(SOURCE));
        isDropping = false;
        tracker.isResent(7, 0, 0, nowNs);
        later(AckTracker.ACK_INTERVAL_NS);
        assertEquals(1, work());
    }

    @Test
    void shouldBeginASessionWhereItsSenderStands()
    {
        take(7, 1000, 995);
        settle();
        later(AckTracker.ACK_INTERVAL_NS);
        work();
        assertEquals(List.of("7 995 100000 /127.0.0.1:9"), sent);
        // Older datagrams of before the restart may still come.
        assertTrue(tracker.isResent(7, 994, 900, nowNs));
        assertFalse(tracker.isResent(7, 995, 900, nowNs));
    }

    @Test
    void shouldNotBelieveThatASenderDoesNotWaitForWhatItSends()
    {
        take(7, 3, 1000);
        settle();
        later(AckTracker.ACK_INTERVAL_NS);
        work();
        assertEquals(List.of("7 4 0 /127.0.0.1:9"), sent);
    }

    @Test
    void shouldTakeTheBoundOfSessionsFromThoseThatAreIdle()
    {
        for (int i = 0; i < AckTracker.MAX_SESSIONS; i++)
        {
            later(1);
            take(i, 0);
        }
        settle();
        assertEquals(AckTracker.MAX_SESSIONS, tracker.sessionCount());
        later(AckTracker.ACK_INTERVAL_NS);
        assertEquals(AckTracker.MAX_SESSIONS, work());

        take(5000, 0);
        assertEquals(1, ledger.untracked(SOURCE));
        assertFalse(tracker.isResent(5000, 0, 0, nowNs), "not followed: taken again");
        later(AckTracker.IDLE_NS - AckTracker.ACK_INTERVAL_NS);
        tracker.isResent(0, 0, 0, nowNs);
        take(5001, 0);
        assertEquals(1, ledger.untracked(SOURCE));
        assertTrue(tracker.isResent(5001, 0, 0, nowNs));
        assertTrue(tracker.isResent(0, 0, 0, nowNs), "not idle");
        assertFalse(tracker.isResent(1, 0, 0, nowNs), "idle for longest");
        assertEquals(AckTracker.MAX_SESSIONS, tracker.sessionCount());
        assertEquals(AckTracker.MAX_SESSIONS, ledger.sessions(SOURCE));
    }

    @Test
    void shouldCountWhatLiesTooFarAhead()
    {
        take(7, 0);
        take(7, AckSession.WINDOW + 1L);
        assertEquals(1, ledger.untracked(SOURCE));
        tracker.onRefused(7, AckSession.WINDOW + 1L, 0, AckStatus.SHED, nowNs);
        assertEquals(2, ledger.untracked(SOURCE));
    }

    private void take(final long session, final long sequence)
    {
        take(session, sequence, 0);
    }

    private void take(final long session, final long sequence, final long settledBelow)
    {
        final long slot = ring.tryClaim(1);
        ring.publish(slot, slot);
        tracker.onTaken(session, sequence, settledBelow, slot, nowNs);
    }

    private void settle()
    {
        ring.positions(0, ring.cursor(), 0);
        journalled.set(ring.cursor());
        durablePosition = Long.MAX_VALUE;
    }

    private void later(final long ns)
    {
        nowNs += ns;
    }

    private int work()
    {
        return tracker.doWork(nowNs, this::send);
    }

    private boolean send(final DirectBuffer ack, final SocketAddress to)
    {
        if (isDropping)
        {
            return false;
        }
        assertEquals(MessageLayout.ACK_HEADER, ack.getLong(0));
        assertEquals(SOURCE, ack.getShort(MessageLayout.ACK_SOURCE_OFFSET));
        sent.add(ack.getLong(MessageLayout.ACK_SESSION_OFFSET) + " " +
            ack.getLong(MessageLayout.ACK_CONTIGUOUS_OFFSET) + " " +
            Long.toBinaryString(ack.getLong(MessageLayout.ACK_SETTLED_OFFSET)) + " " + to);
        return true;
    }
}
