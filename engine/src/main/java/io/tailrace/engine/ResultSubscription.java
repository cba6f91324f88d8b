package io.tailrace.engine;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.aeron.archive.client.ArchiveException;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingIndex;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;

/**
 * Results from the results log, from a sequence on, and then as they become durable. A slow subscription delays itself
 * and nobody else. After a crash it continues from any sequence: the same results have the same sequences again.
 * <p>
 * Threading: one thread. Hot path: {@link #poll} allocates nothing.
 */
public final class ResultSubscription implements AutoCloseable
{
    /** Takes one result. */
    @FunctionalInterface
    public interface ResultHandler
    {
        /**
         * A result.
         *
         * @param sequence of its epoch.
         * @param buffer   holds its {@link MessageLayout#RESULT_LENGTH} bytes, valid during the call.
         * @param offset   of the first one, that of the SBE header.
         */
        void onResult(long sequence, DirectBuffer buffer, int offset);
    }

    /** As a sequence: the first one that is kept. */
    static final long FIRST_KEPT = -1;

    private static final int OPEN_ATTEMPTS = 100;
    private static final long OPEN_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LiveRecording recording;
    private final int epoch;
    private final LiveRecording.FrameHandler frameHandler = this::onFrame;
    private long nextSequence;
    private ResultHandler handler;
    private int delivered;

    private ResultSubscription(final LiveRecording recording, final int epoch, final long fromSequence)
    {
        this.recording = recording;
        this.epoch = epoch;
        nextSequence = fromSequence;
    }

    /**
     * Follows the results log of the engine that runs on a data directory, from any process on its machine.
     *
     * @param dataDir      of the engine.
     * @param results      descriptor of the results log.
     * @param epoch        whose results are wanted.
     * @param fromSequence the first one, or {@link #FIRST_KEPT}.
     * @param endPosition  where the log ends now, or less.
     * @param errorHandler for errors of the connection.
     * @throws PurgedResultException if that result is not kept any more.
     */
    static ResultSubscription open(
        final Path dataDir,
        final RecordingDescriptor results,
        final int epoch,
        final long fromSequence,
        final long endPosition,
        final ErrorHandler errorHandler)
    {
        final Path archiveDir = DataDirectory.archiveDirOf(dataDir);
        for (int attempt = 1; true; attempt++)
        {
            final long start = RecordingReader.startPosition(archiveDir, results);
            try
            {
                return openFrom(start, dataDir, results, epoch, fromSequence, endPosition, errorHandler);
            }
            catch (final CorruptRecordingException | ArchiveException ex)
            {
                // Retention may have taken the segment between the look and the opening.
                if (!hasMoved(archiveDir, results, start) || attempt == OPEN_ATTEMPTS)
                {
                    throw ex;
                }
            }
        }
    }

    private static ResultSubscription openFrom(
        final long start,
        final Path dataDir,
        final RecordingDescriptor results,
        final int epoch,
        final long fromSequence,
        final long endPosition,
        final ErrorHandler errorHandler)
    {
        final Path archiveDir = DataDirectory.archiveDirOf(dataDir);
        final long kept = 0 == start ? 0 :
            FirstResult.of(archiveDir, results, start, Math.max(start, endPosition)).sequenceOf(epoch);
        final long from = FIRST_KEPT == fromSequence ? kept : fromSequence;
        if (from < kept)
        {
            throw new PurgedResultException(epoch, from, kept);
        }
        // Sequences begin anew with each epoch, so only those of the first one grow along the whole log.
        final long found = epoch == 0 && from > 0 ?
            RecordingIndex.find(archiveDir, results, start, endPosition, MessageLayout.RESULT_SEQUENCE_OFFSET, from) :
            RecordingIndex.NULL_POSITION;
        return new ResultSubscription(
            LiveRecording.open(
                dataDir, results.name(), found == RecordingIndex.NULL_POSITION ? start : found, errorHandler),
            epoch,
            from);
    }

    /** The archive moves the start first and then deletes the files, so it may take a moment to be seen. */
    private static boolean hasMoved(final Path archiveDir, final RecordingDescriptor results, final long start)
    {
        for (int i = 0; i < OPEN_ATTEMPTS; i++)
        {
            if (RecordingReader.startPosition(archiveDir, results) != start)
            {
                return true;
            }
            LockSupport.parkNanos(OPEN_PARK_NS);
        }
        return false;
    }

    /**
     * Delivers results that are there.
     *
     * @param handler    told of each.
     * @param frameLimit frames of the log at most, each with one or more results.
     * @return how many were delivered.
     * @throws RuntimeException that the handler threw; that result comes again with the next poll.
     */
    public int poll(final ResultHandler handler, final int frameLimit)
    {
        this.handler = handler;
        delivered = 0;
        recording.poll(frameHandler, frameLimit);
        return delivered;
    }

    /** @return whether the engine has stopped and no further result will come. */
    public boolean hasEnded()
    {
        return recording.hasEnded();
    }

    /** @return sequence of the result that comes next. */
    public long nextSequence()
    {
        return nextSequence;
    }

    @Override
    public void close()
    {
        recording.close();
    }

    private void onFrame(final DirectBuffer buffer, final int offset, final int length, final long payloadPosition)
    {
        for (int at = offset; at < offset + length; at += MessageLayout.RESULT_LENGTH)
        {
            final long sequence = buffer.getLong(at + MessageLayout.RESULT_SEQUENCE_OFFSET);
            if (buffer.getInt(at + MessageLayout.RESULT_EPOCH_OFFSET) == epoch && sequence >= nextSequence)
            {
                handler.onResult(sequence, buffer, at);
                nextSequence = sequence + 1;
                delivered++;
            }
        }
    }
}
