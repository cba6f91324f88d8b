package io.tailrace.engine.ingress;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.ring.EventRing;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.EpochNanoClock;

/**
 * Puts readings on the ring from a thread of the embedding application.
 * <p>
 * Threading: one thread each; a source may have several publishers. Never blocks; no code of the application runs
 * between claim and publication. Hot path: allocation-free, one clock reading per claim.
 */
public final class Publisher
{
    /** The ring is full, or the disk: not taken, offer again. */
    public static final int BACK_PRESSURED = -1;
    /** The engine is closed or has failed: not taken. */
    public static final int CLOSED = -2;

    private final int source;
    private final EventRing ring;
    private final EpochNanoClock clock;
    private final IngressLedger.PublisherCounts counts;
    private final IngressGate gate;

    /**
     * @param source index of the source.
     * @param ring   where readings go.
     * @param clock  for ingest times.
     * @param ledger to be told.
     * @param gate   whether the engine takes readings.
     */
    public Publisher(
        final int source,
        final EventRing ring,
        final EpochNanoClock clock,
        final IngressLedger ledger,
        final IngressGate gate)
    {
        this.source = source;
        this.ring = ring;
        this.clock = clock;
        counts = ledger.addPublisher(source);
        this.gate = gate;
    }

    /**
     * Offers one reading.
     *
     * @param eventId   id, unique per device as deduplication needs it.
     * @param deviceId  device.
     * @param metric    metric, u32.
     * @param eventTime time since the epoch, in the unit of the source, which may be detected from its magnitude.
     * @param value     finite.
     * @return 1, {@link #BACK_PRESSURED} or {@link #CLOSED}.
     */
    public int offer(
        final long eventId, final long deviceId, final int metric, final long eventTime, final double value)
    {
        counts.onOffer();
        if (!gate.tryEnter())
        {
            return CLOSED;
        }
        try
        {
            final long sequence = gate.isHeld() ? EventRing.BACK_PRESSURED : ring.tryClaim(1);
            if (sequence == EventRing.BACK_PRESSURED)
            {
                return BACK_PRESSURED;
            }
            final long slot = ring.address(sequence);
            UnsafeApi.putLong(slot, MessageLayout.READING_HEADER);
            UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_ID_OFFSET, eventId);
            UnsafeApi.putLong(slot + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
            UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_TIME_OFFSET, eventTime);
            UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, clock.nanoTime());
            UnsafeApi.putDouble(slot + MessageLayout.READING_VALUE_OFFSET, value);
            UnsafeApi.putInt(slot + MessageLayout.READING_METRIC_OFFSET, metric);
            UnsafeApi.putShort(slot + MessageLayout.READING_SOURCE_OFFSET, (short)source);
            UnsafeApi.putShort(slot + MessageLayout.READING_TIME_UNIT_OFFSET, (short)TimeUnits.AUTO);
            UnsafeApi.putLong(slot + MessageLayout.READING_QUALITY_OFFSET, 0);
            counts.onReceived(1);
            ring.publish(sequence, sequence);
            return 1;
        }
        finally
        {
            gate.leave();
        }
    }

    /**
     * Offers readings in wire layout, all or none, in one claim. Source and ingest time are stamped.
     *
     * @param buffer holds {@code count} readings of {@link MessageLayout#SLOT_LENGTH} bytes back to back, each with
     *               {@link MessageLayout#READING_HEADER}; not kept.
     * @param offset of the first.
     * @param count  from 1 to half of the ring.
     * @return {@code count}, {@link #BACK_PRESSURED} or {@link #CLOSED}.
     * @throws IllegalArgumentException  if a message is not a reading, or the count is out of range.
     * @throws IndexOutOfBoundsException if the buffer is too short.
     */
    public int offer(final DirectBuffer buffer, final int offset, final int count)
    {
        if (count < 1 || count > ring.capacity() / 2)
        {
            throw new IllegalArgumentException("count=" + count + ", expected 1 to " + ring.capacity() / 2);
        }
        // Nothing may throw between claim and publication: an unpublished slot would stop the ring for ever.
        buffer.boundsCheck(offset, count * EventRing.SLOT_LENGTH);
        for (int i = 0; i < count; i++)
        {
            final long header = buffer.getLong(offset + i * EventRing.SLOT_LENGTH);
            if (header != MessageLayout.READING_HEADER)
            {
                throw new IllegalArgumentException("message " + i + " is not a reading of schema version " +
                    MessageLayout.SCHEMA_VERSION);
            }
        }
        counts.onOffer();
        if (!gate.tryEnter())
        {
            return CLOSED;
        }
        try
        {
            final long last = gate.isHeld() ? EventRing.BACK_PRESSURED : ring.tryClaim(count);
            if (last == EventRing.BACK_PRESSURED)
            {
                return BACK_PRESSURED;
            }
            final long nowNs = clock.nanoTime();
            final long first = last - count + 1;
            for (long sequence = first; sequence <= last; sequence++)
            {
                final int from = offset + (int)(sequence - first) * EventRing.SLOT_LENGTH;
                buffer.getBytes(from, ring.slab(), ring.offset(sequence), EventRing.SLOT_LENGTH);
                Intake.stamp(ring.address(sequence), source, nowNs);
            }
            counts.onReceived(count);
            ring.publish(first, last);
            return count;
        }
        finally
        {
            gate.leave();
        }
    }
}
