package io.tailrace.archive.recording;

import java.nio.file.Path;

import org.agrona.DirectBuffer;

/**
 * Reads the frames of a recording in sequence from its segment files.
 */
public final class RecordingReader implements AutoCloseable
{
    private RecordingReader()
    {
    }

    /** Lowest position whose segment file still exists; 0 for a recording without files. */
    public static long startPosition(final Path archiveDir, final RecordingDescriptor descriptor)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** fromPosition is the start of a frame. */
    public static RecordingReader open(
        final Path archiveDir, final RecordingDescriptor descriptor, final long fromPosition)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** The first frame that starts at or after the position, found from the start of its term. */
    public static RecordingReader openAtOrAfter(
        final Path archiveDir, final RecordingDescriptor descriptor, final long position, final long limitPosition)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Moves to the next data frame that starts before the limit. */
    public boolean next(final long limitPosition)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public long framePosition()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public long payloadPosition()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public long nextPosition()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public DirectBuffer payloadBuffer()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public int payloadOffset()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public int payloadLength()
    {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close()
    {
        throw new UnsupportedOperationException("not yet");
    }
}
