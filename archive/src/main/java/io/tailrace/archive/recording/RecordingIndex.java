package io.tailrace.archive.recording;

import java.nio.file.Path;

/**
 * Finds frames by a value that grows along the recording.
 */
public final class RecordingIndex
{
    public static final long NULL_POSITION = -1;

    private RecordingIndex()
    {
    }

    /** Start of the last frame in [from, limit) whose little-endian 64-bit value at payloadOffset is at most value. */
    public static long find(
        final Path archiveDir,
        final RecordingDescriptor descriptor,
        final long fromPosition,
        final long limitPosition,
        final int payloadOffset,
        final long value)
    {
        throw new UnsupportedOperationException("not yet");
    }
}
