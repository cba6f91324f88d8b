package io.tailrace.archive.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.ChannelUriStringBuilder;
import io.aeron.ExclusivePublication;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.aeron.exceptions.AeronEvent;
import io.aeron.exceptions.TimeoutException;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.archive.recording.TailCheck;
import io.tailrace.archive.recording.TailReport;
import org.agrona.CloseHelper;
import org.agrona.concurrent.status.CountersReader;

/**
 * Finds or creates the recording of a log, makes the archive's catalogue agree with the tail check, and starts
 * recording.
 * <p>
 * Files come first: the catalogue may claim more than they hold (it was stopped cleanly, then the tail was
 * damaged), and is cut; it may not claim less.
 */
final class RecordedLogOpener
{
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int INITIAL_TERM_ID = 0;

    private final EmbeddedArchive archive;
    private final AeronArchive client;
    private final Path dataDir;
    private final Path archiveDir;
    private final String name;
    private final int streamId;
    private final int termLength;

    RecordedLogOpener(
        final EmbeddedArchive archive, final String name, final int streamId, final int termLength)
    {
        this.archive = archive;
        this.name = name;
        this.streamId = streamId;
        this.termLength = termLength;
        client = archive.client();
        dataDir = archive.directory().dir();
        archiveDir = archive.directory().archiveDir();
    }

    RecordedLog open()
    {
        if (RecordingDescriptor.exists(dataDir, name))
        {
            return extend(RecordingDescriptor.load(dataDir, name));
        }

        // Killed between creating a recording and writing its descriptor.
        final List<RecordingDescriptor> catalogued = catalogued();
        if (catalogued.isEmpty())
        {
            return create();
        }

        final RecordingDescriptor descriptor = catalogued.get(catalogued.size() - 1);
        descriptor.store(dataDir);
        return extend(descriptor);
    }

    private RecordedLog create()
    {
        // Validates name, stream id and lengths before anything is created.
        final RecordingDescriptor draft = new RecordingDescriptor(name, 0, streamId, INITIAL_TERM_ID, termLength,
            archive.config().mtu(), Math.max(archive.config().segmentLength(), termLength));

        final ExclusivePublication publication = addPublication(draft, 0);
        try
        {
            client.startRecording(recordingChannel(publication), streamId, SourceLocation.LOCAL);
            final int counterId = awaitCounter(publication);
            final long recordingId = RecordingPos.getRecordingId(counters(), counterId);
            final RecordingDescriptor descriptor = new RecordingDescriptor(name, recordingId, streamId,
                INITIAL_TERM_ID, termLength, draft.mtu(), draft.segmentLength());
            descriptor.store(dataDir);
            return new RecordedLog(archive, descriptor, new TailReport(descriptor, 0, 0, 0, 0, 0, ""),
                publication, counterId, 0);
        }
        catch (final RuntimeException ex)
        {
            CloseHelper.quietClose(publication);
            throw ex;
        }
    }

    private RecordedLog extend(final RecordingDescriptor descriptor)
    {
        if (descriptor.streamId() != streamId)
        {
            throw new IllegalArgumentException(
                "streamId=" + streamId + ", expected that of recording " + name + ": " + descriptor.streamId());
        }

        final long startPosition = agreedStart(descriptor);
        final TailReport verified = TailCheck.verify(archiveDir, descriptor, false);
        final long endPosition = agreedEnd(descriptor, verified, startPosition);

        final ExclusivePublication publication = addPublication(descriptor, endPosition);
        try
        {
            client.extendRecording(
                descriptor.recordingId(), recordingChannel(publication), streamId, SourceLocation.LOCAL);
            final int counterId = awaitCounter(publication);
            return new RecordedLog(
                archive, descriptor, launchReport(verified), publication, counterId, startPosition);
        }
        catch (final RuntimeException ex)
        {
            CloseHelper.quietClose(publication);
            throw ex;
        }
    }

    /**
     * Start position of the catalogue. Files before it were being purged when the process was killed; they go now.
     */
    private long agreedStart(final RecordingDescriptor descriptor)
    {
        final long startPosition;
        try
        {
            startPosition = client.getStartPosition(descriptor.recordingId());
        }
        catch (final ArchiveException ex)
        {
            if (ArchiveException.UNKNOWN_RECORDING == ex.errorCode())
            {
                throw new CorruptRecordingException(name, archiveDir, 0,
                    "the archive's catalogue does not know recording " + descriptor.recordingId());
            }
            throw ex;
        }

        final long firstPosition = RecordingReader.startPosition(archiveDir, descriptor);
        try
        {
            for (long base = firstPosition; base < startPosition; base += descriptor.segmentLength())
            {
                Files.deleteIfExists(fileAt(descriptor, base));
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot delete purged segments of " + name, ex);
        }

        if (firstPosition > startPosition)
        {
            throw new CorruptRecordingException(
                name, fileAt(descriptor, startPosition), startPosition, "segment file is missing");
        }

        return startPosition;
    }

    private long agreedEnd(
        final RecordingDescriptor descriptor, final TailReport verified, final long startPosition)
    {
        final long filesEnd = Math.max(verified.endPosition(), startPosition);
        final long catalogueEnd = client.getStopPosition(descriptor.recordingId());
        if (AeronArchive.NULL_POSITION == catalogueEnd)
        {
            throw new IllegalStateException("recording " + name + " is open already");
        }

        if (catalogueEnd < filesEnd)
        {
            throw new CorruptRecordingException(name, fileAt(descriptor, filesEnd), catalogueEnd,
                "the archive's catalogue ends here, but valid frames go on to position " + filesEnd);
        }

        if (catalogueEnd > filesEnd)
        {
            if (!launchReport(verified).isTorn())
            {
                checkPresent(descriptor, filesEnd, catalogueEnd);
            }

            archive.client().context().errorHandler().onError(new AeronEvent("recording " + name + " cut from " +
                catalogueEnd + ", where it was stopped, to " + filesEnd + ", the end of its last whole frame"));
            if (0 != filesEnd % descriptor.segmentLength())
            {
                TailCheck.markCut(archiveDir, descriptor, filesEnd);
            }
            archive.truncate(descriptor.recordingId(), filesEnd);
        }

        return filesEnd;
    }

    private void checkPresent(final RecordingDescriptor descriptor, final long fromPosition, final long toPosition)
    {
        final int segmentLength = descriptor.segmentLength();
        for (long base = fromPosition & -segmentLength; base < toPosition; base += segmentLength)
        {
            final Path file = fileAt(descriptor, base);
            if (!Files.exists(file))
            {
                throw new CorruptRecordingException(name, file, base, "segment file is missing");
            }
        }
    }

    /**
     * The tail was verified again after the archive's start; only the report from before tells what was torn.
     */
    private TailReport launchReport(final TailReport verified)
    {
        return archive.tailReports().stream()
            .filter((report) -> report.descriptor().equals(verified.descriptor()))
            .filter((report) -> report.endPosition() == verified.endPosition())
            .findFirst()
            .orElse(verified);
    }

    private List<RecordingDescriptor> catalogued()
    {
        final List<RecordingDescriptor> found = new ArrayList<>();
        client.listRecordings(0, Integer.MAX_VALUE,
            (controlSessionId, correlationId, recordingId, startTimestamp, stopTimestamp, startPosition, stopPosition,
            initialTermId, segmentFileLength, termBufferLength, mtuLength, sessionId, recordedStreamId,
            strippedChannel, originalChannel, sourceIdentity) ->
            {
                if (recordedStreamId == streamId)
                {
                    found.add(new RecordingDescriptor(name, recordingId, recordedStreamId, initialTermId,
                        termBufferLength, mtuLength, segmentFileLength));
                }
            });

        return found;
    }

    private ExclusivePublication addPublication(final RecordingDescriptor descriptor, final long position)
    {
        final String channel = new ChannelUriStringBuilder()
            .media("ipc")
            .mtu(descriptor.mtu())
            .sparse(false)
            .initialPosition(position, descriptor.initialTermId(), descriptor.termLength())
            .build();
        return archive.aeron().addExclusivePublication(channel, descriptor.streamId());
    }

    private int awaitCounter(final ExclusivePublication publication)
    {
        final int sessionId = publication.sessionId();
        final long archiveId = client.archiveId();
        await(() -> isRecording(publication, RecordingPos.findCounterIdBySession(counters(), sessionId, archiveId)));
        return RecordingPos.findCounterIdBySession(counters(), sessionId, archiveId);
    }

    /**
     * The archive allocates the counter first and then sets it to the position that the recording is extended from.
     */
    private boolean isRecording(final ExclusivePublication publication, final int counterId)
    {
        return CountersReader.NULL_COUNTER_ID != counterId && publication.isConnected() &&
            counters().getCounterValue(counterId) >= publication.position();
    }

    private void await(final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean())
        {
            client.checkForErrorResponse();
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new TimeoutException("the archive did not begin to record " + name);
            }
            LockSupport.parkNanos(PARK_NS);
        }
    }

    private CountersReader counters()
    {
        return archive.aeron().countersReader();
    }

    private Path fileAt(final RecordingDescriptor descriptor, final long position)
    {
        return descriptor.segmentFile(archiveDir, position);
    }

    private static String recordingChannel(final ExclusivePublication publication)
    {
        return "aeron:ipc?session-id=" + publication.sessionId();
    }
}
