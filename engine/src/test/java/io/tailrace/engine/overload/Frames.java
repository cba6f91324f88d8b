package io.tailrace.engine.overload;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import org.agrona.concurrent.UnsafeBuffer;

/** Frames of readings in wire layout. */
final class Frames
{
    private Frames()
    {
    }

    /** A frame of readings of one device at one time in nanoseconds. */
    static UnsafeBuffer of(final long deviceId, final long eventTimeNs, final int count)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[count * MessageLayout.SLOT_LENGTH]);
        for (int i = 0; i < count; i++)
        {
            put(frame, i, deviceId, eventTimeNs, TimeUnits.NANOS);
        }
        return frame;
    }

    static void put(
        final UnsafeBuffer frame, final int index, final long deviceId, final long eventTime, final int unit)
    {
        final int at = index * MessageLayout.SLOT_LENGTH;
        frame.putLong(at, MessageLayout.READING_HEADER);
        frame.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        frame.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, eventTime);
        frame.putByte(at + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)unit);
    }
}
