package io.tailrace.engine;

import java.util.concurrent.TimeUnit;

import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.archive.journal.MemoryLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;

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
     * Follows the results log of the engine in this process.
     *
     * @param replays      of the results log.
     * @param epoch        of the first result that is wanted; those of newer epochs follow.
     * @param fromSequence the first one, or {@link #FIRST_KEPT}.
     * @throws PurgedResultException if that result is not kept any more.
     */
    static ResultSubscription open(final ResultReplays replays, final int epoch, final long fromSequence)
    {
        final ResultReplays.Replay first = replays.open(epoch, fromSequence);
        return new ResultSubscription(new RecordedFrames(replays, first.recording()), epoch, first.fromSequence());
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

    /**
     * Delivers results that are there.
     *
     * @param handler    told of each.
     * @param frameLimit frames of the log at most, each with one or more results.
     * @return how many were delivered.
     * @throws RuntimeException that the handler threw; that result comes again with the next poll.
     * @throws PurgedResultException if the connection to the log was lost, as after five minutes in which the process
     * stood still, and the next result has been purged meanwhile. Otherwise a lost connection is opened again, behind
     * the last result delivered: that poll takes seconds at most, and delivers nothing.
     */
    public int poll(final ResultHandler handler, final int frameLimit)
    {
        this.handler = handler;
        delivered = 0;
        frames.poll(frameHandler, frameLimit);
        if (0 == delivered && frames.isLost())
        {
            frames.reopen(epoch, nextSequence);
        }
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

        /** Whether it ended although the log goes on. */
        boolean isLost();

        /** Begins again at or before a result, now or with a later call. */
        void reopen(int epoch, long fromSequence);

        boolean hasEnded();

        @Override
        void close();
    }

    private static final class RecordedFrames implements Frames
    {
        private static final long REOPEN_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);

        private final ResultReplays replays;
        private LiveRecording recording;
        private boolean isClosed;
        private boolean hasFailed;
        private long failedNs;

        RecordedFrames(final ResultReplays replays, final LiveRecording recording)
        {
            this.replays = replays;
            this.recording = recording;
        }

        @Override
        public void poll(final LiveRecording.FrameHandler handler, final int frameLimit)
        {
            recording.poll(handler, frameLimit);
        }

        @Override
        public boolean isLost()
        {
            return recording.hasEnded() && !isClosed && replays.isOpen();
        }

        @Override
        public void reopen(final int epoch, final long fromSequence)
        {
            if (hasFailed && System.nanoTime() - failedNs < REOPEN_INTERVAL_NS)
            {
                return;
            }
            recording.close();
            try
            {
                recording = replays.open(epoch, fromSequence).recording();
                hasFailed = false;
            }
            catch (final PurgedResultException ex)
            {
                throw ex;
            }
            catch (final RuntimeException ex)
            {
                hasFailed = true;
                failedNs = System.nanoTime();
                replays.errorHandler().onError(ex);
            }
        }

        @Override
        public boolean hasEnded()
        {
            return recording.hasEnded() && !isLost();
        }

        @Override
        public void close()
        {
            isClosed = true;
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
        public boolean isLost()
        {
            return false;
        }

        @Override
        public void reopen(final int epoch, final long fromSequence)
        {
            throw new IllegalStateException("what is in memory is never lost");
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
