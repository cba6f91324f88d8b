package io.tailrace.engine.sink;

import java.nio.file.Path;
import java.util.function.LongSupplier;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.tail.ResultPosition;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * The results log of the engine in this process: searched in its segment files, followed by a replay of its archive.
 */
public final class ResultsLog implements ResultSource
{
    private final Path dataDir;
    private final RecordingDescriptor descriptor;
    private final LongSupplier durablePosition;
    private final ErrorHandler errorHandler;

    /**
     * @param dataDir         of the engine.
     * @param descriptor      of its results log.
     * @param durablePosition where what is durable ends.
     * @param errorHandler    for errors of connections to the archive.
     */
    public ResultsLog(
        final Path dataDir,
        final RecordingDescriptor descriptor,
        final LongSupplier durablePosition,
        final ErrorHandler errorHandler)
    {
        this.dataDir = dataDir;
        this.descriptor = descriptor;
        this.durablePosition = durablePosition;
        this.errorHandler = errorHandler;
    }

    @Override
    public SinkPosition oldest()
    {
        return oldest(range());
    }

    @Override
    public ResultReader open(final SinkPosition from)
    {
        final RecordedRange range = range();
        requireKept(range, from);
        requireNotAhead(range, from);
        return new Follower(LiveRecording.open(
            dataDir,
            descriptor.name(),
            ResultPosition.find(range, from.epoch(), from.sequence()),
            errorHandler));
    }

    @Override
    public long endPosition()
    {
        return durablePosition.getAsLong();
    }

    private RecordedRange range()
    {
        final Path archiveDir = DataDirectory.archiveDirOf(dataDir);
        // The end first: what is purged meanwhile moves the start only.
        final long end = durablePosition.getAsLong();
        final long start = RecordingReader.startPosition(archiveDir, descriptor);
        return new RecordedRange(archiveDir, descriptor, start, Math.max(start, end), 0);
    }

    private static SinkPosition oldest(final RecordedRange range)
    {
        try (RecordingReader reader = range.open())
        {
            return range.next(reader) ?
                at(reader.payloadBuffer(), reader.payloadOffset()) : new SinkPosition(0, 0);
        }
    }

    private static void requireKept(final RecordedRange range, final SinkPosition from)
    {
        final SinkPosition oldest = oldest(range);
        if (range.startPosition() > 0 && from.compareTo(oldest) < 0)
        {
            throw new SinkException("needs " + from + ", but the results log begins with " + oldest +
                ": what lies between was purged before this sink had it");
        }
    }

    /** A crash of the process takes no result back that a sink has seen; so this log is not what the sink was fed. */
    private static void requireNotAhead(final RecordedRange range, final SinkPosition from)
    {
        SinkPosition end = new SinkPosition(0, 0);
        try (RecordingReader reader = range.openAround(range.endPosition() - 1))
        {
            while (range.next(reader))
            {
                final SinkPosition last = at(reader.payloadBuffer(),
                    reader.payloadOffset() + reader.payloadLength() - MessageLayout.RESULT_LENGTH);
                end = new SinkPosition(last.epoch(), last.sequence() + 1);
            }
        }
        if (from.compareTo(end) > 0)
        {
            throw new SinkException("goes on with " + from + ", but the results log ends before " + end +
                ": the sink was fed by another data directory, or this one has lost results");
        }
    }

    private static SinkPosition at(final DirectBuffer buffer, final int offset)
    {
        return new SinkPosition(
            buffer.getInt(offset + MessageLayout.RESULT_EPOCH_OFFSET, LITTLE_ENDIAN),
            buffer.getLong(offset + MessageLayout.RESULT_SEQUENCE_OFFSET, LITTLE_ENDIAN));
    }

    private record Follower(LiveRecording recording) implements ResultReader
    {
        @Override
        public int poll(final LiveRecording.FrameHandler handler, final int frameLimit)
        {
            return recording.poll(handler, frameLimit);
        }

        @Override
        public long position()
        {
            return recording.position();
        }

        @Override
        public boolean hasEnded()
        {
            return recording.hasEnded();
        }

        @Override
        public void close()
        {
            recording.close();
        }
    }
}
