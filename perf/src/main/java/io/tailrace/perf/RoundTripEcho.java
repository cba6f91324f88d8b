package io.tailrace.perf;

import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;

import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.aeron.logbuffer.Header;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.codec.MessageLayout;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The far side of the bare round trip: takes frames of events, and answers each with one reply of the length of a
 * result, but not before the archive has recorded the frame.
 * <pre>
 *   reply   u64 index of the frame's first event | u64 events in the frame | ... to 128 bytes
 * </pre>
 * A frame that is not recorded yet, or whose reply finds no room, is polled again.
 * <p>
 * Threading: one thread, role {@code echo}. Hot path: allocation-free.
 */
final class RoundTripEcho implements Agent
{
    /** Offset of the index of the frame's first event. */
    static final int FIRST_OFFSET = 0;
    /** Offset of how many events the frame has. */
    static final int COUNT_OFFSET = 8;
    /** Length of a reply. */
    static final int REPLY_LENGTH = MessageLayout.RESULT_LENGTH;

    private final ToIntFunction<ControlledFragmentHandler> events;
    private final LongSupplier recordedPosition;
    private final ReplySink replies;
    private final ControlledFragmentHandler handler = this::onFragment;
    private final UnsafeBuffer reply =
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(REPLY_LENGTH, BitUtil.CACHE_LINE_LENGTH));

    /** Takes replies, as {@link MessageLog#append} does. */
    @FunctionalInterface
    interface ReplySink
    {
        /** Appends; answers a position, or one of the refusals of {@link MessageLog}. */
        long append(DirectBuffer buffer, int offset, int length);
    }

    /**
     * @param events           polls frames of events.
     * @param recordedPosition up to which the archive has recorded them.
     * @param replies          where replies go.
     */
    RoundTripEcho(
        final ToIntFunction<ControlledFragmentHandler> events,
        final LongSupplier recordedPosition,
        final ReplySink replies)
    {
        this.events = events;
        this.recordedPosition = recordedPosition;
        this.replies = replies;
    }

    @Override
    public String roleName()
    {
        return "echo";
    }

    @Override
    public int doWork()
    {
        return events.applyAsInt(handler);
    }

    /**
     * Answers a frame.
     *
     * @param endPosition of the frame in its recording.
     * @return {@link Action#ABORT} if the frame has to come again.
     */
    Action onFrame(final DirectBuffer buffer, final int offset, final int length, final long endPosition)
    {
        if (recordedPosition.getAsLong() < endPosition)
        {
            return Action.ABORT;
        }
        reply.putLong(FIRST_OFFSET, buffer.getLong(offset + MessageLayout.READING_EVENT_ID_OFFSET));
        reply.putLong(COUNT_OFFSET, length / MessageLayout.SLOT_LENGTH);
        final long position = replies.append(reply, 0, REPLY_LENGTH);
        if (position == MessageLog.LOST)
        {
            throw new AgentTerminationException("replies are not recorded any more");
        }
        return position < 0 ? Action.ABORT : Action.CONTINUE;
    }

    private Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        return onFrame(buffer, offset, length, header.position());
    }
}
