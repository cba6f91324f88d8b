package io.tailrace.engine;

import java.nio.file.Path;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.journal.LiveRecording;
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
     * @param fromSequence the first one.
     * @param endPosition  where the log ends now, or less.
     * @param errorHandler for errors of the connection.
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
        final long start = RecordingReader.startPosition(archiveDir, results);
        // Sequences begin anew with each epoch, so only those of the first one grow along the whole log.
        final long found = epoch == 0 && fromSequence > 0 ?
            RecordingIndex.find(
                archiveDir, results, start, endPosition, MessageLayout.RESULT_SEQUENCE_OFFSET, fromSequence) :
            RecordingIndex.NULL_POSITION;
        return new ResultSubscription(
            LiveRecording.open(
                dataDir, results.name(), found == RecordingIndex.NULL_POSITION ? start : found, errorHandler),
            epoch,
            fromSequence);
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
