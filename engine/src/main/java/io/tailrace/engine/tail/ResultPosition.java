package io.tailrace.engine.tail;

import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * Finds results in the results log. Along the log epochs never decrease, nor do sequences within one; and every term
 * of a recording begins with a frame. So a binary search over the terms finds any result in a few reads.
 */
public final class ResultPosition
{
    private ResultPosition()
    {
    }

    /**
     * Where to begin to read.
     *
     * @param results  the results log.
     * @param epoch    wanted.
     * @param sequence wanted.
     * @return start of a frame at or before that result, less than a term away.
     */
    public static long find(final RecordedRange results, final int epoch, final long sequence)
    {
        final long termLength = results.descriptor().termLength();
        final long start = results.startPosition();
        long low = 0;
        long high = Math.max(0, (results.endPosition() - 1 - start) / termLength);
        while (low < high)
        {
            final long middle = (low + high + 1) >>> 1;
            if (isAtOrBefore(results, start + middle * termLength, epoch, sequence))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return start + low * termLength;
    }

    /**
     * The newest results epoch: that of the last result, unless the journal says after its cause that another one
     * began.
     *
     * @param view of the data directory.
     * @return the epoch; 0 if there is none.
     */
    static int newestEpoch(final DataDirectoryView view)
    {
        int epoch = 0;
        long cause = 0;
        final RecordedRange results = view.recording(Engine.RESULTS);
        try (RecordingReader reader = results.openAround(results.endPosition() - 1))
        {
            while (results.next(reader))
            {
                final DirectBuffer buffer = reader.payloadBuffer();
                final int last = reader.payloadOffset() + reader.payloadLength() - MessageLayout.RESULT_LENGTH;
                epoch = buffer.getInt(last + MessageLayout.RESULT_EPOCH_OFFSET, LITTLE_ENDIAN);
                cause = buffer.getLong(last + MessageLayout.RESULT_CAUSE_POSITION_OFFSET, LITTLE_ENDIAN);
            }
        }

        final RecordedRange journal = view.recording(Engine.JOURNAL);
        try (RecordingReader reader = journal.openAround(cause))
        {
            while (journal.next(reader))
            {
                final DirectBuffer buffer = reader.payloadBuffer();
                // It always stands alone in its frame.
                final int at = reader.payloadOffset();
                if (templateId(buffer, at) == MessageLayout.STARTED_TEMPLATE_ID)
                {
                    epoch = buffer.getInt(at + MessageLayout.STARTED_RESULT_EPOCH_OFFSET, LITTLE_ENDIAN);
                }
            }
        }
        return epoch;
    }

    private static int templateId(final DirectBuffer buffer, final int offset)
    {
        return buffer.getShort(offset + MessageLayout.HEADER_TEMPLATE_ID_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    private static boolean isAtOrBefore(
        final RecordedRange results, final long position, final int epoch, final long sequence)
    {
        try (RecordingReader reader = results.open(position))
        {
            if (!results.next(reader))
            {
                return false;
            }
            final DirectBuffer buffer = reader.payloadBuffer();
            final int at = reader.payloadOffset();
            final int order = Integer.compareUnsigned(
                buffer.getInt(at + MessageLayout.RESULT_EPOCH_OFFSET, LITTLE_ENDIAN), epoch);
            return order < 0 || order == 0 && Long.compareUnsigned(
                buffer.getLong(at + MessageLayout.RESULT_SEQUENCE_OFFSET, LITTLE_ENDIAN), sequence) <= 0;
        }
    }
}
