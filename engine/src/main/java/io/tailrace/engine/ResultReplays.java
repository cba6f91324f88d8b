package io.tailrace.engine;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.aeron.archive.client.ArchiveException;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.tail.ResultPosition;
import org.agrona.ErrorHandler;

/**
 * Opens replays of the results log of the engine in this process: searched in its segment files, followed by a replay
 * of its archive.
 * <p>
 * Threading: any.
 *
 * @param dataDir      of the engine.
 * @param results      its results log.
 * @param errorHandler for errors of the connections.
 */
record ResultReplays(Path dataDir, RecordedLog results, ErrorHandler errorHandler)
{
    private static final int OPEN_ATTEMPTS = 100;
    private static final long OPEN_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Opens one at or before a result.
     *
     * @param epoch        of the result.
     * @param fromSequence of the result, or {@link ResultSubscription#FIRST_KEPT}.
     * @return the replay, to be closed by the caller, and the result.
     * @throws PurgedResultException if that result is not kept any more.
     */
    Replay open(final int epoch, final long fromSequence)
    {
        final Path archiveDir = DataDirectory.archiveDirOf(dataDir);
        final RecordingDescriptor descriptor = results.descriptor();
        for (int attempt = 1; true; attempt++)
        {
            final long start = RecordingReader.startPosition(archiveDir, descriptor);
            try
            {
                return openFrom(new RecordedRange(
                    archiveDir, descriptor, start, Math.max(start, results.durablePosition()), 0), epoch, fromSequence);
            }
            catch (final CorruptRecordingException | ArchiveException ex)
            {
                // Retention may have taken the segment between the look and the opening.
                if (!hasMoved(archiveDir, descriptor, start) || attempt == OPEN_ATTEMPTS)
                {
                    throw ex;
                }
            }
        }
    }

    /** @return whether there is a log to follow, and will be more of it. */
    boolean isOpen()
    {
        return results.isRecording();
    }

    private Replay openFrom(final RecordedRange range, final int epoch, final long fromSequence)
    {
        final long kept = 0 == range.startPosition() ? 0 :
            FirstResult.of(range.archiveDir(), range.descriptor(), range.startPosition(), range.endPosition())
                .sequenceOf(epoch);
        final long from = ResultSubscription.FIRST_KEPT == fromSequence ? kept : fromSequence;
        if (from < kept)
        {
            throw new PurgedResultException(epoch, from, kept);
        }
        final long position = ResultPosition.find(range, epoch, from);
        return new Replay(LiveRecording.open(dataDir, results.name(), position, errorHandler), from);
    }

    /** The archive moves the start first and then deletes the files, so it may take a moment to be seen. */
    private static boolean hasMoved(final Path archiveDir, final RecordingDescriptor descriptor, final long start)
    {
        for (int i = 0; i < OPEN_ATTEMPTS; i++)
        {
            if (RecordingReader.startPosition(archiveDir, descriptor) != start)
            {
                return true;
            }
            LockSupport.parkNanos(OPEN_PARK_NS);
        }
        return false;
    }

    /**
     * A replay that has begun.
     *
     * @param recording    what is followed.
     * @param fromSequence the first result that is wanted of it; what comes before is to be passed over.
     */
    record Replay(LiveRecording recording, long fromSequence)
    {
    }
}
