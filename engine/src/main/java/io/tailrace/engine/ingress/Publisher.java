package io.tailrace.engine.ingress;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.overload.BacklogAdmission;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.overload.OverloadPolicy;
import io.tailrace.engine.ring.EventRing;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.IdleStrategy;

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
    /** The ring is full, or the disk, or another has its turn, or backlog has its share: not taken, offer again. */
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
    private final IngressLedger.PublisherCounts counts;
    private final IngressLedger ledger;
    private final IngressGate gate;
    private final NormalLane lane;
    private final BacklogAdmission backlog;
    private final int maxCount;
    private final IdleStrategy backOff =
        new BackoffIdleStrategy(MAX_SPINS, MAX_YIELDS, MIN_PARK_NS, MAX_PARK_NS);
    private long lastClaimed;

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
        this.backlog = backlog;
        this.ledger = ledger;
        this.lane = lane;
        maxCount = NormalLane.maxMessages(ring.capacity(), null == lane ? ring.capacity() : lane.slotLimit());
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
            if (gate.isHeld())
            {
                return BACK_PRESSURED;
            }
            final long nowNs = clock.nanoTime();
            return counted(null == backlog ?
                enter(nowNs, eventId, deviceId, metric, eventTime, value) :
                enterBesideLive(nowNs, eventId, deviceId, metric, eventTime, value));
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
     * How many readings may be offered at a time: half of the ring, and no more than {@code overload.normal-slots}
     * where these bound a normal source.
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
            if (gate.isHeld())
            {
                return BACK_PRESSURED;
            }
            final long nowNs = clock.nanoTime();
            return counted(null == backlog ?
                enter(nowNs, buffer, offset, count) : enterBesideLive(nowNs, buffer, offset, count));
        }
        finally
        {
            gate.leave();
        }
    }

    private int enterBesideLive(
        final long nowNs,
        final long eventId,
        final long deviceId,
        final int metric,
        final long eventTime,
        final double value)
    {
        final int answer = backlog.admit(deviceId, eventTime, TimeUnits.AUTO, 1, nowNs);
        if (answer == BacklogAdmission.DEFERRED)
        {
            return BACK_PRESSURED;
        }
        final int taken = enter(nowNs, eventId, deviceId, metric, eventTime, value);
        if (answer == BacklogAdmission.BACKLOG)
        {
            if (taken == BACK_PRESSURED)
            {
                backlog.onRefused();
            }
            else
            {
                backlog.onClaimed(lastClaimed, taken);
            }
        }
        return taken;
    }

    private int enterBesideLive(final long nowNs, final DirectBuffer buffer, final int offset, final int count)
    {
        final int answer = backlog.admit(buffer, offset, count, nowNs);
        if (answer == BacklogAdmission.DEFERRED)
        {
            return BACK_PRESSURED;
        }
        final int taken = enter(nowNs, buffer, offset, count);
        if (answer == BacklogAdmission.BACKLOG)
        {
            if (taken == BACK_PRESSURED)
            {
                backlog.onRefused();
            }
            else
            {
                backlog.onClaimed(lastClaimed, taken, buffer, offset, count);
            }
        }
        return taken;
    }

    private int counted(final int taken)
    {
        if (taken == BACK_PRESSURED)
        {
            counts.onRefused();
        }
        return taken;
    }

    private int enter(
        final long nowNs,
        final long eventId,
        final long deviceId,
        final int metric,
        final long eventTime,
        final double value)
    {
        if (null != lane)
        {
            return offerInTurn(nowNs, eventId, deviceId, metric, eventTime, value);
        }
        final long sequence = ring.tryClaim(1);
        if (sequence == EventRing.BACK_PRESSURED)
        {
            return BACK_PRESSURED;
        }
        put(sequence, nowNs, eventId, deviceId, metric, eventTime, value);
        return 1;
    }

    private int enter(final long nowNs, final DirectBuffer buffer, final int offset, final int count)
    {
        if (null != lane)
        {
            return offerInTurn(nowNs, buffer, offset, count);
        }
        final long last = ring.tryClaim(count);
        if (last == EventRing.BACK_PRESSURED)
        {
            return BACK_PRESSURED;
        }
        final long first = last - count + 1;
        for (long sequence = first; sequence <= last; sequence++)
        {
            put(sequence, nowNs, buffer, offset + (int)(sequence - first) * EventRing.SLOT_LENGTH);
        }
        publish(count, first, last);
        return count;
    }

    private int offerInTurn(
        final long nowNs,
        final long eventId,
        final long deviceId,
        final int metric,
        final long eventTime,
        final double value)
    {
        if (!lane.tryEnter())
        {
            return BACK_PRESSURED;
        }
        try
        {
            final OverloadPolicy policy = lane.policy();
            if (null != policy && !policy.judge(deviceId, eventId, nowNs))
            {
                ledger.onJudged(source, policy);
                counts.onReceived(1);
                return 0;
            }
            final long sequence = ring.tryClaim(1, lane.slotLimit());
            if (sequence == EventRing.BACK_PRESSURED)
            {
                if (null != policy)
                {
                    policy.takeBack(deviceId);
                }
                return BACK_PRESSURED;
            }
            if (null != policy)
            {
                ledger.onJudged(source, policy);
            }
            put(sequence, lane.ingestTimeNs(nowNs), eventId, deviceId, metric, eventTime, value);
            return 1;
        }
        finally
        {
            lane.leave();
        }
    }

    private int offerInTurn(final long nowNs, final DirectBuffer buffer, final int offset, final int count)
    {
        if (!lane.tryEnter())
        {
            return BACK_PRESSURED;
        }
        try
        {
            final int going = lane.judge(buffer, offset, count, nowNs);
            final long last = going == 0 ? -1 : ring.tryClaim(going, lane.slotLimit());
            if (going > 0 && last == EventRing.BACK_PRESSURED)
            {
                lane.takeBack(buffer, offset, count);
                return BACK_PRESSURED;
            }
            if (null != lane.policy())
            {
                ledger.onJudged(source, lane.policy());
            }
            final long ingestTimeNs = lane.ingestTimeNs(nowNs);
            long sequence = last - going;
            for (int i = 0; i < count; i++)
            {
                if (lane.isKept(i))
                {
                    sequence++;
                    put(sequence, ingestTimeNs, buffer, offset + i * EventRing.SLOT_LENGTH);
                }
            }
            if (going == 0)
            {
                counts.onReceived(count);
                return 0;
            }
            publish(count, last - going + 1, last);
            return going;
        }
        finally
        {
            lane.leave();
        }
    }

    private void put(final long sequence, final long nowNs, final DirectBuffer buffer, final int offset)
    {
        buffer.getBytes(offset, ring.slab(), ring.offset(sequence), EventRing.SLOT_LENGTH);
        Intake.stamp(ring.address(sequence), source, nowNs);
    }

    private void put(
        final long sequence,
        final long nowNs,
        final long eventId,
        final long deviceId,
        final int metric,
        final long eventTime,
        final double value)
    {
        final long slot = ring.address(sequence);
        UnsafeApi.putLong(slot, MessageLayout.READING_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_ID_OFFSET, eventId);
        UnsafeApi.putLong(slot + MessageLayout.READING_DEVICE_ID_OFFSET, deviceId);
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_TIME_OFFSET, eventTime);
        UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, nowNs);
        UnsafeApi.putDouble(slot + MessageLayout.READING_VALUE_OFFSET, value);
        UnsafeApi.putInt(slot + MessageLayout.READING_METRIC_OFFSET, metric);
        UnsafeApi.putShort(slot + MessageLayout.READING_SOURCE_OFFSET, (short)source);
        UnsafeApi.putShort(slot + MessageLayout.READING_TIME_UNIT_OFFSET, (short)TimeUnits.AUTO);
        UnsafeApi.putLong(slot + MessageLayout.READING_QUALITY_OFFSET, 0);
        publish(1, sequence, sequence);
    }

    private void publish(final int received, final long first, final long last)
    {
        counts.onReceived(received);
        ring.publish(first, last);
        lastClaimed = last;
    }
}
