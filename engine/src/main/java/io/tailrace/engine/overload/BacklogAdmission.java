package io.tailrace.engine.overload;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import org.agrona.DirectBuffer;

/**
 * One way in for frames of one source, and whether a frame may take it now.
 * <pre>
 *   admit --&gt; LIVE      claim, and that is all
 *         --&gt; BACKLOG   claim, then onClaimed or onRefused, on the same thread, also if the claim throws
 *         --&gt; DEFERRED  offer the same frame again
 * </pre>
 * A frame is backlog if its first reading is, since devices and gateways send in order. A reading whose event time has
 * no unit, or no nanoseconds, or lies beyond the bounds of event time, is not: the operators will reject it. Live
 * readings take no lock and look nobody up while no device is in backlog, and never wait: who finds the lock taken
 * leaves it to the next live frame to say which devices are live again.
 * <p>
 * Threading: one thread. Hot path: allocation-free.
 */
public final class BacklogAdmission
{
    /** The frame is not of the backlog: nothing is to be said about it. */
    public static final int LIVE = 0;
    /** The frame may come in: {@link #onClaimed} or {@link #onRefused} must follow. */
    public static final int BACKLOG = 1;
    /** The frame must wait: offer it again. */
    public static final int DEFERRED = -1;

    private final BacklogControl control;
    private final int source;
    private final int sourceUnit;
    private final FairQueue.Head head;
    private final boolean isPolled;

    private long deviceId;
    private long nowNs;

    BacklogAdmission(
        final BacklogControl control,
        final int source,
        final int sourceUnit,
        final FairQueue.Head head,
        final boolean isPolled)
    {
        this.control = control;
        this.source = source;
        this.sourceUnit = sourceUnit;
        this.head = head;
        this.isPolled = isPolled;
    }

    /**
     * Whether a frame may come in now.
     *
     * @param buffer holds {@code count} messages of {@link MessageLayout#SLOT_LENGTH} bytes back to back.
     * @param offset of the first.
     * @param count  of messages, from 1: slots that it needs at most.
     * @param nowNs  ingest time, epoch ns.
     * @return {@link #LIVE}, also if the first message is no reading, {@link #BACKLOG} or {@link #DEFERRED}.
     */
    public int admit(final DirectBuffer buffer, final int offset, final int count, final long nowNs)
    {
        if (!isReading(buffer, offset))
        {
            return LIVE;
        }
        final int answer = admit(
            buffer.getLong(offset + MessageLayout.READING_DEVICE_ID_OFFSET),
            buffer.getLong(offset + MessageLayout.READING_EVENT_TIME_OFFSET),
            buffer.getByte(offset + MessageLayout.READING_TIME_UNIT_OFFSET) & 0xFF,
            count,
            nowNs);
        if (answer == LIVE && control.isAny() && tryEnter())
        {
            this.nowNs = nowNs;
            try
            {
                onReadings(buffer, offset, count);
            }
            finally
            {
                control.leave();
            }
        }
        return answer;
    }

    /**
     * A frame that was {@link #BACKLOG} was claimed.
     *
     * @param last   sequence of the last slot.
     * @param slots  that were claimed, less than there are messages if some were not let in for other reasons; 0: none
     *               was.
     * @param buffer holds the messages, as for {@link #admit}.
     * @param offset of the first.
     * @param count  of messages.
     */
    public void onClaimed(
        final long last, final int slots, final DirectBuffer buffer, final int offset, final int count)
    {
        try
        {
            control.onClaimed(head, source, deviceId, last, slots);
            onReadings(buffer, offset, count);
        }
        finally
        {
            control.leave();
        }
    }

    /** A frame that was {@link #BACKLOG} found no room in the ring: nothing has changed, offer it again. */
    public void onRefused()
    {
        try
        {
            control.onRefused(head, deviceId);
        }
        finally
        {
            control.leave();
        }
    }

    /** All frames that stand first in what is polled of the source have been offered since the last call. */
    public void onTurned()
    {
        control.onTurned(source);
    }

    /**
     * Whether a frame may come in whose first reading is this one.
     *
     * @param unitCode of its event time, any value.
     */
    int admit(final long deviceId, final long eventTime, final int unitCode, final int count, final long nowNs)
    {
        final int unit = TimeUnits.unitOf(eventTime, unitCode, sourceUnit);
        if (!TimeUnits.isRepresentable(eventTime, unit))
        {
            return LIVE;
        }
        final long eventTimeNs = TimeUnits.toNanos(eventTime, unit);
        return control.isBacklog(eventTimeNs, nowNs) ? admitBacklog(deviceId, eventTimeNs, count, nowNs) : LIVE;
    }

    private boolean tryEnter()
    {
        return isPolled ? control.tryEnterFirst() : control.tryEnter();
    }

    private int admitBacklog(final long deviceId, final long eventTimeNs, final int count, final long nowNs)
    {
        if (!tryEnter())
        {
            if (isPolled)
            {
                control.onPolledWithoutLock();
            }
            return DEFERRED;
        }
        boolean isIn = false;
        try
        {
            isIn = null == control.mayEnter(head, source, deviceId, eventTimeNs, count, nowNs);
        }
        finally
        {
            if (!isIn)
            {
                control.leave();
            }
        }
        this.deviceId = deviceId;
        this.nowNs = nowNs;
        return isIn ? BACKLOG : DEFERRED;
    }

    /** Of readings of one device in a row the last is the newest, since they are in order. */
    private void onReadings(final DirectBuffer buffer, final int offset, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final int at = offset + i * MessageLayout.SLOT_LENGTH;
            if (isReading(buffer, at) && !isFollowedBySame(buffer, at, count - i))
            {
                onReading(buffer, at);
            }
        }
    }

    private void onReading(final DirectBuffer buffer, final int at)
    {
        final long eventTime = buffer.getLong(at + MessageLayout.READING_EVENT_TIME_OFFSET);
        final int unitCode = buffer.getByte(at + MessageLayout.READING_TIME_UNIT_OFFSET) & 0xFF;
        final int unit = TimeUnits.unitOf(eventTime, unitCode, sourceUnit);
        if (TimeUnits.isRepresentable(eventTime, unit))
        {
            control.onReading(
                source,
                buffer.getLong(at + MessageLayout.READING_DEVICE_ID_OFFSET),
                TimeUnits.toNanos(eventTime, unit),
                nowNs);
        }
    }

    private static boolean isFollowedBySame(final DirectBuffer buffer, final int at, final int remaining)
    {
        final int next = at + MessageLayout.SLOT_LENGTH;
        return remaining > 1 && isReading(buffer, next) &&
            buffer.getLong(at + MessageLayout.READING_DEVICE_ID_OFFSET) ==
            buffer.getLong(next + MessageLayout.READING_DEVICE_ID_OFFSET);
    }

    private static boolean isReading(final DirectBuffer buffer, final int at)
    {
        return (buffer.getShort(at + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF) ==
            MessageLayout.READING_TEMPLATE_ID;
    }
}
