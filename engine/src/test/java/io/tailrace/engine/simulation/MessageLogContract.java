package io.tailrace.engine.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.archive.recording.LogReader;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What the engine relies on of a log, whatever keeps it. The simulation is worth as much as the fake and the real log
 * agree here.
 */
abstract class MessageLogContract
{
    private static final int HEADER_LENGTH = 32;
    private static final int MESSAGE_LENGTH = 64;
    private static final long TIMEOUT_NS = 20_000_000_000L;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[1 << 16]);
    private final List<Long> positions = new ArrayList<>();
    private final List<Integer> lengths = new ArrayList<>();

    /** Opens the log, for the first time or where it was closed. */
    abstract MessageLog open();

    /** Ends whoever appends to it, in the middle of all, and opens what is left. */
    abstract MessageLog crash();

    /** Lets nothing be recorded any more. */
    abstract void lose(MessageLog log);

    /** Waits until something has become so. */
    abstract void await(BooleanSupplier condition);

    abstract int termLength();

    @Test
    void shouldGiveThePositionOfEachMessageOfAFrame()
    {
        final MessageLog log = open();
        assertEquals(0, log.openPosition());
        assertEquals(0, log.startPosition());
        assertEquals(HEADER_LENGTH, append(log, 3 * MESSAGE_LENGTH));
        assertEquals(2L * HEADER_LENGTH + 3 * MESSAGE_LENGTH, append(log, MESSAGE_LENGTH));
        assertEquals(2L * HEADER_LENGTH + 4 * MESSAGE_LENGTH, log.appendPosition());
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        assertEquals(log.appendPosition(), log.durablePosition());
        requireContents(log, 0, 2);
    }

    @Test
    void shouldPadWhereAFrameDoesNotFitItsTerm()
    {
        final MessageLog log = open();
        final int[] shares = {1, 3, 7, 2};
        for (int i = 0; log.appendPosition() < 5L * termLength(); i++)
        {
            final int length = log.maxPayloadLength() / shares[i % shares.length] / MESSAGE_LENGTH * MESSAGE_LENGTH;
            append(log, Math.max(MESSAGE_LENGTH, length));
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        boolean isPadded = false;
        for (int i = 0; i < positions.size(); i++)
        {
            final long framePosition = positions.get(i) - HEADER_LENGTH;
            final long frameEnd = positions.get(i) + lengths.get(i);
            assertEquals(framePosition / termLength(), (frameEnd - 1) / termLength(), "a frame crosses a term");
            isPadded |= i > 0 && framePosition != positions.get(i - 1) + lengths.get(i - 1);
        }
        assertTrue(isPadded, "no padding");
        requireContents(log, 0, positions.size());
    }

    @Test
    void shouldAppendTwoPiecesAsOneFrame()
    {
        final MessageLog log = open();
        final UnsafeBuffer ring = new UnsafeBuffer(new byte[256]);
        for (int i = 0; i < 256; i++)
        {
            ring.putByte(i, (byte)i);
        }
        long position = MessageLog.ADMIN_ACTION;
        while (position < 0)
        {
            position = log.append(ring, 192, 64, 0, 128);
        }
        assertEquals(HEADER_LENGTH, position);
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        try (LogReader reader = log.reader(0))
        {
            assertTrue(reader.next(log.durablePosition()));
            assertEquals(192, reader.payloadLength());
            for (int i = 0; i < 192; i++)
            {
                assertEquals(
                    (byte)(i < 64 ? 192 + i : i - 64), reader.payloadBuffer().getByte(reader.payloadOffset() + i));
            }
        }
    }

    @Test
    void shouldTakeTheLongestPayloadAndNoLonger()
    {
        final MessageLog log = open();
        assertThrows(IllegalArgumentException.class, () -> log.append(message, 0, log.maxPayloadLength() + 1));
        assertThrows(
            IllegalArgumentException.class, () -> log.append(message, 0, log.maxPayloadLength(), 0, 1));
        assertEquals(0, log.appendPosition());
        append(log, log.maxPayloadLength());
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        requireContents(log, 0, 1);
    }

    @Test
    void shouldNeverLetTheDurablePositionFallOrPassWhatWasAppended()
    {
        final MessageLog log = open();
        long last = 0;
        for (int i = 0; i < 3_000; i++)
        {
            append(log, MESSAGE_LENGTH);
            final long durable = log.durablePosition();
            assertTrue(durable >= last, "the durable position fell");
            assertTrue(durable <= log.appendPosition(), "durable beyond what was appended");
            assertTrue(log.appendPosition() - durable <= termLength(), "more than a term is not durable");
            last = durable;
        }
        await(() -> log.durablePosition() == log.appendPosition());
        requireContents(log, 0, positions.size());
    }

    @Test
    void shouldRefuseAndLeaveNothingBehindWhenItIsPressed()
    {
        final MessageLog log = open();
        int adminActions = 0;
        for (int i = 0; i < 5_000_000 && adminActions < 3; i++)
        {
            final long before = log.appendPosition();
            fill(positions.size(), 1024);
            final long position = log.append(message, 0, 1024);
            assertTrue(position > 0 || position == MessageLog.ADMIN_ACTION || position == MessageLog.BACK_PRESSURED);
            if (position == MessageLog.ADMIN_ACTION)
            {
                adminActions++;
            }
            else if (position < 0)
            {
                assertEquals(before, log.appendPosition());
            }
            else
            {
                note(position, 1024);
            }
        }
        assertTrue(adminActions > 0);
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        requireContents(log, 0, positions.size());
    }

    @Test
    void shouldSayLostForEverWhenNothingIsRecordedAnyMore()
    {
        final MessageLog log = open();
        append(log, MESSAGE_LENGTH);
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        final long durable = log.durablePosition();
        assertTrue(log.isConnected());
        assertEquals("", log.lostReason());
        lose(log);
        await(() -> !log.isConnected());
        for (int i = 0; i < 100; i++)
        {
            assertEquals(MessageLog.LOST, log.append(message, 0, MESSAGE_LENGTH));
        }
        assertTrue(log.lostReason().contains(log.name()), log::lostReason);
        assertEquals(durable, log.durablePosition());
        assertFalse(log.purgeBefore(Long.MAX_VALUE));
    }

    @Test
    void shouldGoOnWhereItWasClosed()
    {
        long end = 0;
        for (int life = 0; life < 3; life++)
        {
            final MessageLog log = open();
            assertEquals(end, log.openPosition());
            assertEquals(end, log.appendPosition());
            assertEquals(end, log.durablePosition());
            requireContents(log, 0, positions.size());
            for (int i = 0; i < 200 + life; i++)
            {
                append(log, MESSAGE_LENGTH * (1 + i % 5));
            }
            end = log.appendPosition();
            log.close();
            log.close();
            assertEquals(end, log.durablePosition());
            assertEquals(MessageLog.LOST, log.append(message, 0, MESSAGE_LENGTH));
            assertFalse(log.isConnected());
        }
    }

    @Test
    void shouldHoldWhatWasDurableAfterACrashAndEndWithAFrame()
    {
        MessageLog log = open();
        for (int life = 0; life < 3; life++)
        {
            for (int i = 0; i < 300; i++)
            {
                append(log, MESSAGE_LENGTH * (1 + i % 4));
            }
            final long durable = log.durablePosition();
            final long appended = log.appendPosition();
            log = crash();
            final long end = log.openPosition();
            assertTrue(end >= durable && end <= appended, durable + " durable, " + end + " left");
            int kept = 0;
            while (kept < positions.size() && positions.get(kept) + lengths.get(kept) <= end)
            {
                kept++;
            }
            assertTrue(kept == positions.size() || positions.get(kept) - HEADER_LENGTH >= end, "half a frame is left");
            positions.subList(kept, positions.size()).clear();
            lengths.subList(kept, lengths.size()).clear();
            requireContents(log, 0, kept);
        }
    }

    @Test
    void shouldBeginLaterAfterAPurge()
    {
        final MessageLog log = open();
        while (log.appendPosition() < 3L * log.segmentLength())
        {
            append(log, log.maxPayloadLength());
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        assertFalse(log.purgeBefore(log.segmentLength() - 1L));
        assertTrue(log.purgeBefore(log.segmentLength() + 5L));
        assertEquals(log.segmentLength(), log.startPosition());
        assertFalse(log.purgeBefore(log.segmentLength() + 5L));
        requireBegin(log);
        log.close();

        final MessageLog reopened = open();
        assertEquals(log.segmentLength(), reopened.startPosition());
        requireBegin(reopened);
    }

    @Test
    void shouldReadUpToALimitAndGoOnBehindIt()
    {
        final MessageLog log = open();
        for (int i = 0; i < 40; i++)
        {
            append(log, MESSAGE_LENGTH);
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        try (LogReader reader = log.reader(0))
        {
            for (int i = 0; i < 40; i++)
            {
                final long framePosition = positions.get(i) - HEADER_LENGTH;
                assertEquals(framePosition, reader.nextPosition());
                assertFalse(reader.next(framePosition));
                assertTrue(reader.next(framePosition + 1));
                assertEquals(positions.get(i), reader.payloadPosition());
            }
            assertFalse(reader.next(log.durablePosition()));
            append(log, MESSAGE_LENGTH);
            assertTrue(log.awaitDurable(TIMEOUT_NS));
            assertTrue(reader.next(log.durablePosition()));
            assertEquals(40, reader.payloadBuffer().getLong(reader.payloadOffset()));
        }
        requireContents(log, 17, positions.size());
    }

    @Test
    void shouldNotReadWhereNoFrameBegins()
    {
        final MessageLog log = open();
        append(log, 3 * MESSAGE_LENGTH);
        append(log, 3 * MESSAGE_LENGTH);
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        assertThrows(IllegalArgumentException.class, () -> log.reader(-32));
        assertThrows(IllegalArgumentException.class, () -> log.reader(33));
        try (LogReader reader = log.reader(2 * HEADER_LENGTH))
        {
            assertThrows(CorruptRecordingException.class, () -> reader.next(log.durablePosition()));
        }
        try (LogReader reader = log.reader(log.durablePosition()))
        {
            assertFalse(reader.next(log.durablePosition()));
            assertThrows(CorruptRecordingException.class, () -> reader.next(log.durablePosition() + HEADER_LENGTH));
        }
    }

    private long append(final MessageLog log, final int length)
    {
        fill(positions.size(), length);
        for (long tries = 0; tries < 1_000_000_000L; tries++)
        {
            final long position = log.append(message, 0, length);
            if (position >= 0)
            {
                note(position, length);
                return position;
            }
            assertTrue(position != MessageLog.LOST, log::lostReason);
            Thread.onSpinWait();
        }
        throw new AssertionError("refused for ever");
    }

    private void note(final long position, final int length)
    {
        positions.add(position);
        lengths.add(length);
    }

    private void fill(final int number, final int length)
    {
        final byte[] bytes = new byte[length];
        new Random(number).nextBytes(bytes);
        message.putBytes(0, bytes);
        message.putLong(0, number);
    }

    private void requireBegin(final MessageLog log)
    {
        int first = 0;
        while (positions.get(first) < log.startPosition())
        {
            first++;
        }
        try (LogReader reader = log.reader(log.startPosition()))
        {
            assertTrue(reader.next(log.durablePosition()));
            assertEquals(first, reader.payloadBuffer().getLong(reader.payloadOffset()));
        }
    }

    private void requireContents(final MessageLog log, final int first, final int end)
    {
        final long from = first == 0 ? log.startPosition() : positions.get(first) - HEADER_LENGTH;
        try (LogReader reader = log.reader(from))
        {
            for (int i = first; i < end; i++)
            {
                assertTrue(reader.next(log.durablePosition()), "frame " + i + " is missing");
                assertEquals(positions.get(i), reader.payloadPosition());
                assertEquals(lengths.get(i), reader.payloadLength());
                fill(i, lengths.get(i));
                for (int at = 0; at < lengths.get(i); at++)
                {
                    if (message.getByte(at) != reader.payloadBuffer().getByte(reader.payloadOffset() + at))
                    {
                        throw new AssertionError("frame " + i + " differs at byte " + at);
                    }
                }
            }
            assertFalse(reader.next(log.durablePosition()));
            assertEquals(log.durablePosition(), reader.nextPosition());
        }
    }
}
