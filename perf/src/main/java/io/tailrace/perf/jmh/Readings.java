package io.tailrace.perf.jmh;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Readings in wire layout, off-heap and aligned to slots, written and handed out by index.
 * <p>
 * Threading: one thread. Memory: 64 bytes a reading.
 */
final class Readings
{
    private static final long METRIC_AND_UNIT = ReferenceWorkload.METRIC |
        (long)TimeUnits.NANOS << 8 * (MessageLayout.READING_TIME_UNIT_OFFSET - MessageLayout.READING_METRIC_OFFSET);

    private final UnsafeBuffer buffer;

    Readings(final int count)
    {
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            count * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    }

    /** Writes a reading of the workload's metric, whose event time is its ingest time as well. */
    void write(final int index, final long eventId, final long deviceId, final long timeNs, final double value)
    {
        final int at = index * MessageLayout.SLOT_LENGTH;
        buffer.putLong(at, MessageLayout.READING_HEADER);
        buffer.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, eventId);
        buffer.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        buffer.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, timeNs);
        buffer.putLong(at + MessageLayout.READING_INGEST_TIME_OFFSET, timeNs);
        buffer.putDouble(at + MessageLayout.READING_VALUE_OFFSET, value);
        buffer.putLong(at + MessageLayout.READING_METRIC_OFFSET, METRIC_AND_UNIT);
        buffer.putLong(at + MessageLayout.READING_QUALITY_OFFSET, 0);
    }

    /** @return address of a reading. */
    long address(final int index)
    {
        return buffer.addressOffset() + (long)index * MessageLayout.SLOT_LENGTH;
    }

    /** @return all of them. */
    UnsafeBuffer buffer()
    {
        return buffer;
    }
}
