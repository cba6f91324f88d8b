package io.tailrace.archive.journal;

import java.nio.file.Path;

import org.agrona.DirectBuffer;

/**
 * Follows a recording of a running engine from any process.
 */
public final class LiveRecording implements AutoCloseable
{
    /** Takes one frame. */
    @FunctionalInterface
    public interface FrameHandler
    {
        /** Payload bytes are valid during the call. */
        void onFrame(DirectBuffer buffer, int offset, int length, long payloadPosition);
    }

    private LiveRecording()
    {
    }

    /** Connects to the engine that owns the data directory. */
    public static LiveRecording open(final Path dataDir, final String name, final long fromPosition)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Delivers at most {@code frameLimit} frames. */
    public int poll(final FrameHandler handler, final int frameLimit)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public boolean hasEnded()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public long position()
    {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close()
    {
        throw new UnsupportedOperationException("not yet");
    }
}
