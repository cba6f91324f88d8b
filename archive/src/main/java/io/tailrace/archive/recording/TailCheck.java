package io.tailrace.archive.recording;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.file.StandardOpenOption.WRITE;

/**
 * Verifies the segment files of a recording before the archive starts, and removes a torn tail.
 * <p>
 * The archive appends blocks of frames to preallocated files of zeros. A killed process leaves a last block that is
 * cut at any byte; so the first frame that fails is a <em>torn tail</em> if no valid frame follows it anywhere.
 * Everything else is corruption, and fatal: bytes that were once durable have changed.
 * <p>
 * A machine that lost power may also have stored the pages of its last, unforced block in any order. Only where the
 * caller says so ({@code unforcedLength}), valid frames after a missing page are part of the torn tail, if that
 * page is all zeros and everything in doubt fits in one block.
 * <p>
 * Threading: one thread, under the lock of the data directory. Cost: reads two segments; all with {@code all}.
 */
public final class TailCheck
{
    private static final int PAGE_LENGTH = 4096;
    private static final long NONE = -1;

    private final Path archiveDir;
    private final RecordingDescriptor descriptor;
    private final Segments segments;
    private final Frames frames;
    private final UnsafeBuffer segment = new UnsafeBuffer(0, 0);
    private final long[] basePositions;
    private MappedByteBuffer mapping;
    private long lastPosition = NONE;

    private TailCheck(final Path archiveDir, final RecordingDescriptor descriptor)
    {
        this.archiveDir = archiveDir;
        this.descriptor = descriptor;
        segments = new Segments(archiveDir, descriptor);
        frames = new Frames(descriptor);
        basePositions = segments.basePositions();
    }

    /**
     * Verifies the last two segments that hold data. If the tail is torn, zeroes it and deletes the segment files
     * after it.
     *
     * @param archiveDir     directory of the segment files.
     * @param descriptor     of the recording.
     * @param unforcedLength longest block that may have been in flight to the device when the machine lost power; 0
     *                       if the recording does not claim to survive that.
     * @return what was found; the tail is clean now.
     * @throws CorruptRecordingException if a frame fails and valid ones follow it, or a segment file is missing.
     * @throws UncheckedIOException      if a file cannot be read or repaired.
     */
    public static TailReport repair(
        final Path archiveDir, final RecordingDescriptor descriptor, final int unforcedLength)
    {
        final TailCheck check = new TailCheck(archiveDir, descriptor);
        final TailReport report = check.run(false, unforcedLength);
        if (check.basePositions.length > 0)
        {
            check.restore(report);
            check.signPadding();
        }

        if (unforcedLength > 0 && check.basePositions.length > 0)
        {
            // What a killed process has written is whole but need not be on the device, and counts as durable from now.
            check.forceLastSegment();
        }

        return report;
    }

    /**
     * Verifies without writing. For a recording that is not being written; beside a running engine, read up to the
     * durable position with {@link RecordingReader} instead.
     *
     * @param archiveDir directory of the segment files.
     * @param descriptor of the recording.
     * @param all        every segment, not only the last two that hold data.
     * @return what was found.
     * @throws CorruptRecordingException if a frame fails and valid ones follow it, or a segment file is missing.
     */
    public static TailReport verify(final Path archiveDir, final RecordingDescriptor descriptor, final boolean all)
    {
        return new TailCheck(archiveDir, descriptor).run(all, 0);
    }

    /**
     * Writes a header without a length, which is no frame, at the end of a recording: the archive cuts a recording
     * only where it finds a header, and erases that. If it does not come to that, the header is a torn tail.
     *
     * @param archiveDir  directory of the segment files.
     * @param descriptor  of the recording.
     * @param endPosition where to cut, within a segment file that exists.
     * @throws UncheckedIOException if the file cannot be written.
     */
    public static void markCut(final Path archiveDir, final RecordingDescriptor descriptor, final long endPosition)
    {
        final Path file = descriptor.segmentFile(archiveDir, endPosition);
        try (FileChannel channel = FileChannel.open(file, WRITE))
        {
            channel.write(
                new Frames(descriptor).headerWithoutLength(endPosition), endPosition % descriptor.segmentLength());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot mark the end of recording " + descriptor.name(), ex);
        }
    }

    /**
     * Who dies just behind the end of a term leaves a padding frame at the end. The archive then takes it for
     * incomplete, since it has neither a body nor a checksum, and refuses to start; so it is given the checksum.
     */
    private void signPadding()
    {
        if (NONE == lastPosition)
        {
            return;
        }

        final int index = indexOf(lastPosition);
        final int offset = (int) (lastPosition - basePositions[index]);
        map(index);
        try (FileChannel channel = FileChannel.open(segments.fileAt(basePositions[index]), WRITE))
        {
            if (!Frames.isData(segment, offset))
            {
                channel.write(frames.checksumField(segment, offset), offset + Frames.CHECKSUM_OFFSET);
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot complete the last frame of recording " + descriptor.name(), ex);
        }
        finally
        {
            unmap();
        }
    }

    /**
     * Whether the archive can find the end of a recording that was not stopped. It reads the last segment in blocks,
     * each of which begins at a frame, and looks at the last frame in the block that it has read last: if the block
     * ended with that frame, it is the next one, which does not hold it, and the archive does not start.
     *
     * @param archiveDir  directory of the segment files.
     * @param descriptor  of the recording, whose tail is clean.
     * @param blockLength that the archive reads at once, bytes, not less than a frame.
     * @return whether the last frame lies within such a block, and is not its end.
     */
    public static boolean endsWithinBlock(
        final Path archiveDir, final RecordingDescriptor descriptor, final int blockLength)
    {
        final TailCheck check = new TailCheck(archiveDir, descriptor);
        return 0 == check.basePositions.length || check.endsWithinBlock(blockLength);
    }

    private boolean endsWithinBlock(final int blockLength)
    {
        final long base = basePositions[basePositions.length - 1];
        map(basePositions.length - 1);
        try
        {
            final int limit = segment.capacity();
            boolean isWithin = true;
            int block = 0;
            int offset = 0;
            int length = 1;
            while (offset < limit && length > 0)
            {
                length = frames.check(segment, offset, limit, base + offset);
                if (length > 0)
                {
                    offset += length;
                    final int blockEnd = Math.min(limit, block + blockLength);
                    isWithin = offset < blockEnd || offset == blockEnd && offset == limit;
                    block = offset < blockEnd ? block : offset;
                }
            }
            return isWithin;
        }
        finally
        {
            unmap();
        }
    }

    private void forceLastSegment()
    {
        final long last = basePositions[basePositions.length - 1];
        try (FileChannel channel =
            FileChannel.open(descriptor.segmentFile(archiveDir, last), WRITE))
        {
            channel.force(true);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private TailReport run(final boolean all, final int unforcedLength)
    {
        if (0 == basePositions.length)
        {
            return new TailReport(descriptor, 0, 0, 0, 0, 0, "");
        }

        try
        {
            final long dirtyEnd = dirtyEnd();
            final int lastIndex = indexOf(Math.max(basePositions[0], dirtyEnd - 1));
            final int firstIndex = all ? 0 : Math.max(0, lastIndex - 1);
            long position = basePositions[firstIndex];
            long frameCount = 0;
            int code = Frames.NO_FRAME;

            for (int i = firstIndex; i <= lastIndex && position == basePositions[i]; i++)
            {
                map(i);
                final long endOfSegment = position + descriptor.segmentLength();
                while (position < endOfSegment)
                {
                    code = frames.check(segment, (int) (position - basePositions[i]), segment.capacity(), position);
                    if (code <= 0)
                    {
                        break;
                    }
                    lastPosition = position;
                    position += code;
                    frameCount++;
                }
            }

            // A clean end may lie beyond the last byte that is not zero: payloads may end in zeros.
            final long tornLength = Math.max(0, dirtyEnd - position);
            if (tornLength > 0)
            {
                checkTorn(position, code, dirtyEnd, unforcedLength);
            }

            return new TailReport(descriptor, basePositions[0], basePositions[firstIndex], position, frameCount,
                tornLength, tornLength > 0 ? Frames.describe(code) : "");
        }
        finally
        {
            unmap();
        }
    }

    private void checkTorn(final long position, final int code, final long dirtyEnd, final int unforcedLength)
    {
        final long follower = nextValidFrame(position + Frames.FRAME_ALIGNMENT, dirtyEnd);
        if (NONE != follower)
        {
            final boolean isUnforced = dirtyEnd - position <= unforcedLength && hasLostPage(position, follower);
            if (!isUnforced)
            {
                throw new CorruptRecordingException(
                    descriptor.name(), segments.fileAt(segments.baseOf(position)), position,
                    Frames.describe(code) + ", but a valid frame follows at position " + follower);
            }
        }
    }

    /**
     * Position after the last byte of all files that is not zero; the first base position if there is none.
     */
    private long dirtyEnd()
    {
        for (int i = basePositions.length - 1; i >= 0; i--)
        {
            map(i);
            int end = segment.capacity();
            while (end >= Long.BYTES && 0 == end % Long.BYTES && 0 == segment.getLong(end - Long.BYTES))
            {
                end -= Long.BYTES;
            }
            while (end > 0 && 0 == segment.getByte(end - 1))
            {
                end--;
            }

            if (end > 0)
            {
                return basePositions[i] + end;
            }
        }

        return basePositions[0];
    }

    private long nextValidFrame(final long fromPosition, final long dirtyEnd)
    {
        long position = fromPosition;
        while (position < dirtyEnd)
        {
            final int index = indexOf(position);
            map(index);
            final long end = Math.min(dirtyEnd, basePositions[index] + descriptor.segmentLength());
            for (; position < end; position += Frames.FRAME_ALIGNMENT)
            {
                final int offset = (int) (position - basePositions[index]);
                if (frames.check(segment, offset, segment.capacity(), position) > 0)
                {
                    return position;
                }
            }
        }

        return NONE;
    }

    private boolean hasLostPage(final long position, final long follower)
    {
        for (long page = position & -PAGE_LENGTH; page < follower; page += PAGE_LENGTH)
        {
            final int index = indexOf(page);
            map(index);
            final int offset = (int) (page - basePositions[index]);
            if (isZero(offset, Math.min(segment.capacity(), offset + PAGE_LENGTH)))
            {
                return true;
            }
        }

        return false;
    }

    private boolean isZero(final int offset, final int end)
    {
        for (int i = offset; i < end; i++)
        {
            if (0 != segment.getByte(i))
            {
                return false;
            }
        }

        return true;
    }

    private void restore(final TailReport report)
    {
        final long endPosition = report.endPosition();
        final int lastIndex = basePositions.length - 1;
        final int endIndex = Math.min(lastIndex, indexOf(endPosition));
        try
        {
            if (report.isTorn())
            {
                final Path file = segments.fileAt(basePositions[endIndex]);
                cut(file, endPosition - basePositions[endIndex]);
                for (int i = lastIndex; i > endIndex; i--)
                {
                    Files.delete(segments.fileAt(basePositions[i]));
                }
                AtomicFile.forceDirectory(archiveDir);
            }
            else if (Files.size(segments.fileAt(basePositions[lastIndex])) < descriptor.segmentLength())
            {
                // Killed between creating the file and setting its length.
                cut(segments.fileAt(basePositions[lastIndex]), Math.max(0, endPosition - basePositions[lastIndex]));
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot repair the tail of recording " + descriptor.name(), ex);
        }
    }

    private void cut(final Path file, final long length) throws IOException
    {
        try (RandomAccessFile segmentFile = new RandomAccessFile(file.toFile(), "rw"))
        {
            segmentFile.setLength(Math.min(length, segmentFile.length()));
            segmentFile.setLength(descriptor.segmentLength());
            segmentFile.getChannel().force(true);
        }
    }

    private int indexOf(final long position)
    {
        return (int) ((position - basePositions[0]) / descriptor.segmentLength());
    }

    private void map(final int index)
    {
        unmap();
        mapping = segments.map(basePositions[index]);
        Segments.wrap(segment, mapping);
    }

    private void unmap()
    {
        Segments.unmap(segment, mapping);
        mapping = null;
    }
}
