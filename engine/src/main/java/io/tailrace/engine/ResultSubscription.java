package io.tailrace.engine;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.aeron.archive.client.ArchiveException;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.archive.journal.MemoryLog;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.tail.ResultPosition;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;

/**
 * Results from the results log, from a sequence on, and then as they become durable. A slow subscription delays itself
 * and nobody else. After a crash it continues from any sequence: with {@code exactly-once} the same results have the
 * same sequences again; with {@code at-least-once} results of the next epoch follow, of which the first may have come
 * before.
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
         * @param sequence of its epoch, which stands in the result.
         * @param buffer   holds its {@link MessageLayout#RESULT_LENGTH} bytes, valid during the call.
         * @param offset   of the first one, that of the SBE header.
         */
        void onResult(long sequence, DirectBuffer buffer, int offset);

        /**
         * Results that were not delivered, because the subscription was too slow for what is kept of them: only with
         * {@code mode: in-memory}. Default: nothing is done.
         *
         * @param fromSequence the first one.
         * @param toSequence   the one after the last one, which is delivered next.
         */
        default void onMissed(final long fromSequence, final long toSequence)
        {
        }
    }

    /** As a sequence: the first one that is kept. */
    static final long FIRST_KEPT = -1;

    private static final int OPEN_ATTEMPTS = 100;
    private static final long OPEN_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Frames frames;
    private final LiveRecording.FrameHandler frameHandler = this::onFrame;
    private int epoch;
    private long nextSequence;
    private ResultHandler handler;
    private int delivered;

    private ResultSubscription(final Frames frames, final int epoch, final long fromSequence)
    {
        this.frames = frames;
        this.epoch = epoch;
        nextSequence = fromSequence;
    }

    /**
     * Follows the results log of the engine that runs on a data directory, from any process on its machine.
     *
     * @param dataDir      of the engine.
     * @param results      descriptor of the results log.
     * @param epoch        of the first result that is wanted; those of newer epochs follow.
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
        final RecordedRange range =
            new RecordedRange(archiveDir, results, start, Math.max(start, endPosition), 0);
        return new ResultSubscription(
            new RecordedFrames(
                LiveRecording.open(dataDir, results.name(), ResultPosition.find(range, epoch, from), errorHandler)),
            epoch,
            from);
    }

    /**
     * Follows the results that an engine of this process keeps in memory.
     *
     * @param results      log of results.
     * @param epoch        whose results are wanted.
     * @param fromSequence the first one, or {@link #FIRST_KEPT}.
     */
    static ResultSubscription open(final MemoryLog results, final int epoch, final long fromSequence)
    {
        return new ResultSubscription(new MemoryFrames(results, results.reader(0)), epoch, fromSequence);
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
        frames.poll(frameHandler, frameLimit);
        return delivered;
    }

    /** @return whether the engine has stopped and no further result will come. */
    public boolean hasEnded()
    {
        return frames.hasEnded();
    }

    /** @return epoch of the result that was delivered last, or of the first one that is wanted. */
    public int epoch()
    {
        return epoch;
    }

    /** @return sequence of the result that comes next, if no newer epoch begins. */
    public long nextSequence()
    {
        return nextSequence;
    }

    @Override
    public void close()
    {
        frames.close();
    }

    private void onFrame(final DirectBuffer buffer, final int offset, final int length, final long payloadPosition)
    {
        for (int at = offset; at < offset + length; at += MessageLayout.RESULT_LENGTH)
        {
            final long sequence = buffer.getLong(at + MessageLayout.RESULT_SEQUENCE_OFFSET);
            final int order =
                Integer.compareUnsigned(buffer.getInt(at + MessageLayout.RESULT_EPOCH_OFFSET), epoch);
            if (order > 0 || order == 0 && sequence >= nextSequence)
            {
                if (order == 0 && sequence > nextSequence && nextSequence != FIRST_KEPT)
                {
                    handler.onMissed(nextSequence, sequence);
                    nextSequence = sequence;
                }
                handler.onResult(sequence, buffer, at);
                epoch = buffer.getInt(at + MessageLayout.RESULT_EPOCH_OFFSET);
                nextSequence = sequence + 1;
                delivered++;
            }
        }
    }

    /** Where results come from. */
    private interface Frames extends AutoCloseable
    {
        void poll(LiveRecording.FrameHandler handler, int frameLimit);

        boolean hasEnded();

        @Override
        void close();
    }

    private record RecordedFrames(LiveRecording recording) implements Frames
    {
        @Override
        public void poll(final LiveRecording.FrameHandler handler, final int frameLimit)
        {
            recording.poll(handler, frameLimit);
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

    /** A frame whose handler threw comes again. */
    private static final class MemoryFrames implements Frames
    {
        private final MemoryLog log;
        private final LogReader reader;
        private boolean isPending;

        MemoryFrames(final MemoryLog log, final LogReader reader)
        {
            this.log = log;
            this.reader = reader;
        }

        @Override
        public void poll(final LiveRecording.FrameHandler handler, final int frameLimit)
        {
            for (int i = 0; i < frameLimit && (isPending || reader.next(log.durablePosition())); i++)
            {
                isPending = true;
                handler.onFrame(
                    reader.payloadBuffer(), reader.payloadOffset(), reader.payloadLength(), reader.payloadPosition());
                isPending = false;
            }
        }

        @Override
        public boolean hasEnded()
        {
            return !log.isConnected() && !isPending && reader.nextPosition() >= log.appendPosition();
        }

        @Override
        public void close()
        {
            reader.close();
        }
    }
}
