package io.tailrace.engine.inspect;

import io.tailrace.archive.recording.RecordingReader;
import org.agrona.DirectBuffer;

/**
 * Goes through the messages of a recording, all of one length, frame by frame. Each frame's structure and checksum are
 * verified on the way, and each message's header.
 * <p>
 * Threading: one thread.
 */
final class MessageWalk implements AutoCloseable
{
    private final RecordedRange range;
    private final RecordingReader reader;
    private final int messageLength;
    private long frames;
    private int at = -1;
    private int end;

    /**
     * @param range         to go through.
     * @param position      where to begin, as for {@link RecordedRange#openAround}.
     * @param messageLength bytes.
     */
    MessageWalk(final RecordedRange range, final long position, final int messageLength)
    {
        this.range = range;
        this.messageLength = messageLength;
        reader = range.openAround(position);
    }

    /**
     * Moves to the next message.
     *
     * @return whether there is one.
     * @throws InspectException if a frame does not hold whole messages, or what stands there is none of them.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if a frame fails verification.
     */
    boolean next()
    {
        if (at >= 0 && at + messageLength < end)
        {
            at += messageLength;
        }
        else if (range.next(reader))
        {
            frames++;
            at = reader.payloadOffset();
            end = at + reader.payloadLength();
            if (reader.payloadLength() == 0 || reader.payloadLength() % messageLength != 0)
            {
                throw wrong(reader.payloadPosition(), "frame of " + reader.payloadLength() +
                    " bytes, expected messages of " + messageLength);
            }
        }
        else
        {
            return false;
        }

        if (!MessageView.isHeader(buffer(), at, messageLength))
        {
            throw wrong(position(), "no header of a message of " + messageLength + " bytes");
        }
        return true;
    }

    /** @return the buffer that holds the message, until the next one. */
    DirectBuffer buffer()
    {
        return reader.payloadBuffer();
    }

    /** @return where the message begins in the buffer. */
    int offset()
    {
        return at;
    }

    /** @return where the message begins in the recording. */
    long position()
    {
        return reader.payloadPosition() + at - reader.payloadOffset();
    }

    /** @return frames with messages, so far. */
    long frames()
    {
        return frames;
    }

    int templateId()
    {
        return MessageView.templateId(buffer(), at);
    }

    InspectException wrong(final long position, final String problem)
    {
        return new InspectException(
            "recording " + range.name() + " is wrong at position " + position + ": " + problem);
    }

    @Override
    public void close()
    {
        reader.close();
    }
}
