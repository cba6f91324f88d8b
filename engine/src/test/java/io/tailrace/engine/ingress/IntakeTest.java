package io.tailrace.engine.ingress;

import java.nio.file.Path;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MalformedReason;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.EventRing;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IntakeTest
{
    private static final int LENGTH = MessageLayout.SLOT_LENGTH;
    private static final int SOURCE = 1;
    private static final long NOW = 1_700_000_000_000_000_000L;

    @TempDir
    Path dataDir;

    private final EventRing ring = new EventRing(16, false);
    private final Sequence operators = new Sequence();
    private final IngressLedger ledger = new IngressLedger(2);
    private RejectsFile rejects;
    private Intake intake;

    @BeforeEach
    void open()
    {
        ring.gate(operators);
        rejects = new RejectsFile(dataDir);
        intake = new Intake(SOURCE, ring, ledger, rejects, null, null, null);
    }

    @AfterEach
    void close()
    {
        rejects.close();
    }

    @Test
    void shouldTakeAllMessagesOfAFrameAndStampThem()
    {
        final UnsafeBuffer frame = ReadingBytes.frame(3, 40);
        assertEquals(3, intake.onFrame(frame, 0, 3 * LENGTH, NOW));

        assertEquals(2, ring.published(0, Long.MAX_VALUE));
        assertEquals(3, ledger.received(SOURCE));
        assertEquals(0, ledger.received(0));
        for (int i = 0; i < 3; i++)
        {
            final byte[] expected = new byte[LENGTH];
            frame.putLong(i * LENGTH + MessageLayout.READING_INGEST_TIME_OFFSET, NOW);
            frame.putShort(i * LENGTH + MessageLayout.READING_SOURCE_OFFSET, (short)SOURCE);
            frame.getBytes(i * LENGTH, expected);
            assertArrayEquals(expected, slot(i));
        }
    }

    @Test
    void shouldTakeAFrameAtAnOffsetAndLeaveOutItsDatagramHeader()
    {
        final UnsafeBuffer frame = ReadingBytes.frame(4, 0);
        frame.setMemory(LENGTH, LENGTH, (byte)0);
        frame.putLong(LENGTH, MessageLayout.DATAGRAM_HEADER_HEADER);
        assertEquals(2, intake.onFrame(frame, LENGTH, 3 * LENGTH, NOW));
        assertEquals(1, ring.published(0, Long.MAX_VALUE));
        assertEquals(2, ring.slab().getLong(ring.offset(0) + MessageLayout.READING_EVENT_ID_OFFSET));
        assertEquals(3, ring.slab().getLong(ring.offset(1) + MessageLayout.READING_EVENT_ID_OFFSET));
    }

    @Test
    void shouldStampTheEndOfInputAndNotCountItAsAReading()
    {
        final UnsafeBuffer frame = ReadingBytes.frame(2, 0);
        frame.putLong(LENGTH, MessageLayout.END_OF_INPUT_HEADER);
        assertEquals(2, intake.onFrame(frame, 0, 2 * LENGTH, NOW));
        assertEquals(1, ledger.received(SOURCE));
        final UnsafeBuffer slab = ring.slab();
        assertEquals(MessageLayout.END_OF_INPUT_HEADER, slab.getLong(LENGTH));
        assertEquals(NOW, slab.getLong(LENGTH + MessageLayout.END_OF_INPUT_TIME_OFFSET));
        assertEquals(SOURCE, slab.getShort(LENGTH + MessageLayout.END_OF_INPUT_SOURCE_OFFSET));
    }

    @Test
    void shouldTakeNothingOfAFrameWithOneWrongMessage()
    {
        final UnsafeBuffer frame = ReadingBytes.frame(3, 40);
        frame.putLong(2 * LENGTH, MessageLayout.TICK_HEADER);
        assertEquals(0, intake.onFrame(frame, 0, 3 * LENGTH, NOW));

        assertEquals(-1, ring.cursor());
        assertEquals(0, ledger.received(SOURCE));
        assertEquals(1, ledger.refused(SOURCE, MalformedReason.WRONG_TEMPLATE.code()));
        assertEquals(1, ledger.malformed(SOURCE));
        assertEquals(0, ledger.malformed(0));
    }

    @Test
    void shouldCountAndKeepWhatIsMalformedByReason()
    {
        assertEquals(0, intake.onFrame(ReadingBytes.frame(9, 0), 0, 9 * LENGTH, NOW));
        assertEquals(0, intake.onFrame(ReadingBytes.frame(1, 77), 0, LENGTH - 1, NOW + 1));
        assertEquals(0, intake.onFrame(ReadingBytes.frame(1, 77), 0, 0, NOW + 2));
        assertEquals(1, ledger.refused(SOURCE, MalformedReason.OVERSIZED.code()));
        assertEquals(1, ledger.refused(SOURCE, MalformedReason.TRUNCATED.code()));
        assertEquals(1, ledger.refused(SOURCE, MalformedReason.EMPTY.code()));
        try (RejectsReader reader = RejectsReader.open(dataDir))
        {
            final StringBuilder found = new StringBuilder();
            reader.read(1, 10, (number, timeNs, source, reason, length, first) -> found.append(number).append(' ')
                .append(timeNs - NOW).append(' ').append(source).append(' ').append(reason).append(' ')
                .append(length).append(' ').append(first.length).append('\n'));
            assertEquals("1 0 1 3 576 256\n2 1 1 1 63 63\n3 2 1 2 0 0\n", found.toString());
        }
    }

    @Test
    void shouldTakeTheLongestFrameThatLeavesHalfOfTheRing()
    {
        assertEquals(8, intake.onFrame(ReadingBytes.frame(8, 0), 0, 8 * LENGTH, NOW));
    }

    @Test
    void shouldLeaveTheFrameUntouchedWhenBackPressured()
    {
        intake.onFrame(ReadingBytes.frame(8, 0), 0, 8 * LENGTH, NOW);
        intake.onFrame(ReadingBytes.frame(6, 8), 0, 6 * LENGTH, NOW);
        final UnsafeBuffer frame = ReadingBytes.frame(3, 14);
        final byte[] before = frame.byteArray().clone();
        assertEquals(Intake.BACK_PRESSURED, intake.onFrame(frame, 0, 3 * LENGTH, NOW));
        assertArrayEquals(before, frame.byteArray());
        assertEquals(13, ring.cursor());
        assertEquals(14, ledger.received(SOURCE));
        assertEquals(0, ledger.malformed(SOURCE));
        assertEquals(0, rejects.count());

        operators.set(0);
        assertEquals(3, intake.onFrame(frame, 0, 3 * LENGTH, NOW + 5));
        assertEquals(17, ledger.received(SOURCE));
        for (int i = 1; i < 17; i++)
        {
            assertEquals(i, ring.slab().getLong(ring.offset(i) + MessageLayout.READING_EVENT_ID_OFFSET));
        }
    }

    @Test
    void shouldTakeADatagramOfAnAcknowledgedSessionOnce()
    {
        final AckTracker acks = new AckTracker(SOURCE, ledger);
        intake = new Intake(SOURCE, ring, ledger, rejects, acks, null, null);
        final UnsafeBuffer frame = datagram(7, 0);
        assertEquals(2, intake.onFrame(frame, 0, 3 * LENGTH, NOW));
        assertEquals(0, intake.onFrame(frame, 0, 3 * LENGTH, NOW));
        assertEquals(2, intake.onFrame(datagram(7, 1), 0, 3 * LENGTH, NOW));
        assertEquals(2, intake.onFrame(datagram(8, 0), 0, 3 * LENGTH, NOW));
        assertEquals(2, intake.onFrame(ReadingBytes.frame(2, 0), 0, 2 * LENGTH, NOW), "without a header");

        assertEquals(8, ledger.received(SOURCE));
        assertEquals(1, ledger.refused(SOURCE, IngressLedger.RESENT));
        assertEquals(7, ring.cursor());
        assertEquals(2, acks.sessionCount());
        assertTrue(acks.isBusy());
    }

    @Test
    void shouldNotTakeWhatItCouldNotAcknowledge()
    {
        final AckTracker acks = new AckTracker(SOURCE, ledger);
        intake = new Intake(SOURCE, ring, ledger, rejects, acks, null, null);
        assertEquals(2, intake.onFrame(datagram(7, 0), 0, 3 * LENGTH, NOW));
        for (int i = 0; i < 3; i++)
        {
            assertEquals(0, intake.onFrame(datagram(7, AckSession.WINDOW), 0, 3 * LENGTH, NOW), "too far ahead");
        }
        for (int session = 8; acks.sessionCount() < AckTracker.MAX_SESSIONS; session++)
        {
            assertTrue(acks.hasPlace(session, 0, 0, NOW));
        }
        assertEquals(0, intake.onFrame(datagram(9999, 0), 0, 3 * LENGTH, NOW), "a session too many");

        assertEquals(2, ledger.received(SOURCE));
        assertEquals(1, ring.cursor());
        assertEquals(4, ledger.refused(SOURCE, IngressLedger.NO_PLACE));
        assertEquals(4, ledger.untracked(SOURCE));
        assertEquals(2, intake.onFrame(datagram(9999, 0), 0, 3 * LENGTH, NOW + AckTracker.IDLE_NS), "one was idle");
        assertEquals(2, intake.onFrame(datagram(7, 1), 0, 3 * LENGTH, NOW + AckTracker.IDLE_NS));
    }

    @Test
    void shouldTakeADatagramAgainWhenNobodyIsAcknowledged()
    {
        assertEquals(2, intake.onFrame(datagram(7, 0), 0, 3 * LENGTH, NOW));
        assertEquals(2, intake.onFrame(datagram(7, 0), 0, 3 * LENGTH, NOW));
        assertEquals(0, ledger.refused(SOURCE, IngressLedger.RESENT));
    }

    @Test
    void shouldNotFollowWhatIsHeldUpByBackPressure()
    {
        final AckTracker acks = new AckTracker(SOURCE, ledger);
        intake = new Intake(SOURCE, ring, ledger, rejects, acks, null, null);
        for (int i = 0; i < 8; i++)
        {
            assertEquals(2, intake.onFrame(datagram(7, i), 0, 3 * LENGTH, NOW));
        }
        assertEquals(Intake.BACK_PRESSURED, intake.onFrame(datagram(7, 8), 0, 3 * LENGTH, NOW));
        assertFalse(acks.isResent(7, 8, 0, NOW));
        operators.set(1);
        assertEquals(2, intake.onFrame(datagram(7, 8), 0, 3 * LENGTH, NOW));
        assertTrue(acks.isResent(7, 8, 0, NOW));
    }

    @Test
    void shouldSettleWhatIsMalformedBehindItsHeader()
    {
        final AckTracker acks = new AckTracker(SOURCE, ledger);
        intake = new Intake(SOURCE, ring, ledger, rejects, acks, null, null);
        final UnsafeBuffer frame = datagram(7, 0);
        frame.putLong(2 * LENGTH, MessageLayout.TICK_HEADER);
        assertEquals(0, intake.onFrame(frame, 0, 3 * LENGTH, NOW));
        assertEquals(0, intake.onFrame(frame, 0, 3 * LENGTH, NOW));
        frame.putShort(0, (short)0);
        assertEquals(0, intake.onFrame(frame, 0, 3 * LENGTH, NOW));

        assertEquals(3, ledger.malformed(SOURCE));
        assertEquals(3, rejects.count());
        assertEquals(1, acks.sessionCount());
        assertTrue(acks.isResent(7, 0, 0, NOW));
        assertEquals(-1, ring.cursor());
    }

    private static UnsafeBuffer datagram(final long session, final long sequence)
    {
        final UnsafeBuffer frame = ReadingBytes.frame(3, 0);
        frame.setMemory(0, LENGTH, (byte)0);
        frame.putLong(0, MessageLayout.DATAGRAM_HEADER_HEADER);
        frame.putLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET, session);
        frame.putLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET, sequence);
        return frame;
    }

    private byte[] slot(final long sequence)
    {
        final byte[] slot = new byte[LENGTH];
        ring.slab().getBytes(ring.offset(sequence), slot);
        return slot;
    }
}
