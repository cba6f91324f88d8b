package io.tailrace.engine.retention;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.archive.recording.RecordingDescriptor;

/**
 * Usage of a data directory by the lengths of its files. Segments of running recordings are left out: they are as
 * long as they will be from the moment they are created, and take room as they are written.
 */
final class DirectoryUsage implements DiskUsage
{
    private static final String SEGMENT_SUFFIX = ".rec";

    private final File dir;
    private final String[] segmentPrefixes;
    private final FileStore store;

    DirectoryUsage(final Path dir, final List<RecordingDescriptor> recordings)
    {
        this.dir = dir.toFile();
        segmentPrefixes = recordings.stream().map(recording -> recording.recordingId() + "-")
            .toArray(String[]::new);
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
        if (!dir.isDirectory())
        {
            throw new UncheckedIOException(new IOException("cannot measure " + dir));
        }
        return lengthOf(dir);
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

    /** By names, and without attributes of segments: the walk through paths allocates several times as much. */
    private long lengthOf(final File directory)
    {
        final String[] names = directory.list();
        long length = 0;
        for (int i = 0; null != names && i < names.length; i++)
        {
            if (!isSegment(names[i]))
            {
                final File file = new File(directory, names[i]);
                // 0 if it has gone while we look; what a directory takes itself is not counted.
                length += !file.isDirectory() ? file.length() : isLink(file) ? 0 : lengthOf(file);
            }
        }
        return length;
    }

    /** What is elsewhere is not ours, and may lead back here. */
    private static boolean isLink(final File directory)
    {
        return Files.isSymbolicLink(directory.toPath());
    }

    private boolean isSegment(final String fileName)
    {
        if (fileName.endsWith(SEGMENT_SUFFIX))
        {
            for (int i = 0; i < segmentPrefixes.length; i++)
            {
                if (fileName.startsWith(segmentPrefixes[i]))
                {
                    return true;
                }
            }
        }
        return false;
    }
}
