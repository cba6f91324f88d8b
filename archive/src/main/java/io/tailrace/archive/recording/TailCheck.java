package io.tailrace.archive.recording;

import java.nio.file.Path;

/**
 * Verifies the segment files of a recording before the archive starts.
 */
public final class TailCheck
{
    private TailCheck()
    {
    }

    /** Verifies the last two segments with data and truncates a torn tail. Only under the lock. */
    public static TailReport repair(final Path archiveDir, final RecordingDescriptor descriptor)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Verifies without writing; every segment if {@code all}. */
    public static TailReport verify(final Path archiveDir, final RecordingDescriptor descriptor, final boolean all)
    {
        throw new UnsupportedOperationException("not yet");
    }
}
