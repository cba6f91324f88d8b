package io.tailrace.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.agrona.IoUtil;

/**
 * A fresh directory for one repetition, deleted with all its contents when it is closed.
 *
 * @param path of the directory.
 */
public record ScratchDirectory(Path path) implements AutoCloseable
{
    /**
     * Creates one.
     *
     * @param parent      where.
     * @param neededBytes that must be free there, so that a run does not fill the disk.
     * @throws IllegalStateException if less is free.
     */
    public static ScratchDirectory create(final Path parent, final long neededBytes)
    {
        try
        {
            Files.createDirectories(parent);
            final long freeBytes = Files.getFileStore(parent).getUsableSpace();
            if (freeBytes < neededBytes)
            {
                throw new IllegalStateException(
                    parent + ": " + freeBytes + " bytes free, expected at least " + neededBytes);
            }
            return new ScratchDirectory(Files.createTempDirectory(parent, "tailrace-perf-"));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close()
    {
        IoUtil.delete(path.toFile(), false);
    }
}
