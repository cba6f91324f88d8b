package io.tailrace.archive.journal;

import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

import io.tailrace.archive.recording.LogReader;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class MemoryLogTest
{
    private static final int CAPACITY = 128 * 1024;
    private static final int FRAMES = 200_000;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[MemoryLog.MAX_PAYLOAD_LENGTH]);

    @Test
    void shouldCountPositionsAndKeepNothingIfItDiscards()
    {
        final MemoryLog log = MemoryLog.discarding("journal");
        assertEquals(32, log.append(message, 0, 64));
        assertEquals(96 + 32, log.append(message, 0, 65));
        assertEquals(224, log.appendPosition());
        assertEquals(224, log.durablePosition());
        assertEquals(224, log.startPosition());
        try (LogReader reader = log.reader(0))
        {
            assertFalse(reader.next(Long.MAX_VALUE));
            assertEquals(224, reader.nextPosition());
        }
    }

    @Test
    void shouldReadWhatIsKeptAcrossTheEndOfTheBuffer()
    {
        final MemoryLog log = MemoryLog.keeping("results", CAPACITY);
        final Random random = new Random(1);
        try (LogReader reader = log.reader(0))
        {
            for (int i = 0; i < 5_000; i++)
            {
                final int length = 8 + random.nextInt(2_000);
                final long position = append(log, i, length);
                assertTrue(log.appendPosition() - log.startPosition() <= CAPACITY);
                assertFalse(reader.next(position - 32), "a frame at the limit was read");
                assertTrue(reader.next(log.durablePosition()));
                assertEquals(position, reader.payloadPosition());
                requireFrame(reader, i, length);
                assertFalse(reader.next(log.durablePosition()));
            }
        }
    }

    @Test
    void shouldTakeTwoPiecesAsOneFrame()
    {
        final MemoryLog log = MemoryLog.keeping("results", CAPACITY);
        message.putLong(8, 1);
        message.putLong(0, 2);
        log.append(message, 8, 8, 0, 8);
        try (LogReader reader = log.reader(0))
        {
            assertTrue(reader.next(log.durablePosition()));
            assertEquals(16, reader.payloadLength());
            assertEquals(1, reader.payloadBuffer().getLong(reader.payloadOffset()));
            assertEquals(2, reader.payloadBuffer().getLong(reader.payloadOffset() + 8));
        }
    }

    @Test
    void shouldGoOnWithTheOldestFrameIfItIsOvertaken()
    {
        final MemoryLog log = MemoryLog.keeping("results", CAPACITY);
        try (LogReader reader = log.reader(0))
        {
            append(log, 0, 128);
            assertTrue(reader.next(log.durablePosition()));
            for (int i = 1; i < 10_000; i++)
            {
                append(log, i, 128);
            }
            assertTrue(reader.next(log.durablePosition()));
            assertEquals(log.startPosition() + 32, reader.payloadPosition());
            long expected = reader.payloadBuffer().getLong(reader.payloadOffset());
            assertTrue(expected > 1 && expected < 10_000);
            while (reader.next(log.durablePosition()))
            {
                requireFrame(reader, ++expected, 128);
            }
            assertEquals(9_999, expected);
        }
    }

    @Test
    void shouldNeverGiveAFrameThatIsHalfOverwritten() throws InterruptedException
    {
        final MemoryLog log = MemoryLog.keeping("results", CAPACITY);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Thread thread = new Thread(() ->
        {
            try (LogReader reader = log.reader(0))
            {
                long last = -1;
                while (last < FRAMES - 1)
                {
                    if (reader.next(log.durablePosition()))
                    {
                        final long number = reader.payloadBuffer().getLong(reader.payloadOffset());
                        assertTrue(number > last, number + " after " + last);
                        requireFrame(reader, number, length(number));
                        last = number;
                    }
                }
            }
            catch (final Throwable ex)
            {
                failure.set(ex);
            }
        });
        thread.start();
        for (int i = 0; i < FRAMES; i++)
        {
            append(log, i, length(i));
        }
        thread.join();
        assertNull(failure.get());
    }

    @Test
    void shouldTakeNothingWhenItIsClosedAndBeReadOn()
    {
        final MemoryLog log = MemoryLog.keeping("results", CAPACITY);
        append(log, 0, 64);
        assertTrue(log.isConnected());
        log.close();
        assertFalse(log.isConnected());
        assertEquals(MessageLog.LOST, log.append(message, 0, 64));
        assertTrue(log.lostReason().contains("results"), log.lostReason());
        try (LogReader reader = log.reader(0))
        {
            assertTrue(reader.next(log.durablePosition()));
        }
    }

    @Test
    void shouldRefuseWhatIsTooLongOrNoPosition()
    {
        final MemoryLog log = MemoryLog.keeping("results", CAPACITY);
        assertThrows(IllegalArgumentException.class, () -> log.append(message, 0, log.maxPayloadLength() + 1));
        assertThrows(IllegalArgumentException.class, () -> log.reader(33));
        assertThrows(IllegalArgumentException.class, () -> log.reader(-32));
        assertThrows(IllegalArgumentException.class, () -> MemoryLog.keeping("results", CAPACITY + 32));
        assertThrows(IllegalArgumentException.class, () -> MemoryLog.keeping("results", CAPACITY / 2));
        append(log, 0, log.maxPayloadLength());
        assertFalse(log.purgeBefore(Long.MAX_VALUE));
    }

    private long append(final MemoryLog log, final long number, final int length)
    {
        message.putLong(0, number);
        for (int i = 8; i < length; i++)
        {
            message.putByte(i, (byte)number);
        }
        final long position = log.append(message, 0, length);
        assertTrue(position > 0);
        return position;
    }

    private static int length(final long number)
    {
        return 8 + (int)(number % 300);
    }

    private static void requireFrame(final LogReader reader, final long number, final int length)
    {
        assertEquals(length, reader.payloadLength());
        assertEquals(number, reader.payloadBuffer().getLong(reader.payloadOffset()));
        for (int i = 8; i < length; i++)
        {
            if (reader.payloadBuffer().getByte(reader.payloadOffset() + i) != (byte)number)
            {
                throw new AssertionError("frame " + number + " differs at byte " + i);
            }
        }
    }
}
