package io.tailrace.perf.storm;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.send.AckedChannel;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The other end of a session: takes each datagram once, in order, and acknowledges it unless it is told not to. */
final class AckingEngine implements AckedChannel
{
    final List<Long> devices = new ArrayList<>();
    final List<Long> eventIds = new ArrayList<>();
    final List<Integer> messages = new ArrayList<>();
    boolean isAnswering = true;
    int ends;
    private final UnsafeBuffer ack = new UnsafeBuffer(new byte[MessageLayout.SLOT_LENGTH]);
    private long session;
    private long next;
    private long answered;

    @Override
    public boolean offer(final DirectBuffer buffer, final int length)
    {
        session = buffer.getLong(MessageLayout.DATAGRAM_HEADER_SESSION_OFFSET);
        if (buffer.getLong(MessageLayout.DATAGRAM_HEADER_SEQUENCE_OFFSET) != next)
        {
            return true;
        }
        next++;
        messages.add(length / MessageLayout.SLOT_LENGTH - 1);
        for (int at = MessageLayout.SLOT_LENGTH; at < length; at += MessageLayout.SLOT_LENGTH)
        {
            if (buffer.getLong(at) == MessageLayout.END_OF_INPUT_HEADER)
            {
                ends++;
                continue;
            }
            devices.add(buffer.getLong(at + MessageLayout.READING_DEVICE_ID_OFFSET));
            eventIds.add(buffer.getLong(at + MessageLayout.READING_EVENT_ID_OFFSET));
        }
        return true;
    }

    @Override
    public int poll(final AnswerHandler handler)
    {
        if (!isAnswering || answered == next)
        {
            return 0;
        }
        answered = next;
        ack.putLong(0, MessageLayout.ACK_HEADER);
        ack.putLong(MessageLayout.ACK_SESSION_OFFSET, session);
        ack.putLong(MessageLayout.ACK_CONTIGUOUS_OFFSET, next);
        handler.onAnswer(ack, 0, MessageLayout.SLOT_LENGTH);
        return 1;
    }

    @Override
    public String destination()
    {
        return "nowhere";
    }

    @Override
    public void close()
    {
        isAnswering = false;
    }
}
