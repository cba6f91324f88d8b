package io.tailrace.archive.journal;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.archive.client.AeronArchive;
import io.aeron.exceptions.ConductorServiceTimeoutException;
import io.aeron.exceptions.DriverTimeoutException;
import io.aeron.exceptions.TimeoutException;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.Header;
import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.recording.RecordingDescriptor;
import org.agrona.BitUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;

/**
 * Follows a recording of a running engine, from any process on its machine: an open-ended replay by the engine's
 * archive. Delivers what is durable and nothing else. A slow follower delays its own replay and nobody besides.
 * <p>
 * Threading: one thread. Hot path: {@link #poll} is allocation-free.
 */
public final class LiveRecording implements AutoCloseable
{
    /**
     * Takes the payload of one frame.
     */
    @FunctionalInterface
    public interface FrameHandler
    {
        /**
         * A frame was read.
         *
         * @param buffer          holds the payload, valid during the call.
         * @param offset          of its first byte.
         * @param length          in bytes.
         * @param payloadPosition of its first byte in the recording.
         */
        void onFrame(DirectBuffer buffer, int offset, int length, long payloadPosition);
    }

    /** Stream of {@code aeron:ipc} on which the archive replays; nobody else may use it. */
    public static final int REPLAY_STREAM_ID = 1099;

    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final ControlledFragmentHandler fragmentHandler = this::onFragment;
    private final ErrorHandler errorHandler;
    private Aeron aeron;
    private AeronArchive client;
    private Subscription subscription;
    private Image image;

    private FrameHandler frameHandler;
    private long position;
    private boolean hasEnded;
    private RuntimeException refusal;

    private LiveRecording(final ErrorHandler errorHandler, final long fromPosition)
    {
        this.errorHandler = errorHandler;
        position = fromPosition;
    }

    /**
     * Connects to the engine that runs on a data directory and begins to follow one of its recordings.
     *
     * @param dataDir      data directory of the engine.
     * @param name         of the recording.
     * @param fromPosition start of a frame, or the durable end of the recording.
     * @param errorHandler for errors of the connection; that the engine went away, or has given this process up, is
     *                     not one. Called by the client's thread.
     * @return the follower; the caller closes it.
     * @throws IllegalStateException                       if no engine runs there.
     * @throws io.aeron.archive.client.ArchiveException if the position is no start of a frame, or is not kept any
     *                                                  more.
     */
    public static LiveRecording open(
        final Path dataDir, final String name, final long fromPosition, final ErrorHandler errorHandler)
    {
        if (!DataDirectory.isLocked(dataDir))
        {
            throw new IllegalStateException("no engine runs on " + dataDir);
        }

        final RecordingDescriptor descriptor = RecordingDescriptor.load(dataDir, name);
        final LiveRecording live = new LiveRecording(errorHandler, fromPosition);
        try
        {
            live.start(
                DataDirectory.recordedAeronDirectoryName(dataDir),
                // Of this process: if it stands still, so does its driver, and neither is dead.
                TimeUnit.NANOSECONDS.toMillis(
                    DataDirectory.isOwned(dataDir) ? ArchiveConfig.DEFAULT_STANDSTILL_NS : TIMEOUT_NS),
                descriptor.recordingId());
            return live;
        }
        catch (final Throwable ex)
        {
            live.close();
            throw ex;
        }
    }

    /**
     * Delivers frames that have become durable.
     *
     * @param handler    called for each frame, in order.
     * @param frameLimit at most so many.
     * @return frames delivered; 0 if there are none now, or never will be: see {@link #hasEnded}.
     * @throws RuntimeException that the handler threw; the frame is delivered again by the next poll.
     */
    public int poll(final FrameHandler handler, final int frameLimit)
    {
        frameHandler = handler;
        final int count = image.controlledPoll(fragmentHandler, frameLimit);
        final RuntimeException thrown = refusal;
        if (null != thrown)
        {
            refusal = null;
            throw thrown;
        }
        if (0 == count && (image.isClosed() || image.isEndOfStream()))
        {
            hasEnded = true;
        }

        return count;
    }

    /**
     * Has the engine stopped, or the connection to it been lost, and everything it replayed been delivered? It is lost
     * if this process has stood still for longer than the engine waits; whether there is more to come, the lock of the
     * data directory tells.
     *
     * @return true if poll will deliver nothing any more.
     */
    public boolean hasEnded()
    {
        return hasEnded;
    }

    /**
     * Where following goes on.
     *
     * @return position after the last frame delivered.
     */
    public long position()
    {
        return position;
    }

    /**
     * Disconnects. Idempotent.
     */
    @Override
    public void close()
    {
        hasEnded = true;
        CloseHelper.quietCloseAll(subscription, client, aeron);
    }

    private void start(final String aeronDirectoryName, final long driverTimeoutMs, final long recordingId)
    {
        aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(aeronDirectoryName)
            .driverTimeoutMs(driverTimeoutMs)
            .errorHandler(this::onError));
        client = AeronArchive.connect(new AeronArchive.Context()
            .aeron(aeron)
            .ownsAeronClient(false)
            .controlRequestChannel("aeron:ipc")
            .controlResponseChannel("aeron:ipc")
            .errorHandler(this::onError));
        subscription = client.replay(
            recordingId, position, AeronArchive.REPLAY_ALL_AND_FOLLOW, "aeron:ipc", REPLAY_STREAM_ID);

        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (subscription.hasNoImages())
        {
            client.checkForErrorResponse();
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new TimeoutException("the engine's archive did not begin to replay");
            }
            LockSupport.parkNanos(PARK_NS);
        }
        image = subscription.imageAtIndex(0);
    }

    private ControlledFragmentHandler.Action onFragment(
        final DirectBuffer buffer, final int offset, final int length, final Header header)
    {
        final long endPosition = header.position();
        final long framePosition = endPosition -
            BitUtil.align(length + RecordedLog.HEADER_LENGTH, RecordedLog.FRAME_ALIGNMENT);
        try
        {
            frameHandler.onFrame(buffer, offset, length, framePosition + RecordedLog.HEADER_LENGTH);
        }
        catch (final RuntimeException ex)
        {
            // Thrown through the client it would be taken for an error of the client, and the frame for delivered.
            refusal = ex;
            return ControlledFragmentHandler.Action.ABORT;
        }
        position = endPosition;
        return ControlledFragmentHandler.Action.CONTINUE;
    }

    private void onError(final Throwable error)
    {
        // That the connection is lost is seen by its end, and is nothing that anybody could do anything about.
        if (!(error instanceof DriverTimeoutException || error instanceof ConductorServiceTimeoutException))
        {
            errorHandler.onError(error);
        }
    }
}
