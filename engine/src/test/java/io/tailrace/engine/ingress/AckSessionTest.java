package io.tailrace.engine.ingress;

import java.util.SplittableRandom;

import io.tailrace.codec.AckStatus;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.sbe.AckDecoder;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AckSessionTest
{
    private static final long ID = 0xFEDC_BA98_7654_3210L;
    private static final int STEPS = 2000;

    private final AckSession session = begun(0);

    @Test
    void shouldSettleInOrder()
    {
        assertTrue(session.onTaken(0, 10));
        assertTrue(session.onTaken(1, 20));
        assertFalse(session.onDurable(9));
        assertState(0, 0, 2);
        assertTrue(session.onDurable(10));
        assertState(1, 0, 1);
        assertTrue(session.onDurable(99));
        assertState(2, 0, 0);
        assertFalse(session.onDurable(100));
    }

    @Test
    void shouldShowWhatIsSettledBehindAGap()
    {
        session.onTaken(3, 1);
        session.onTaken(1, 2);
        session.onTaken(63, 3);
        session.onTaken(64, 4);
        session.onDurable(4);
        // The bitmap reaches to 63.
        assertState(0, 1L << 1 | 1L << 3 | 1L << 63, 0);
        session.onTaken(0, 5);
        session.onDurable(5);
        assertState(2, 1L << 1 | 1L << 61 | 1L << 62, 0);
    }

    @Test
    void shouldKnowWhatIsSettledOrOnItsWay()
    {
        session.onTaken(0, 1);
        session.onTaken(2, 2);
        assertTrue(session.isKnown(0) && session.isKnown(2));
        assertFalse(session.isKnown(1) || session.isKnown(3) || session.isKnown(-1));
        session.onDurable(2);
        assertTrue(session.isKnown(0) && session.isKnown(2));
        assertFalse(session.isKnown(1) || session.isKnown(3));
    }

    @Test
    void shouldFollowMoreThanTheBitmapShows()
    {
        for (int i = AckSession.WINDOW - 1; i > 0; i--)
        {
            assertTrue(session.onTaken(i, AckSession.WINDOW - i));
        }
        session.onDurable(AckSession.WINDOW);
        assertState(0, -2, 0);
        session.onTaken(0, AckSession.WINDOW + 1);
        session.onDurable(AckSession.WINDOW + 1);
        assertState(AckSession.WINDOW, 0, 0);
    }

    @Test
    void shouldNotFollowWhatLiesTooFarAhead()
    {
        assertFalse(session.onTaken(AckSession.WINDOW, 1));
        assertFalse(session.isKnown(AckSession.WINDOW));
        assertFalse(session.onTaken(-1, 2));
        assertFalse(session.onRefused(AckSession.WINDOW, AckStatus.MALFORMED));
        assertState(0, 0, 0);
        session.onSettledBelow(1);
        assertTrue(session.onTaken(AckSession.WINDOW, 3));
        assertState(1, 0, 1);
    }

    @Test
    void shouldSettleWhatIsRefusedAtOnceAndSayHow()
    {
        session.onTaken(0, 1);
        assertTrue(session.onRefused(1, AckStatus.MALFORMED));
        assertTrue(session.onRefused(1, AckStatus.MALFORMED), "known already");
        assertTrue(session.onRefused(0, AckStatus.MALFORMED), "on its way, which may still end well");
        assertTrue(session.onRefused(2, AckStatus.SHED));
        assertTrue(session.onRefused(3, AckStatus.REJECTED));
        assertState(0, 0b1110, 1);

        final AckDecoder ack = encoded();
        assertEquals(ID, ack.session());
        assertEquals(0, ack.contiguous());
        assertEquals(0b1110, ack.settled());
        assertEquals(1, ack.malformed());
        assertEquals(1, ack.shed());
        assertEquals(1, ack.rejected());
        assertEquals(3, ack.lastRefused());
        assertEquals(AckStatus.REJECTED.code(), ack.status());
        assertEquals(9, ack.source());
        assertEquals(5, ack.since());
    }

    @Test
    void shouldBeginAnewWithoutATraceOfTheSessionBefore()
    {
        session.onTaken(0, 1);
        session.onRefused(5, AckStatus.SHED);
        session.begin(ID, 3, 6);
        assertState(3, 0, 0);
        assertFalse(session.isKnown(3) || session.isKnown(5));
        assertFalse(session.onDurable(1));
        final AckDecoder ack = encoded();
        assertEquals(0, ack.shed());
        assertEquals(0, ack.lastRefused());
        assertEquals(AckStatus.DURABLE.code(), ack.status());
        assertEquals(6, ack.since());
    }

    @Test
    void shouldForgetWhatTheSenderNoLongerWaitsFor()
    {
        session.onTaken(0, 1);
        session.onTaken(2, 2);
        session.onRefused(4, AckStatus.SHED);
        session.onSettledBelow(2);
        assertState(2, 0b100, 1);
        session.onSettledBelow(4);
        assertState(5, 0, 0);
        session.onSettledBelow(3);
        assertState(5, 0, 0);
        session.onSettledBelow(1L << 40);
        assertState(1L << 40, 0, 0);
        assertTrue(session.onTaken((1L << 40) + 1, 3));
    }

    @Test
    void shouldPassTheMiddleOfUnsignedNumbers()
    {
        final AckSession high = begun(Long.MAX_VALUE);
        assertTrue(high.onTaken(Long.MIN_VALUE, 1));
        assertTrue(high.onTaken(Long.MAX_VALUE, 2));
        high.onDurable(2);
        assertEquals(Long.MIN_VALUE + 1, high.contiguous());
        assertTrue(high.isKnown(0));
    }

    @Property(tries = 300)
    void shouldEqualASetOfAllSequences(@ForAll final long seed)
    {
        final SplittableRandom random = new SplittableRandom(seed);
        final long first = random.nextBoolean() ? 0 : Long.MAX_VALUE - random.nextInt(STEPS);
        final AckSession tested = begun(first);
        final NaiveAckSession naive = new NaiveAckSession(first);
        final int reach = 1 + random.nextInt(random.nextBoolean() ? 100 : 2 * AckSession.WINDOW);
        long slot = 0;
        long durable = -1;
        for (int i = 0; i < STEPS; i++)
        {
            final long sequence = naive.contiguous() + random.nextInt(reach) - random.nextInt(3);
            final String step = "seed " + seed + " step " + i;
            switch (random.nextInt(8))
            {
                case 0 ->
                {
                    durable = Math.max(durable, slot - random.nextInt(20));
                    assertEquals(naive.onDurable(durable), tested.onDurable(durable), step);
                }
                case 1 -> assertEquals(naive.onRefused(sequence), tested.onRefused(sequence, AckStatus.SHED), step);
                case 2 ->
                {
                    final long below = naive.contiguous() + random.nextInt(3);
                    naive.onSettledBelow(below);
                    tested.onSettledBelow(below);
                }
                default ->
                {
                    assertEquals(naive.isKnown(sequence), tested.isKnown(sequence), step);
                    if (!naive.isKnown(sequence))
                    {
                        assertEquals(naive.onTaken(sequence, slot), tested.onTaken(sequence, slot), step);
                        slot += 1 + random.nextInt(5);
                    }
                }
            }
            assertEquals(naive.contiguous(), tested.contiguous(), step);
            assertEquals(naive.settled(), tested.settled(), step);
            assertEquals(naive.onTheirWay(), tested.onTheirWay(), step);
        }
    }

    private static AckSession begun(final long first)
    {
        final AckSession session = new AckSession();
        session.begin(ID, first, 5);
        return session;
    }

    private AckDecoder encoded()
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
        buffer.setMemory(0, MessageLayout.SLOT_LENGTH, (byte)0x77);
        session.encode(buffer, 9);
        assertEquals(0, buffer.getByte(MessageLayout.ACK_STATUS_OFFSET + 1), "reserved");
        final AckDecoder ack = new AckDecoder();
        ack.wrapAndApplyHeader(buffer, 0, new MessageHeaderDecoder());
        return ack;
    }

    private void assertState(final long contiguous, final long settled, final int onTheirWay)
    {
        assertEquals(contiguous, session.contiguous());
        assertEquals(Long.toBinaryString(settled), Long.toBinaryString(session.settled()));
        assertEquals(onTheirWay, session.onTheirWay());
    }
}
