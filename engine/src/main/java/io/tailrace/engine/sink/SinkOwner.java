package io.tailrace.engine.sink;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import io.tailrace.archive.recording.AtomicFile;
import org.agrona.CloseHelper;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

/**
 * Who writes the files of a sink: one writer at a time, and for ever the engine of one data directory.
 * <pre>
 *   NAME.lock   locked while they are written
 *   NAME.sink   id of the data directory whose results they are
 * </pre>
 * Threading: any.
 */
final class SinkOwner implements AutoCloseable
{
    /** A lock of the process ends when it closes any descriptor of the file: one of our own must not even be opened. */
    private static final Set<Path> OWNED = new HashSet<>();

    private final Path lockFile;
    private final FileChannel channel;

    private SinkOwner(final Path lockFile, final FileChannel channel)
    {
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /**
     * Takes the files of a sink.
     *
     * @throws IOException   if somebody else writes them now.
     * @throws SinkException if they hold results of another data directory.
     */
    static SinkOwner take(final Path dir, final String name, final String dataId) throws IOException
    {
        synchronized (OWNED)
        {
            final Path lockFile = dir.toRealPath().resolve(name + ".lock");
            if (OWNED.contains(lockFile))
            {
                throw taken(lockFile);
            }
            final FileChannel channel = FileChannel.open(lockFile, CREATE, WRITE);
            try
            {
                if (null == channel.tryLock())
                {
                    throw taken(lockFile);
                }
                requireSame(dir.resolve(name + ".sink"), dataId);
            }
            catch (final Throwable ex)
            {
                CloseHelper.quietClose(channel);
                throw ex;
            }
            OWNED.add(lockFile);
            return new SinkOwner(lockFile, channel);
        }
    }

    @Override
    public void close()
    {
        synchronized (OWNED)
        {
            OWNED.remove(lockFile);
            CloseHelper.quietClose(channel);
        }
    }

    private static void requireSame(final Path file, final String dataId) throws IOException
    {
        if (!Files.exists(file))
        {
            AtomicFile.write(file, (dataId + "\n").getBytes(StandardCharsets.UTF_8));
            return;
        }
        final String found = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (!found.equals(dataId))
        {
            throw new SinkException(file + " says that these are results of data directory " + found +
                ", but this one is " + dataId + "; give the sink another name or dir, or move its files away");
        }
    }

    private static IOException taken(final Path lockFile)
    {
        return new IOException(lockFile + " is locked: another sink of this name writes there");
    }
}
