package io.tailrace.engine.ingress;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.overload.BacklogAdmission;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.ring.EventRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts readings on the ring from a thread of the embedding application.
 * <p>
 * An offer answers how many of its readings go on to the journal; the others were shed by the overload policy and
 * counted: they must not be offered again. Nothing was taken if it answers less than 0.
 * <p>
 * Threading: one thread each; a source may have several publishers. Never blocks but in the offers with a timeout; no
 * code of the application runs between claim and publication. Where {@code overload} limits normal readings, publishers
 * of normal sources and ingress take turns; who comes while another has its turn is told back pressure. Hot path:
 * allocation-free, one clock reading per offer.
 */
public final class Publisher
{
    /**
     * The ring is full, or the disk, or another has its turn, or backlog its share or rate: not taken, offer again.
     */
    public static final int BACK_PRESSURED = -1;
    /** The engine is closed or has failed: not taken. */
    public static final int CLOSED = -2;
    /** There was back pressure until the time was over: not taken. */
    public static final int TIMED_OUT = -3;

    private static final int MAX_SPINS = 10;
    private static final int MAX_YIELDS = 20;
    private static final long MIN_PARK_NS = 1_000;
    private static final long MAX_PARK_NS = 100_000;

    private final int source;
    private final EventRing ring;
    private final EpochNanoClock clock;
    private final IngressLedger.EntryCounts counts;
    private final IngressGate gate;
    private final FrameEntry entry;
    private final int maxCount;
    private final IdleStrategy backOff =
        new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS);
    /** A frame of one reading, where more than room decides whether it comes in; else it is made in its slot. */
    private final UnsafeBuffer reading = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(EventRing.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));

    /**
     * A publisher that nothing limits.
     *
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
        this(source, ring, clock, ledger, gate, null, null);
    }

    /**
     * @param source  index of the source.
     * @param ring    where readings go.
     * @param clock   for ingest times.
     * @param ledger  to be told.
     * @param gate    whether the engine takes readings.
     * @param lane    the way onto the ring; null: nothing limits this source.
     * @param backlog the way before it; null: backlog is not told from live readings.
     */
    public Publisher(
        final int source,
        final EventRing ring,
        final EpochNanoClock clock,
        final IngressLedger ledger,
        final IngressGate gate,
        final NormalLane lane,
        final BacklogAdmission backlog)
    {
        this.source = source;
        this.ring = ring;
        this.clock = clock;
        this.gate = gate;
        counts = ledger.addEntry(source);
        entry = new FrameEntry(source, ring, ledger, counts, lane, backlog, false);
        maxCount = entry.maxMessages();
    }

    /**
     * Offers one reading.
     *
     * @param eventId   id, unique per device as deduplication needs it.
     * @param deviceId  device.
     * @param metric    metric, u32.
     * @param eventTime time since the epoch, in the unit of the source, which may be detected from its magnitude.
     * @param value     finite.
     * @return 1; 0: it was shed; {@link #BACK_PRESSURED} or {@link #CLOSED}.
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
            return gate.isHeld() ?
                answer(FrameEntry.DEFERRED) : answer(enter(eventId, deviceId, metric, eventTime, value));
        }
        finally
        {
            gate.leave();
        }
    }

    /**
     * Offers one reading, and waits for room for it; backs off to parking for 100 microseconds meanwhile.
     *
     * @param eventId   id, unique per device as deduplication needs it.
     * @param deviceId  device.
     * @param metric    metric, u32.
     * @param eventTime time since the epoch, in the unit of the source, which may be detected from its magnitude.
     * @param value     finite.
     * @param timeoutNs how long it may wait; 0 or less: not at all.
     * @return 1; 0: it was shed; {@link #TIMED_OUT} or {@link #CLOSED}.
     */
    public int offer(
        final long eventId,
        final long deviceId,
        final int metric,
        final long eventTime,
        final double value,
        final long timeoutNs)
    {
        return offer(eventId, deviceId, metric, eventTime, value, timeoutNs, backOff);
    }

    /**
     * Offers one reading, and waits for room for it.
     *
     * @param eventId      id, unique per device as deduplication needs it.
     * @param deviceId     device.
     * @param metric       metric, u32.
     * @param eventTime    time since the epoch, in the unit of the source, which may be detected from its magnitude.
     * @param value        finite.
     * @param timeoutNs    how long it may wait; 0 or less: not at all.
     * @param idleStrategy what to do meanwhile; reset first.
     * @return 1; 0: it was shed; {@link #TIMED_OUT} or {@link #CLOSED}.
     */
    public int offer(
        final long eventId,
        final long deviceId,
        final int metric,
        final long eventTime,
        final double value,
        final long timeoutNs,
        final IdleStrategy idleStrategy)
    {
        int answer = offer(eventId, deviceId, metric, eventTime, value);
        if (answer == BACK_PRESSURED)
        {
            final long beginNs = clock.nanoTime();
            idleStrategy.reset();
            while (answer == BACK_PRESSURED)
            {
                if (clock.nanoTime() - beginNs >= timeoutNs)
                {
                    return TIMED_OUT;
                }
                idleStrategy.idle();
                answer = offer(eventId, deviceId, metric, eventTime, value);
            }
        }
        return answer;
    }

    /**
     * Offers readings in wire layout in one claim: all that are not shed, or none. Source and ingest time are stamped.
     *
     * @param buffer holds {@code count} readings of {@link MessageLayout#SLOT_LENGTH} bytes back to back, each with
     *               {@link MessageLayout#READING_HEADER}; not kept.
     * @param offset of the first.
     * @param count  from 1 to {@link #maxCount}.
     * @return how many go on to the journal, from 0 to {@code count}; {@link #BACK_PRESSURED} or {@link #CLOSED}.
     * @throws IllegalArgumentException  if a message is not a reading, or the count is out of range.
     * @throws IndexOutOfBoundsException if the buffer is too short.
     */
    public int offer(final DirectBuffer buffer, final int offset, final int count)
    {
        requireReadings(buffer, offset, count);
        return offerReadings(buffer, offset, count);
    }

    /**
     * Offers readings in wire layout in one claim, and waits for room for them; backs off to parking for 100
     * microseconds meanwhile.
     *
     * @param buffer    see {@link #offer(DirectBuffer, int, int)}.
     * @param offset    of the first.
     * @param count     from 1 to {@link #maxCount}.
     * @param timeoutNs how long it may wait; 0 or less: not at all.
     * @return how many go on to the journal, from 0 to {@code count}; {@link #TIMED_OUT} or {@link #CLOSED}.
     */
    public int offer(final DirectBuffer buffer, final int offset, final int count, final long timeoutNs)
    {
        return offer(buffer, offset, count, timeoutNs, backOff);
    }

    /**
     * Offers readings in wire layout in one claim, and waits for room for them.
     *
     * @param buffer       see {@link #offer(DirectBuffer, int, int)}.
     * @param offset       of the first.
     * @param count        from 1 to {@link #maxCount}.
     * @param timeoutNs    how long it may wait; 0 or less: not at all.
     * @param idleStrategy what to do meanwhile; reset first.
     * @return how many go on to the journal, from 0 to {@code count}; {@link #TIMED_OUT} or {@link #CLOSED}.
     */
    public int offer(
        final DirectBuffer buffer,
        final int offset,
        final int count,
        final long timeoutNs,
        final IdleStrategy idleStrategy)
    {
        requireReadings(buffer, offset, count);
        int answer = offerReadings(buffer, offset, count);
        if (answer == BACK_PRESSURED)
        {
            final long beginNs = clock.nanoTime();
            idleStrategy.reset();
            while (answer == BACK_PRESSURED)
            {
                if (clock.nanoTime() - beginNs >= timeoutNs)
                {
                    return TIMED_OUT;
                }
                idleStrategy.idle();
                answer = offerReadings(buffer, offset, count);
            }
        }
        return answer;
    }

    /**
     * How many readings may be offered at a time: half of the ring, or of {@code overload.normal-slots} where these
     * bound a normal source.
     *
     * @return readings, from 1.
     */
    public int maxCount()
    {
        return maxCount;
    }

    private void requireReadings(final DirectBuffer buffer, final int offset, final int count)
    {
        if (count < 1 || count > maxCount)
        {
            throw new IllegalArgumentException("count=" + count + ", expected 1 to " + maxCount);
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
    }

    private int offerReadings(final DirectBuffer buffer, final int offset, final int count)
    {
        counts.onOffer();
        if (!gate.tryEnter())
        {
            return CLOSED;
        }
        try
        {
            return gate.isHeld() ?
                answer(FrameEntry.DEFERRED) : answer(entry.enter(buffer, offset, count, clock.nanoTime()));
        }
        finally
        {
            gate.leave();
        }
    }

    private int enter(
        final long eventId, final long deviceId, final int metric, final long eventTime, final double value)
    {
        // Nobody else's code runs between claim and publication, not that of a clock either.
        final long nowNs = clock.nanoTime();
        if (entry.isLimited())
        {
            put(reading.addressOffset(), eventId, deviceId, metric, eventTime, value);
            return entry.enter(reading, 0, 1, nowNs);
        }
        final long sequence = ring.tryClaim(1);
        if (sequence == EventRing.BACK_PRESSURED)
        {
            return FrameEntry.BACK_PRESSURED;
        }
        final long slot = ring.address(sequence);
        put(slot, eventId, deviceId, metric, eventTime, value);
        UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, nowNs);
        UnsafeApi.putShort(slot + MessageLayout.READING_SOURCE_OFFSET, (short)source);
        counts.onReceived(1);
        ring.publish(sequence, sequence);
        return 1;
    }

    private int answer(final int taken)
    {
        if (taken >= 0)
        {
            return taken;
        }
        counts.onRefused();
        if (taken == FrameEntry.BACK_PRESSURED)
        {
            counts.onWithoutRoom();
        }
        return BACK_PRESSURED;
    }

    /** Makes a reading; its source and ingest time are stamped later. */
    private static void put(
        final long at,
        final long eventId,
        final long deviceId,
        final int metric,
        final long eventTime,
        final double value)
    {
        UnsafeApi.putLong(at, MessageLayout.READING_HEADER);
        UnsafeApi.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, eventId);
        UnsafeApi.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        UnsafeApi.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, eventTime);
        UnsafeApi.putDouble(at + MessageLayout.READING_VALUE_OFFSET, value);
        UnsafeApi.putInt(at + MessageLayout.READING_METRIC_OFFSET, metric);
        UnsafeApi.putShort(at + MessageLayout.READING_TIME_UNIT_OFFSET, (short)TimeUnits.AUTO);
        UnsafeApi.putLong(at + MessageLayout.READING_QUALITY_OFFSET, 0);
    }
}
