package io.tailrace.engine.ingress;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.overload.BacklogAdmission;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.ring.EventRing;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The way of one source's frames onto the ring, for ingress or for one publisher. All or nothing: a frame that cannot
 * come in leaves everything as it was, and is offered again.
 * <pre>
 *   frame ----&gt; backlog? its turn, share, rate       no: DEFERRED
 *         ----&gt; room for one?                        no: BACK_PRESSURED
 *         ----&gt; lane free?                           no: DEFERRED
 *         ----&gt; judge, claim what goes on            no: BACK_PRESSURED
 *         ----&gt; copy, stamp, publish
 * </pre>
 * Room is asked for before the lane: a frame that waits for it keeps nobody out, and is not judged in vain.
 * <p>
 * Threading: one thread. Hot path: allocation-free, never blocks, one copy.
 */
final class FrameEntry
{
    /** No room in the ring: offer the same frame again. */
    static final int BACK_PRESSURED = -1;

    /** Another has its turn, or backlog its share or rate, whatever room there is: offer the same frame again. */
    static final int DEFERRED = -2;

    private final int source;
    private final EventRing ring;
    private final IngressLedger ledger;
    private final IngressLedger.EntryCounts counts;
    private final NormalLane lane;
    private final BacklogAdmission backlog;
    private final boolean isIngress;
    private long lastClaimed = -1;

    /**
     * @param counts    what came in here.
     * @param lane      the way of normal readings; null: nothing limits this source.
     * @param backlog   the way before it; null: backlog is not told from live readings.
     * @param isIngress whether it is the way of ingress, which goes before publishers.
     */
    FrameEntry(
        final int source,
        final EventRing ring,
        final IngressLedger ledger,
        final IngressLedger.EntryCounts counts,
        final NormalLane lane,
        final BacklogAdmission backlog,
        final boolean isIngress)
    {
        this.source = source;
        this.ring = ring;
        this.ledger = ledger;
        this.counts = counts;
        this.lane = lane;
        this.backlog = backlog;
        this.isIngress = isIngress;
    }

    /** @return whether anything decides what comes in but the room in the ring. */
    boolean isLimited()
    {
        return null != lane || null != backlog;
    }

    /** @return messages of a frame at most, so that it finds room among others. */
    int maxMessages()
    {
        return NormalLane.maxMessages(null == lane ? ring.capacity() : lane.slotLimit());
    }

    /**
     * Brings a frame in, but for what is shed of it.
     *
     * @param buffer holds {@code count} messages of {@link EventRing#SLOT_LENGTH} bytes back to back; not kept.
     * @param offset of the first.
     * @param count  of messages, from 1 to {@link #maxMessages}.
     * @param nowNs  ingest time.
     * @return messages that went on; 0: all of it was shed; {@link #BACK_PRESSURED} or {@link #DEFERRED}.
     */
    int enter(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        if (null == backlog)
        {
            return enterRing(buffer, offset, count, nowNs);
        }
        return switch (backlog.admit(buffer, offset, count, nowNs))
        {
            case BacklogAdmission.LIVE -> enterRing(buffer, offset, count, nowNs);
            case BacklogAdmission.BACKLOG -> enterAsBacklog(buffer, offset, count, nowNs);
            default -> DEFERRED;
        };
    }

    /** @return sequence of the last slot of the frame that came in last. */
    long lastClaimed()
    {
        return lastClaimed;
    }

    /** All frames that stand first in what is polled of this source have been offered since the last call. */
    void onTurned()
    {
        if (null != backlog)
        {
            backlog.onTurned();
        }
    }

    private int enterAsBacklog(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        int taken = BACK_PRESSURED;
        try
        {
            taken = enterRing(buffer, offset, count, nowNs);
        }
        finally
        {
            if (taken < 0)
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

    private int enterRing(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        if (null != lane)
        {
            return enterInTurn(buffer, offset, count, nowNs);
        }
        final long last = ring.tryClaim(count);
        if (last == EventRing.BACK_PRESSURED)
        {
            return BACK_PRESSURED;
        }
        final long first = last - count + 1;
        int readings = 0;
        for (int i = 0; i < count; i++)
        {
            readings += copy(buffer, offset + i * EventRing.SLOT_LENGTH, first + i, nowNs);
        }
        counts.onReceived(readings);
        publish(first, last);
        return count;
    }

    private int enterInTurn(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        if (!ring.hasRoom(1, lane.slotLimit()))
        {
            return BACK_PRESSURED;
        }
        if (!(isIngress ? lane.tryEnterFirst() : lane.tryEnter()))
        {
            return DEFERRED;
        }
        try
        {
            return judgeAndTake(buffer, offset, count, nowNs);
        }
        finally
        {
            lane.leave();
        }
    }

    private int judgeAndTake(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        final int going = lane.judge(buffer, offset, count, nowNs);
        final long last = going == 0 ? lastClaimed : ring.tryClaim(going, lane.slotLimit());
        if (going > 0 && last == EventRing.BACK_PRESSURED)
        {
            lane.takeBack(buffer, offset, count);
            return BACK_PRESSURED;
        }
        if (null == lane.policy())
        {
            take(buffer, offset, count, going, last, nowNs);
        }
        else
        {
            ledger.beginJudged(source, lane.policy());
            take(buffer, offset, count, going, last, lane.ingestTimeNs(nowNs));
            ledger.endJudged();
        }
        return going;
    }

    /** Takes what goes on of a frame, and counts all of it. */
    private void take(
        final DirectBuffer buffer,
        final int offset,
        final int count,
        final int going,
        final long last,
        final long ingestTimeNs)
    {
        final long first = last - going + 1;
        long sequence = first;
        int readings = count - going;
        for (int i = 0; i < count; i++)
        {
            if (lane.isKept(i))
            {
                readings += copy(buffer, offset + i * EventRing.SLOT_LENGTH, sequence, ingestTimeNs);
                sequence++;
            }
        }
        counts.onReceived(readings);
        if (going > 0)
        {
            publish(first, last);
        }
    }

    private void publish(final long first, final long last)
    {
        ring.publish(first, last);
        lastClaimed = last;
    }

    private int copy(final DirectBuffer buffer, final int from, final long sequence, final long ingestTimeNs)
    {
        final UnsafeBuffer slab = ring.slab();
        final int slot = ring.offset(sequence);
        buffer.getBytes(from, slab, slot, EventRing.SLOT_LENGTH);
        return stamp(slab.addressOffset() + slot, source, ingestTimeNs);
    }

    /**
     * Stamps the message in a slot with our version, its source and its ingest time.
     *
     * @return 1 for a reading, 0 for a control message.
     */
    private static int stamp(final long slot, final int source, final long ingestTimeNs)
    {
        final int templateId = UnsafeApi.getShort(slot + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF;
        if (templateId == MessageLayout.READING_TEMPLATE_ID)
        {
            UnsafeApi.putLong(slot, MessageLayout.READING_HEADER);
            UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, ingestTimeNs);
            UnsafeApi.putShort(slot + MessageLayout.READING_SOURCE_OFFSET, (short)source);
            return 1;
        }
        UnsafeApi.putLong(slot, MessageLayout.END_OF_INPUT_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.END_OF_INPUT_TIME_OFFSET, ingestTimeNs);
        UnsafeApi.putShort(slot + MessageLayout.END_OF_INPUT_SOURCE_OFFSET, (short)source);
        return 0;
    }
}
