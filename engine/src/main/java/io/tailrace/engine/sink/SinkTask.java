package io.tailrace.engine.sink;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import io.tailrace.archive.journal.LiveRecording;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.tail.ResultKind;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * The life of a sink: opens what it writes to, opens the results log where that ends, follows it; after an error closes
 * both, waits and begins anew. That no result is written twice or left out hangs on this alone: it goes on where the
 * writer says, and takes nothing but the next sequence.
 * <p>
 * Threading: {@link #run} on the sink's thread; {@link #stop} and {@link #abort} from any.
 */
final class SinkTask implements Runnable
{
    private static final Logger LOGGER = LoggerFactory.getLogger("io.tailrace.engine.sink");
    private static final int FRAME_LIMIT = 16;
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final SinkStatus status;
    private final Set<ResultKind> kinds;
    private final ResultSource source;
    private final Supplier<SinkWriter> writers;
    private final Backoff backoff;
    private final Outage outage = new Outage();
    private final ErrorHandler errorHandler;
    private final LiveRecording.FrameHandler frameHandler = this::onFrame;

    private int epoch;
    private long sequence;
    private volatile SinkWriter writer;
    private volatile Thread thread;
    private volatile boolean isStopping;
    /** Before this position results are purged, whether written or not. */
    private volatile long overtakenPosition;
    /** A place that has been read, and the position in the log behind it; to be written. */
    private SinkPosition mark;
    private long markPosition;
    private long stopPosition;
    private long stopDeadlineNs;

    /**
     * @param status       shown to others.
     * @param kinds        of results that are wanted.
     * @param source       of the results.
     * @param writers      makes a writer for each connection.
     * @param backoff      between two of them.
     * @param errorHandler told of every error, of those that are alike once in an outage; none is the engine's.
     */
    SinkTask(
        final SinkStatus status,
        final Set<ResultKind> kinds,
        final ResultSource source,
        final Supplier<SinkWriter> writers,
        final Backoff backoff,
        final ErrorHandler errorHandler)
    {
        this.status = status;
        this.kinds = kinds;
        this.source = source;
        this.writers = writers;
        this.backoff = backoff;
        this.errorHandler = errorHandler;
    }

    SinkStatus status()
    {
        return status;
    }

    /**
     * Asks for an end, once the log has been read up to a position or the time is over.
     *
     * @param endPosition of the results log.
     * @param deadlineNs  by {@link System#nanoTime}.
     */
    void stop(final long endPosition, final long deadlineNs)
    {
        stopPosition = endPosition;
        stopDeadlineNs = deadlineNs;
        isStopping = true;
        LockSupport.unpark(thread);
    }

    /** @return position of the log before which this sink needs nothing; one that has failed or must needs nothing. */
    long floor()
    {
        final long needed = status.floor();
        return status.state() == SinkStatus.State.FAILED || overtakenPosition > needed ? Long.MAX_VALUE : needed;
    }

    /**
     * Makes the sink fail if it needs something before a position: now if it is connected, else when it is again and
     * still does.
     *
     * @return whether it does, and has not been told before.
     */
    boolean overtake(final long position)
    {
        if (floor() >= position)
        {
            return false;
        }
        overtakenPosition = position;
        // Its replay holds the segment for as long as it hangs.
        abort();
        LockSupport.unpark(thread);
        return true;
    }

    /** Breaks off what hangs. */
    void abort()
    {
        final SinkWriter current = writer;
        if (null != current)
        {
            current.abort();
        }
    }

    @Override
    public void run()
    {
        thread = Thread.currentThread();
        try
        {
            boolean isDone = false;
            while (!isDone)
            {
                isDone = session() || isStopping;
            }
        }
        catch (final Error error)
        {
            status.onFailed(textOf(error));
            errorHandler.onError(error);
        }
        finally
        {
            if (status.state() != SinkStatus.State.FAILED)
            {
                status.onStopped();
            }
        }
    }

    /** One connection from its begin to its end, and the wait after it; answers whether it was the last one. */
    private boolean session()
    {
        try (SinkWriter opened = writers.get())
        {
            writer = opened;
            final SinkPosition from = opened.open(source.oldest());
            epoch = from.epoch();
            sequence = from.sequence();
            if (isStopping && System.nanoTime() - stopDeadlineNs > 0)
            {
                // It took so long that the next engine may be there, whose sink this one must not meet.
                return true;
            }
            try (ResultReader reader = source.open(from))
            {
                status.onFloor(reader.position());
                mark = null;
                status.onRunning(from);
                if (!outage.isOpen())
                {
                    LOGGER.info("sink {}: goes on with {}", status.name(), from);
                }
                follow(reader, opened);
            }
            return true;
        }
        catch (final SinkException ex)
        {
            status.onFailed(textOf(ex));
            LOGGER.error("sink {} has failed: {}", status.name(), status.lastError());
            errorHandler.onError(ex);
            return true;
        }
        catch (final Exception ex)
        {
            status.onRetry(textOf(ex));
            if (outage.isNew(status.lastError()))
            {
                LOGGER.warn("sink {}: {}; tries again until it can", status.name(), status.lastError());
                errorHandler.onError(ex);
            }
            pause(backoff.nextNs());
            return false;
        }
        finally
        {
            writer = null;
        }
    }

    private void follow(final ResultReader reader, final SinkWriter current) throws Exception
    {
        while (true)
        {
            requireNotOvertaken();
            final int frames = poll(reader);
            current.flush(System.nanoTime());
            onWritten(current);
            moveFloor(reader, current);
            if (isStopping && (reader.position() >= stopPosition || System.nanoTime() - stopDeadlineNs > 0))
            {
                current.finish();
                onWritten(current);
                return;
            }
            if (0 == frames)
            {
                if (reader.hasEnded())
                {
                    throw new IllegalStateException("the replay of the results log has ended");
                }
                if (outage.isOpen() && hasWrittenAll(current))
                {
                    LOGGER.info("sink {}: has caught up after {} tries", status.name(), outage.end());
                }
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    private int poll(final ResultReader reader) throws Exception
    {
        try
        {
            return reader.poll(frameHandler, FRAME_LIMIT);
        }
        catch (final WriteFailure ex)
        {
            throw ex.failure;
        }
    }

    private void requireNotOvertaken()
    {
        if (overtakenPosition > status.floor())
        {
            throw new SinkException("results were purged that this sink had not written, since the disk is full; " +
                "sinks.md says how it goes on");
        }
    }

    /** What has been written is known by sequence alone: one place at a time is followed from the log to the target. */
    private void moveFloor(final ResultReader reader, final SinkWriter current)
    {
        if (null == mark)
        {
            mark = new SinkPosition(epoch, sequence);
            markPosition = reader.position();
        }
        if (current.written().compareTo(mark) >= 0)
        {
            status.onFloor(markPosition);
            mark = null;
        }
    }

    private boolean hasWrittenAll(final SinkWriter current)
    {
        return current.written().epoch() == epoch && current.written().sequence() == sequence;
    }

    private void onWritten(final SinkWriter current)
    {
        final SinkPosition position = current.written();
        if (position.epoch() != status.epoch() || position.sequence() != status.nextSequence())
        {
            status.onWritten(position);
            backoff.reset();
        }
    }

    private void onFrame(final DirectBuffer buffer, final int offset, final int length, final long payloadPosition)
    {
        for (int at = offset; at < offset + length; at += MessageLayout.RESULT_LENGTH)
        {
            try
            {
                onResult(buffer, at);
            }
            catch (final SinkException ex)
            {
                throw ex;
            }
            catch (final Exception ex)
            {
                throw new WriteFailure(ex);
            }
        }
    }

    private void onResult(final DirectBuffer buffer, final int offset) throws Exception
    {
        final int resultEpoch = buffer.getInt(offset + MessageLayout.RESULT_EPOCH_OFFSET, LITTLE_ENDIAN);
        final long resultSequence = buffer.getLong(offset + MessageLayout.RESULT_SEQUENCE_OFFSET, LITTLE_ENDIAN);
        final int order = Integer.compareUnsigned(resultEpoch, epoch);
        if (order < 0 || 0 == order && resultSequence < sequence)
        {
            return;
        }
        if (resultSequence != (0 == order ? sequence : 0))
        {
            throw new SinkException("expected " + new SinkPosition(epoch, sequence) + ", but the results log has " +
                new SinkPosition(resultEpoch, resultSequence));
        }
        epoch = resultEpoch;
        sequence = resultSequence + 1;

        final ResultKind kind = ResultKind.ofTemplate(
            buffer.getShort(offset + MessageLayout.HEADER_TEMPLATE_ID_OFFSET, LITTLE_ENDIAN) & 0xFFFF);
        if (null != kind && kinds.contains(kind))
        {
            writer.add(kind, resultEpoch, resultSequence, buffer, offset);
        }
        else
        {
            writer.pass(resultEpoch, resultSequence);
        }
    }

    private void pause(final long delayNs)
    {
        final long deadlineNs = System.nanoTime() + delayNs;
        long leftNs = delayNs;
        while (leftNs > 0 && !isStopping)
        {
            LockSupport.parkNanos(leftNs);
            leftNs = deadlineNs - System.nanoTime();
        }
    }

    private static String textOf(final Throwable thrown)
    {
        final String message = thrown.getMessage();
        final String text = null == message || message.isBlank() ?
            thrown.getClass().getSimpleName() : message.strip().replaceAll("\\s*\\R\\s*", " ");
        // The messages of files are the names of files alone.
        return thrown instanceof java.io.IOException ? thrown.getClass().getSimpleName() + ": " + text : text;
    }

    /** Carries what a writer threw through the callback of the log. */
    private static final class WriteFailure extends RuntimeException
    {
        private static final long serialVersionUID = 1L;

        private final transient Exception failure;

        WriteFailure(final Exception failure)
        {
            super(failure);
            this.failure = failure;
        }
    }
}
