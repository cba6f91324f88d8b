package io.tailrace.engine.send;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.IoUtil;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * A small media driver of a sender's own, whose directory lies in shared memory, is named after this process and is
 * gone when the driver is closed.
 */
final class OwnDriver implements AutoCloseable
{
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final int TERM_LENGTH = 1024 * 1024;
    private static final long LINGER_NS = TimeUnit.SECONDS.toNanos(1);

    private final String directory;
    private final MediaDriver driver;

    private OwnDriver(final String directory, final MediaDriver driver)
    {
        this.directory = directory;
        this.driver = driver;
    }

    static OwnDriver launch()
    {
        final String base =
            Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY.toString() : System.getProperty("java.io.tmpdir");
        final String directory = base + File.separator + "tailrace-send-" + ProcessHandle.current().pid() + "-" +
            UUID.randomUUID().toString().substring(0, 8);
        try
        {
            return new OwnDriver(directory, MediaDriver.launch(new MediaDriver.Context()
                .aeronDirectoryName(directory)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(
                    100, 10, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MICROSECONDS.toNanos(100)))
                .publicationTermBufferLength(TERM_LENGTH)
                .publicationLingerTimeoutNs(LINGER_NS)
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .errorHandler(error -> { })));
        }
        catch (final RuntimeException ex)
        {
            IoUtil.delete(new File(directory), true);
            throw ex;
        }
    }

    /** @return name of the directory. */
    String directory()
    {
        return directory;
    }

    @Override
    public void close()
    {
        driver.close();
        IoUtil.delete(new File(directory), true);
    }
}
