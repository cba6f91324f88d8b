package io.tailrace.archive.recording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

import static java.nio.file.StandardOpenOption.READ;

/**
 * The segment files of one recording: {@code RECORDING_ID-BASE_POSITION.rec}, each as long as the next is away.
 */
final class Segments
{
    private static final String SUFFIX = ".rec";

    private final Path archiveDir;
    private final RecordingDescriptor descriptor;

    Segments(final Path archiveDir, final RecordingDescriptor descriptor)
    {
        this.archiveDir = archiveDir;
        this.descriptor = descriptor;
    }

    Path fileAt(final long basePosition)
    {
        return descriptor.segmentFile(archiveDir, basePosition);
    }

    long baseOf(final long position)
    {
        return position & -descriptor.segmentLength();
    }

    /**
     * Base positions of all files, ascending.
     *
     * @throws CorruptRecordingException if one between the first and the last is missing, or a name is no base
     *                                   position.
     */
    long[] basePositions()
    {
        final String prefix = descriptor.recordingId() + "-";
        final long[] bases;
        if (!Files.isDirectory(archiveDir))
        {
            return new long[0];
        }

        try (Stream<Path> files = Files.list(archiveDir))
        {
            bases = files
                .map((file) -> file.getFileName().toString())
                .filter((name) -> name.startsWith(prefix) && name.endsWith(SUFFIX))
                .mapToLong((name) -> basePosition(name, name.substring(prefix.length(), name.length() - 4)))
                .sorted()
                .toArray();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot list " + archiveDir, ex);
        }

        for (int i = 1; i < bases.length; i++)
        {
            final long expected = bases[i - 1] + descriptor.segmentLength();
            if (bases[i] != expected)
            {
                throw new CorruptRecordingException(
                    descriptor.name(), fileAt(expected), expected, "segment file is missing");
            }
        }

        return bases;
    }

    /**
     * Maps a segment file for reading, as far as it exists.
     *
     * @return the mapping, to be freed by {@link #unmap}; shorter than a segment if the file is.
     * @throws CorruptRecordingException if the file is missing or longer than a segment.
     */
    MappedByteBuffer map(final long basePosition)
    {
        final Path file = fileAt(basePosition);
        try (FileChannel channel = FileChannel.open(file, READ))
        {
            final long length = channel.size();
            if (length > descriptor.segmentLength())
            {
                throw new CorruptRecordingException(descriptor.name(), file, basePosition,
                    "file has " + length + " bytes, expected " + descriptor.segmentLength());
            }

            return channel.map(FileChannel.MapMode.READ_ONLY, 0, length);
        }
        catch (final NoSuchFileException ex)
        {
            final long[] bases = basePositions();
            throw new CorruptRecordingException(descriptor.name(), file, basePosition,
                bases.length > 0 && bases[0] > basePosition ? "segment file was purged" : "segment file is missing");
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot map " + file, ex);
        }
    }

    static void wrap(final UnsafeBuffer buffer, final MappedByteBuffer mapping)
    {
        if (0 == mapping.capacity())
        {
            buffer.wrap(0, 0);
        }
        else
        {
            buffer.wrap(mapping);
        }
    }

    static void unmap(final UnsafeBuffer buffer, final MappedByteBuffer mapping)
    {
        buffer.wrap(0, 0);
        if (null != mapping)
        {
            BufferUtil.free(mapping);
        }
    }

    private long basePosition(final String fileName, final String digits)
    {
        if (digits.matches("[0-9]{1,18}"))
        {
            final long position = Long.parseLong(digits);
            if (baseOf(position) == position)
            {
                return position;
            }
        }

        throw new CorruptRecordingException(descriptor.name(), archiveDir.resolve(fileName), 0,
            "file name holds no multiple of the segment length " + descriptor.segmentLength());
    }
}
