package io.tailrace.engine;

import java.nio.ByteOrder;
import java.nio.file.Path;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;

/**
 * The first result that a results log still holds. Epochs never decrease along the log, and each begins with sequence
 * 0; so of all epochs only that of the first result can have lost some.
 *
 * @param epoch    of the result; 0 if the log holds none.
 * @param sequence of the result; 0 if the log holds none.
 */
public record FirstResult(long epoch, long sequence)
{
    /**
     * Reads it.
     *
     * @param archiveDir    directory of the segment files.
     * @param results       descriptor of the results log.
     * @param startPosition first position kept.
     * @param endPosition   end of what may be read.
     * @return the first result between the two positions.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if the frame fails verification, or was purged
     *                                                                 meanwhile.
     */
    public static FirstResult of(
        final Path archiveDir, final RecordingDescriptor results, final long startPosition, final long endPosition)
    {
        try (LogReader reader = RecordingReader.open(archiveDir, results, startPosition))
        {
            return read(reader, endPosition);
        }
    }

    /**
     * Reads it from a log that is open.
     *
     * @param results       the results log.
     * @param startPosition start of a frame.
     * @param endPosition   end of what may be read.
     * @return the first result between the two positions.
     */
    static FirstResult of(final MessageLog results, final long startPosition, final long endPosition)
    {
        try (LogReader reader = results.reader(startPosition))
        {
            return read(reader, endPosition);
        }
    }

    /**
     * The first sequence that is kept of an epoch, or will be its first.
     *
     * @param wantedEpoch epoch; one that is gone as a whole gives {@link Long#MAX_VALUE}.
     */
    public long sequenceOf(final long wantedEpoch)
    {
        if (wantedEpoch < epoch)
        {
            return Long.MAX_VALUE;
        }
        return wantedEpoch == epoch ? sequence : 0;
    }

    private static FirstResult read(final LogReader reader, final long endPosition)
    {
        if (reader.nextPosition() >= endPosition || !reader.next(endPosition))
        {
            return new FirstResult(0, 0);
        }
        final int at = reader.payloadOffset();
        return new FirstResult(
            reader.payloadBuffer().getInt(at + MessageLayout.RESULT_EPOCH_OFFSET, ByteOrder.LITTLE_ENDIAN) &
                0xFFFF_FFFFL,
            reader.payloadBuffer().getLong(at + MessageLayout.RESULT_SEQUENCE_OFFSET, ByteOrder.LITTLE_ENDIAN));
    }
}
