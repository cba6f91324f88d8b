package io.tailrace.engine.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * Data directory of one demo: fresh, and deleted at the end unless somebody wants it.
 *
 * @param path   of the directory.
 * @param isKept whether it stays.
 */
record DemoDirectory(Path path, boolean isKept) implements AutoCloseable
{
    /**
     * @param named  directory to use, which then stays; null: a new one for temporary files.
     * @param isKept whether a new one stays.
     * @return the directory, empty.
     * @throws DemoException if the named one is not empty or cannot be made.
     */
    static DemoDirectory create(final Path named, final boolean isKept)
    {
        try
        {
            if (null == named)
            {
                return new DemoDirectory(Files.createTempDirectory("tailrace-demo-"), isKept);
            }
            Files.createDirectories(named);
            if (!isEmpty(named))
            {
                throw new DemoException("--data-dir=" + named + " is not empty, expected a new or an empty directory");
            }
            return new DemoDirectory(named, true);
        }
        catch (final IOException ex)
        {
            throw new DemoException(
                "--data-dir=" + named + " cannot be made (" + ex + "), expected a new or an empty directory");
        }
    }

    @Override
    public void close()
    {
        if (!isKept)
        {
            // An interrupted demo may come here twice at once, at its own end and at that of the process.
            synchronized (DemoDirectory.class)
            {
                if (Files.exists(path))
                {
                    delete();
                }
            }
        }
    }

    private void delete()
    {
        try
        {
            Files.walkFileTree(path, new SimpleFileVisitor<>()
            {
                @Override
                public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
                    throws IOException
                {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(final Path file, final IOException failed) throws IOException
                {
                    if (failed instanceof NoSuchFileException)
                    {
                        // The archive deletes files of its own as it ends.
                        return FileVisitResult.CONTINUE;
                    }
                    throw failed;
                }

                @Override
                public FileVisitResult postVisitDirectory(final Path directory, final IOException failed)
                    throws IOException
                {
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private static boolean isEmpty(final Path directory) throws IOException
    {
        try (Stream<Path> files = Files.list(directory))
        {
            return files.findAny().isEmpty();
        }
        catch (final NotDirectoryException ex)
        {
            return false;
        }
    }
}
