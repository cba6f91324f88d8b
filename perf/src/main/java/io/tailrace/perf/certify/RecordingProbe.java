package io.tailrace.perf.certify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.aeron.AeronCounters;
import io.aeron.CncFileDescriptor;
import io.aeron.LogBuffers;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.tailrace.engine.config.ReservedStreams;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * How far the two recordings of an engine are, in its shared memory: what is published stands in the log buffers of the
 * publications, what is recorded in the archive's counters. What was mapped can be read after the process was killed,
 * and is what it was at its end.
 * <p>
 * Threading: one thread. Reading a position takes no system call.
 */
final class RecordingProbe implements AutoCloseable
{
    private static final int NONE = CountersReader.NULL_COUNTER_ID;
    private static final int STREAM_ID_OFFSET = 16;

    private final CountersReader counters;
    private final int journalCounter;
    private final int resultsCounter;
    private final LogBuffers resultsBuffers;

    private RecordingProbe(
        final CountersReader counters,
        final int journalCounter,
        final int resultsCounter,
        final LogBuffers resultsBuffers)
    {
        this.counters = counters;
        this.journalCounter = journalCounter;
        this.resultsCounter = resultsCounter;
        this.resultsBuffers = resultsBuffers;
    }

    /**
     * Looks into the shared memory of an engine.
     *
     * @param dataDir   of the engine.
     * @param pid       of its process: what another has left behind is not looked at.
     * @param journalId id of the journal's recording.
     * @param resultsId id of the results log's recording.
     * @return the probe; null while the engine has not opened both recordings.
     */
    static RecordingProbe open(final Path dataDir, final long pid, final long journalId, final long resultsId)
    {
        try
        {
            final Path aeronDir = Path.of(Files.readString(dataDir.resolve("aeron.dir")).trim());
            final CountersReader counters = counters(aeronDir.resolve(CncFileDescriptor.CNC_FILE), pid);
            if (counters == null)
            {
                return null;
            }
            final int journal = recordingCounter(counters, journalId);
            final int results = recordingCounter(counters, resultsId);
            if (journal == NONE || results == NONE)
            {
                return null;
            }
            final LogBuffers buffers = buffers(aeronDir.resolve("publications"));
            return buffers == null ? null : new RecordingProbe(counters, journal, results, buffers);
        }
        catch (final IOException | RuntimeException ex)
        {
            // Files that come and go while an engine starts; the caller looks again.
            return null;
        }
    }

    /** How far the journal is recorded. */
    long journalRecorded()
    {
        return counters.getCounterValue(journalCounter);
    }

    /** How far the results log is recorded. */
    long resultsRecorded()
    {
        return counters.getCounterValue(resultsCounter);
    }

    /** How far the results log is published. */
    long resultsPublished()
    {
        final UnsafeBuffer metadata = resultsBuffers.metaDataBuffer();
        final int termLength = resultsBuffers.termLength();
        final long rawTail = LogBufferDescriptor.rawTailVolatile(metadata);
        return LogBufferDescriptor.computePosition(
            LogBufferDescriptor.termId(rawTail),
            LogBufferDescriptor.termOffset(rawTail, termLength),
            LogBufferDescriptor.positionBitsToShift(termLength),
            LogBufferDescriptor.initialTermId(metadata));
    }

    @Override
    public void close()
    {
        CloseHelper.quietClose(resultsBuffers);
    }

    private static CountersReader counters(final Path file, final long pid) throws IOException
    {
        final ByteBuffer cnc;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ))
        {
            final MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            cnc = mapped.order(ByteOrder.nativeOrder());
        }
        final UnsafeBuffer metadata = CncFileDescriptor.createMetaDataBuffer(cnc);
        if (metadata.getIntVolatile(CncFileDescriptor.cncVersionOffset(0)) != CncFileDescriptor.CNC_VERSION ||
            CncFileDescriptor.pid(metadata) != pid)
        {
            return null;
        }
        return new CountersReader(
            CncFileDescriptor.createCountersMetaDataBuffer(cnc, metadata),
            CncFileDescriptor.createCountersValuesBuffer(cnc, metadata));
    }

    private static int recordingCounter(final CountersReader counters, final long recordingId)
    {
        final int[] found = {NONE};
        counters.forEach((counterId, typeId, key, label) ->
        {
            if (typeId == AeronCounters.ARCHIVE_RECORDING_POSITION_TYPE_ID && key.getLong(0) == recordingId)
            {
                found[0] = counterId;
            }
        });
        return found[0];
    }

    private static LogBuffers buffers(final Path dir) throws IOException
    {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, "*.logbuffer"))
        {
            for (final Path file : files)
            {
                final LogBuffers buffers = new LogBuffers(file.toString());
                if (LogBufferDescriptor.defaultFrameHeader(buffers.metaDataBuffer()).getInt(STREAM_ID_OFFSET) ==
                    ReservedStreams.RESULTS)
                {
                    return buffers;
                }
                buffers.close();
            }
        }
        return null;
    }
}
