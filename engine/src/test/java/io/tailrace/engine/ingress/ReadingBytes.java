package io.tailrace.engine.ingress;

import io.tailrace.codec.MessageLayout;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames of readings as a sender makes them, for the tests of ingress.
 */
final class ReadingBytes
{
    private ReadingBytes()
    {
    }

    /** @return readings back to back, with event ids that count up. */
    static UnsafeBuffer frame(final int count, final long firstEventId)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[count * MessageLayout.SLOT_LENGTH]);
        for (int i = 0; i < count; i++)
        {
            final int at = i * MessageLayout.SLOT_LENGTH;
            frame.setMemory(at, MessageLayout.SLOT_LENGTH, (byte)0x5A);
            frame.putLong(at, MessageLayout.READING_HEADER);
            frame.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, firstEventId + i);
        }
        return frame;
    }
}
