package io.tailrace.engine.monitor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

import org.agrona.ErrorHandler;
import org.agrona.IoUtil;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.errors.DistinctErrorLog;

/**
 * Every distinct error with its stack, count, first and last time, in {@code errors.dat} of the data directory:
 * Agrona's distinct error log, readable while the engine runs and after it was killed. The file of an earlier run
 * becomes {@code errors.previous.dat} at the first error of this one.
 * <p>
 * Threading: any. Memory: the file is mapped, {@link #LENGTH} bytes; errors that no longer fit are only counted.
 */
public final class ErrorFile implements ErrorHandler, AutoCloseable
{
    /** Name in the data directory. */
    public static final String FILE_NAME = "errors.dat";
    /** Name of the file of an earlier run. */
    public static final String PREVIOUS_FILE_NAME = "errors.previous.dat";
    /** Bytes of the file. */
    public static final int LENGTH = 1 << 20;

    private final Path dataDir;
    private final ErrorHandler delegate;
    private MappedByteBuffer mapped;
    private DistinctErrorLog log;
    private volatile long count;
    private boolean isClosed;

    /**
     * @param dataDir  directory in which the file is created when there is an error.
     * @param delegate told of every error after it was kept.
     */
    public ErrorFile(final Path dataDir, final ErrorHandler delegate)
    {
        this.dataDir = dataDir;
        this.delegate = Objects.requireNonNull(delegate, "delegate");
    }

    @Override
    public void onError(final Throwable throwable)
    {
        try
        {
            keep(throwable);
        }
        catch (final RuntimeException ex)
        {
            // Whoever reads the log must learn of the error itself, and of why it is not in the file.
            throwable.addSuppressed(ex);
        }
        delegate.onError(throwable);
    }

    /** @return errors of this run, also those that were alike. */
    public long count()
    {
        return count;
    }

    /** Unmaps the file; errors that come later are only passed on. */
    @Override
    public synchronized void close()
    {
        isClosed = true;
        log = null;
        IoUtil.unmap(mapped);
        mapped = null;
    }

    private synchronized void keep(final Throwable throwable)
    {
        count = count + 1;
        if (isClosed)
        {
            return;
        }
        if (null == log)
        {
            mapped = map(dataDir);
            log = new DistinctErrorLog(new UnsafeBuffer(mapped), SystemEpochClock.INSTANCE);
        }
        log.record(throwable);
    }

    private static MappedByteBuffer map(final Path dataDir)
    {
        final Path file = dataDir.resolve(FILE_NAME);
        try
        {
            if (Files.exists(file))
            {
                Files.move(file, dataDir.resolve(PREVIOUS_FILE_NAME), StandardCopyOption.REPLACE_EXISTING);
            }
            try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))
            {
                // Takes the room now: a full disk must not fault a write to the mapping later.
                fill(channel);
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
            }
        }
        catch (final IOException ex)
        {
            deleteRemains(file, ex);
            throw new UncheckedIOException("cannot map " + file, ex);
        }
    }

    private static void fill(final FileChannel channel) throws IOException
    {
        final ByteBuffer zeros = ByteBuffer.allocate(LENGTH);
        while (zeros.hasRemaining())
        {
            channel.write(zeros);
        }
    }

    /** What found no room must not take the place of the file of an earlier run with the next error. */
    private static void deleteRemains(final Path file, final IOException ex)
    {
        try
        {
            Files.deleteIfExists(file);
        }
        catch (final IOException deleteFailure)
        {
            ex.addSuppressed(deleteFailure);
        }
    }
}
