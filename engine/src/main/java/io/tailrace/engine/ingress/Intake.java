package io.tailrace.engine.ingress;

import io.tailrace.codec.AckStatus;
import io.tailrace.codec.FrameValidator;
import io.tailrace.engine.overload.BacklogAdmission;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.ring.EventRing;
import org.agrona.DirectBuffer;

/**
 * Takes the messages of one datagram or Aeron message of one source: judges the framing, and lets them {@linkplain
 * FrameEntry enter}. All or nothing: a datagram that finds no room is left to be offered again, one that is malformed
 * is counted and kept. What the overload policy sheds of a datagram is counted and left out.
 * <p>
 * Threading: the ingress thread. Hot path: allocation-free, never blocks, one copy.
 */
final class Intake
{
    /** No room in the ring: offer the same bytes again. */
    static final int BACK_PRESSURED = FrameEntry.BACK_PRESSURED;

    /** Not its turn, or not yet for backlog: offer the same bytes again. */
    static final int DEFERRED = FrameEntry.DEFERRED;

    private static final int MAX_DATAGRAM_LENGTH = 1 << 16;

    private final int source;
    private final FrameValidator validator;
    private final IngressLedger ledger;
    private final RejectsFile rejects;
    private final AckTracker acks;
    private final FrameEntry entry;

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
        this.source = source;
        this.ledger = ledger;
        this.rejects = rejects;
        entry = new FrameEntry(source, ring, ledger, ledger.addEntry(source), lane, backlog, true);
        // A datagram must find room at once.
        validator = new FrameValidator(
            (int)Math.min(MAX_DATAGRAM_LENGTH, (long)entry.maxMessages() * EventRing.SLOT_LENGTH));
    }

    /**
     * Takes one datagram.
     *
     * @return messages taken; 0: malformed, shed, taken before, or without a place among those that are acknowledged;
     *         {@link #BACK_PRESSURED} or {@link #DEFERRED}.
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
        return isAcknowledged() ? acknowledged(buffer, count, nowNs) :
            entry.enter(buffer, validator.messagesOffset(), count, nowNs);
    }

    /** All datagrams that stand first in what is polled of this source have been offered since the last call. */
    void onTurned()
    {
        entry.onTurned();
    }

    private int acknowledged(final DirectBuffer buffer, final int count, final long nowNs)
    {
        final long session = validator.session();
        final long sequence = validator.sequence();
        final long settledBelow = validator.settledBelow();
        if (acks.isResent(session, sequence, settledBelow, nowNs))
        {
            ledger.onRefused(source, IngressLedger.RESENT, 1);
            return 0;
        }
        if (!acks.hasPlace(session, sequence, settledBelow, nowNs))
        {
            ledger.onRefused(source, IngressLedger.NO_PLACE, 1);
            ledger.onUntracked(source);
            return 0;
        }
        final int taken = entry.enter(buffer, validator.messagesOffset(), count, nowNs);
        if (taken > 0)
        {
            acks.onTaken(session, sequence, settledBelow, entry.lastClaimed(), nowNs);
        }
        else if (taken == 0)
        {
            acks.onRefused(session, sequence, settledBelow, AckStatus.SHED, nowNs);
        }
        return taken;
    }

    private boolean isAcknowledged()
    {
        return null != acks && validator.hasDatagramHeader();
    }
}
