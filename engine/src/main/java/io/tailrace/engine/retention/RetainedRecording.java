package io.tailrace.engine.retention;

import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * The journal or a results log of a running engine. Times are read from its frames.
 */
final class RetainedRecording implements RetainedLog
{
    private final RecordedLog log;

    RetainedRecording(final RecordedLog log)
    {
        this.log = log;
    }

    @Override
    public long startPosition()
    {
        return log.startPosition();
    }

    @Override
    public long endPosition()
    {
        return log.durablePosition();
    }

    @Override
    public int segmentLength()
    {
        return log.segmentLength();
    }

    @Override
    public long timeAt(final long position)
    {
        try (LogReader reader = log.reader(position))
        {
            if (!reader.next(endPosition()))
            {
                throw new IllegalStateException(log.name() + " has no frame at position " + position);
            }
            final DirectBuffer buffer = reader.payloadBuffer();
            final int at = reader.payloadOffset();
            return buffer.getLong(at + timeOffset(buffer, at), LITTLE_ENDIAN);
        }
    }

    @Override
    public boolean purgeBefore(final long position)
    {
        return log.purgeBefore(position);
    }

    @Override
    public void cutOffReaders()
    {
        log.stopReplays();
    }

    private static int timeOffset(final DirectBuffer buffer, final int at)
    {
        final int templateId =
            buffer.getShort(at + MessageLayout.HEADER_TEMPLATE_ID_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
        final int blockLength = buffer.getShort(at + MessageLayout.HEADER_BLOCK_LENGTH_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
        if (blockLength + MessageLayout.HEADER_LENGTH == MessageLayout.RESULT_LENGTH)
        {
            return MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET;
        }
        return templateId == MessageLayout.READING_TEMPLATE_ID ?
            MessageLayout.READING_INGEST_TIME_OFFSET : MessageLayout.CONTROL_TIME_OFFSET;
    }
}
