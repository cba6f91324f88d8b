package io.tailrace.engine.ingress;

import io.tailrace.codec.AckStatus;
import io.tailrace.codec.FrameValidator;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.EventRing;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes the messages of one datagram or Aeron message of one source: judges the framing, claims slots, copies and
 * stamps. All or nothing: a datagram that finds no room is left to be offered again, one that is malformed is counted
 * and kept.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free, never blocks, one copy.
 */
final class Intake
{
    /** No room in the ring: offer the same bytes again. */
    static final int BACK_PRESSURED = -1;

    private final int source;
    private final EventRing ring;
    private final FrameValidator validator;
    private final IngressLedger ledger;
    private final RejectsFile rejects;
    private final AckTracker acks;

    /** @param acks what senders are told; null: nothing. */
    Intake(
        final int source,
        final EventRing ring,
        final IngressLedger ledger,
        final RejectsFile rejects,
        final AckTracker acks)
    {
        this.acks = acks;
        this.source = source;
        this.ring = ring;
        this.ledger = ledger;
        this.rejects = rejects;
        // A datagram must fit into the ring at once; half of it leaves room for the rest of the world.
        validator = new FrameValidator(Math.min(1 << 16, ring.capacity() / 2 * EventRing.SLOT_LENGTH));
    }

    /**
     * Takes one datagram.
     *
     * @return messages taken; 0: malformed, taken before, or without a place among those that are acknowledged;
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
        ring.publish(first, last);
        if (isAcknowledged())
        {
            acks.onTaken(validator.session(), validator.sequence(), validator.settledBelow(), last, nowNs);
        }
        return count;
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
