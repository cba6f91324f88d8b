package io.tailrace.engine.retention;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

import io.tailrace.archive.recording.RecordingDescriptor;

/**
 * Usage of a data directory by the lengths of its files. Segments of running recordings are left out: they are as
 * long as they will be from the moment they are created, and take room as they are written.
 */
final class DirectoryUsage implements DiskUsage
{
    private static final String SEGMENT_SUFFIX = ".rec";

    private final Path dir;
    private final List<String> segmentPrefixes;
    private final FileStore store;

    DirectoryUsage(final Path dir, final List<RecordingDescriptor> recordings)
    {
        this.dir = dir;
        segmentPrefixes = recordings.stream().map(recording -> recording.recordingId() + "-").toList();
        try
        {
            store = Files.getFileStore(dir);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot find the file system of " + dir, ex);
        }
    }

    @Override
    public long otherFiles()
    {
        final Sum sum = new Sum();
        try
        {
            Files.walkFileTree(dir, sum);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot measure " + dir, ex);
        }
        return sum.length;
    }

    @Override
    public long free()
    {
        try
        {
            return store.getUsableSpace();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot measure the file system of " + dir, ex);
        }
    }

    private boolean isSegment(final String fileName)
    {
        return fileName.endsWith(SEGMENT_SUFFIX) && segmentPrefixes.stream().anyMatch(fileName::startsWith);
    }

    private final class Sum extends SimpleFileVisitor<Path>
    {
        private long length;

        @Override
        public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes)
        {
            length += isSegment(file.getFileName().toString()) ? 0 : attributes.size();
            return FileVisitResult.CONTINUE;
        }

        /** A file may go while we look. */
        @Override
        public FileVisitResult visitFileFailed(final Path file, final IOException ex)
        {
            return FileVisitResult.CONTINUE;
        }
    }
}
