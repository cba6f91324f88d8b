package io.tailrace.engine.inspect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;

/**
 * What of a recording can be read.
 *
 * @param archiveDir    directory of the segment files.
 * @param descriptor    of the recording.
 * @param startPosition first position that is still kept.
 * @param endPosition   end of the last whole frame that is durable.
 * @param tornLength    bytes after the end that are no whole frame, of a stopped engine; 0: none.
 */
public record RecordedRange(
    Path archiveDir, RecordingDescriptor descriptor, long startPosition, long endPosition, long tornLength)
{
    /** @return the name of the recording. */
    public String name()
    {
        return descriptor.name();
    }

    /** @return a reader before the first frame, to be closed by the caller; {@link #next} moves it. */
    public RecordingReader open()
    {
        return open(startPosition);
    }

    /**
     * Opens it at the start of a frame.
     *
     * @param framePosition from the start to the end of the range.
     * @return a reader before that frame, to be closed by the caller; {@link #next} moves it.
     */
    public RecordingReader open(final long framePosition)
    {
        return RecordingReader.open(archiveDir, descriptor, framePosition);
    }

    /**
     * Opens it at the first frame that starts at or after a position, or that holds the position in its payload.
     *
     * @param position any; one before the start is the start.
     * @return a reader before that frame, to be closed by the caller; {@link #next} moves it.
     */
    public RecordingReader openAround(final long position)
    {
        // From the start of the term on, since every term begins with a frame.
        final long bounded = Math.max(startPosition, Math.min(position, endPosition));
        return open(Math.max(startPosition, bounded & -descriptor.termLength()));
    }

    /**
     * Moves a reader of this range.
     *
     * @return whether there is one more frame before the end of the range.
     */
    public boolean next(final RecordingReader reader)
    {
        return reader.nextPosition() < endPosition && reader.next(endPosition);
    }

    /** @return how many segment files hold the range. */
    public int segments()
    {
        int count = 0;
        for (long base = startPosition & -descriptor.segmentLength(); base <= endPosition;
            base += descriptor.segmentLength())
        {
            count += Files.exists(descriptor.segmentFile(archiveDir, base)) ? 1 : 0;
        }
        return count;
    }

    /** @return bytes of those files. */
    public long fileLength()
    {
        long length = 0;
        try
        {
            for (long base = startPosition & -descriptor.segmentLength(); base <= endPosition;
                base += descriptor.segmentLength())
            {
                final Path file = descriptor.segmentFile(archiveDir, base);
                length += Files.exists(file) ? Files.size(file) : 0;
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot read the segment files of " + name(), ex);
        }
        return length;
    }
}
