package io.tailrace.archive.recording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * Replaces small files so that a reader, and a machine that lost power, finds either the old content or the new one.
 */
public final class AtomicFile
{
    private static final String TEMPORARY_SUFFIX = ".tmp";

    private AtomicFile()
    {
    }

    /**
     * Writes to a temporary file beside the target, forces it, renames it over the target and forces the directory.
     *
     * @param file    to create or replace.
     * @param content all of it.
     * @throws UncheckedIOException if any step failed; the old content is then still in place.
     */
    public static void write(final Path file, final byte[] content)
    {
        final Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
        try
        {
            try (FileChannel channel = FileChannel.open(temporary, CREATE, WRITE, TRUNCATE_EXISTING))
            {
                final ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining())
                {
                    channel.write(buffer);
                }
                channel.force(true);
            }

            Files.move(temporary, file, ATOMIC_MOVE, REPLACE_EXISTING);
            forceDirectory(file.toAbsolutePath().getParent());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot write " + file, ex);
        }
    }

    /**
     * Makes creations, renames and deletions in a directory durable.
     *
     * @param dir to force.
     * @throws IOException if the directory cannot be opened or forced.
     */
    public static void forceDirectory(final Path dir) throws IOException
    {
        try (FileChannel channel = FileChannel.open(dir, READ))
        {
            channel.force(true);
        }
    }
}
