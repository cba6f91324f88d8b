package io.tailrace.engine.ingress;

import io.tailrace.codec.AckStatus;
import io.tailrace.codec.FrameValidator;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.overload.BacklogAdmission;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.overload.OverloadPolicy;
import io.tailrace.engine.ring.EventRing;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes the messages of one datagram or Aeron message of one source: judges the framing, claims slots, copies and
 * stamps. All or nothing: a datagram that finds no room is left to be offered again, one that is malformed is counted
 * and kept. What the overload policy sheds of a datagram is counted and left out.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free, never blocks, one copy.
 */
final class Intake
{
    /** No room in the ring, or not yet for backlog: offer the same bytes again. */
    static final int BACK_PRESSURED = -1;

    private static final int MAX_DATAGRAM_LENGTH = 1 << 16;

    /** In place of the last slot of a claim: all is shed, no slot is needed. */
    private static final long NOTHING = -2;

    private final int source;
    private final EventRing ring;
    private final FrameValidator validator;
    private final IngressLedger ledger;
    private final RejectsFile rejects;
    private final AckTracker acks;
    private final NormalLane lane;
    private final BacklogAdmission backlog;
    private long lastClaimed;

    /**
     * @param acks    what senders are told; null: nothing.
     * @param lane    the way onto the ring; null: nothing limits this source.
     * @param backlog the way before it; null: backlog is not told from live readings.
     */
    Intake(
        final int source,
        final EventRing ring,
        final IngressLedger ledger,
        final RejectsFile rejects,
        final AckTracker acks,
        final NormalLane lane,
        final BacklogAdmission backlog)
    {
        this.acks = acks;
        this.lane = lane;
        this.backlog = backlog;
        this.source = source;
        this.ring = ring;
        this.ledger = ledger;
        this.rejects = rejects;
        // A datagram must find room at once.
        final int maxMessages =
            NormalLane.maxMessages(ring.capacity(), null == lane ? ring.capacity() : lane.slotLimit());
        validator = new FrameValidator(
            (int)Math.min(MAX_DATAGRAM_LENGTH, (long)maxMessages * EventRing.SLOT_LENGTH));
    }

    /**
     * Takes one datagram.
     *
     * @return messages taken; 0: malformed, shed, taken before, or without a place among those that are acknowledged;
     *         {@link #BACK_PRESSURED}.
     */
    int onFrame(final DirectBuffer buffer, final int offset, final int length, final long nowNs)
    {
        final int count = validator.validate(buffer, offset, length);
        if (count < 0)
        {
            ledger.onRefused(source, -count, 1);
            rejects.keep(nowNs, source, -count, buffer, offset, length);
            if (isAcknowledged())
            {
                acks.onRefused(
                    validator.session(), validator.sequence(), validator.settledBelow(), AckStatus.MALFORMED, nowNs);
            }
            return 0;
        }
        if (isAcknowledged() &&
            acks.isResent(validator.session(), validator.sequence(), validator.settledBelow(), nowNs))
        {
            ledger.onRefused(source, IngressLedger.RESENT, 1);
            return 0;
        }
        if (isAcknowledged() &&
            !acks.hasPlace(validator.session(), validator.sequence(), validator.settledBelow(), nowNs))
        {
            ledger.onRefused(source, IngressLedger.NO_PLACE, 1);
            ledger.onUntracked(source);
            return 0;
        }
        return null == backlog ? enter(buffer, count, nowNs) : enterBesideLive(buffer, count, nowNs);
    }

    /** All datagrams that stand first in what is polled of this source have been offered since the last call. */
    void onTurned()
    {
        if (null != backlog)
        {
            backlog.onTurned();
        }
    }

    private int enterBesideLive(final DirectBuffer buffer, final int count, final long nowNs)
    {
        final int offset = validator.messagesOffset();
        final int answer = backlog.admit(buffer, offset, count, nowNs);
        if (answer == BacklogAdmission.DEFERRED)
        {
            return BACK_PRESSURED;
        }
        final int taken = enter(buffer, count, nowNs);
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

    private int enter(final DirectBuffer buffer, final int count, final long nowNs)
    {
        return null == lane ? take(buffer, count, nowNs) : takeInTurn(buffer, count, nowNs);
    }

    private int take(final DirectBuffer buffer, final int count, final long nowNs)
    {
        final long last = ring.tryClaim(count);
        if (last == EventRing.BACK_PRESSURED)
        {
            return BACK_PRESSURED;
        }
        final long first = last - count + 1;
        int from = validator.messagesOffset();
        int readings = 0;
        for (long sequence = first; sequence <= last; sequence++)
        {
            readings += copy(buffer, from, sequence, nowNs);
            from += EventRing.SLOT_LENGTH;
        }
        ledger.onReceived(source, readings);
        publish(first, last, nowNs);
        return count;
    }

    /** The way of a normal source that is limited: who cannot come in now leaves everything as it was. */
    private int takeInTurn(final DirectBuffer buffer, final int count, final long nowNs)
    {
        if (!lane.tryEnterFirst())
        {
            return BACK_PRESSURED;
        }
        try
        {
            return judgeAndTake(buffer, validator.messagesOffset(), count, nowNs);
        }
        finally
        {
            lane.leave();
        }
    }

    private int judgeAndTake(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        final int going = lane.judge(buffer, offset, count, nowNs);
        final long last = going == 0 ? NOTHING : ring.tryClaim(going, lane.slotLimit());
        if (last == EventRing.BACK_PRESSURED)
        {
            lane.takeBack(buffer, offset, count);
            return BACK_PRESSURED;
        }
        final OverloadPolicy policy = lane.policy();
        if (null != policy)
        {
            ledger.onJudged(source, policy);
        }
        if (last == NOTHING)
        {
            ledger.onReceived(source, count);
            onShed(nowNs);
            return 0;
        }
        final long ingestTimeNs = lane.ingestTimeNs(nowNs);
        long sequence = last - going + 1;
        int readings = count - going;
        for (int i = 0; i < count; i++)
        {
            if (lane.isKept(i))
            {
                readings += copy(buffer, offset + i * EventRing.SLOT_LENGTH, sequence, ingestTimeNs);
                sequence++;
            }
        }
        ledger.onReceived(source, readings);
        publish(last - going + 1, last, nowNs);
        return going;
    }

    private void publish(final long first, final long last, final long nowNs)
    {
        ring.publish(first, last);
        lastClaimed = last;
        if (isAcknowledged())
        {
            acks.onTaken(validator.session(), validator.sequence(), validator.settledBelow(), last, nowNs);
        }
    }

    /** Nothing of a datagram goes on. */
    private void onShed(final long nowNs)
    {
        if (isAcknowledged())
        {
            acks.onRefused(
                validator.session(), validator.sequence(), validator.settledBelow(), AckStatus.SHED, nowNs);
        }
    }

    private boolean isAcknowledged()
    {
        return null != acks && validator.hasDatagramHeader();
    }

    private int copy(final DirectBuffer buffer, final int from, final long sequence, final long nowNs)
    {
        final UnsafeBuffer slab = ring.slab();
        final int slot = ring.offset(sequence);
        buffer.getBytes(from, slab, slot, EventRing.SLOT_LENGTH);
        return stamp(slab.addressOffset() + slot, source, nowNs);
    }

    /**
     * Stamps the message in a slot with our version, its source and its ingest time.
     *
     * @return 1 for a reading, 0 for a control message.
     */
    static int stamp(final long slot, final int source, final long nowNs)
    {
        final int templateId = UnsafeApi.getShort(slot + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF;
        if (templateId == MessageLayout.READING_TEMPLATE_ID)
        {
            UnsafeApi.putLong(slot, MessageLayout.READING_HEADER);
            UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, nowNs);
            UnsafeApi.putShort(slot + MessageLayout.READING_SOURCE_OFFSET, (short)source);
            return 1;
        }
        UnsafeApi.putLong(slot, MessageLayout.END_OF_INPUT_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.END_OF_INPUT_TIME_OFFSET, nowNs);
        UnsafeApi.putShort(slot + MessageLayout.END_OF_INPUT_SOURCE_OFFSET, (short)source);
        return 0;
    }
}
