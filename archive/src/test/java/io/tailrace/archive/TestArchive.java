package io.tailrace.archive;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.exceptions.AeronEvent;
import io.tailrace.archive.journal.RecordedLog;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

/**
 * A data directory under {@code target}, and real archives on it. Small lengths, so that terms and segments roll.
 * Fails a test during which an error other than an expected event reached the error handler.
 */
public final class TestArchive implements BeforeEachCallback, AfterEachCallback
{
    public static final String NAME = "journal";
    public static final int STREAM_ID = 1100;
    public static final int TERM_LENGTH = 64 * 1024;
    public static final int SEGMENT_LENGTH = 256 * 1024;
    public static final int MTU = 8 * 1024;
    public static final ArchiveConfig CONFIG =
        ArchiveConfig.defaults().withLengths(TERM_LENGTH, SEGMENT_LENGTH, MTU);

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[MTU]);
    private Path dataDir;
    private EmbeddedArchive archive;
    private RecordedLog log;

    public static void await(final BooleanSupplier condition, final String what)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                fail("timed out: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    @Override
    public void beforeEach(final ExtensionContext context)
    {
        try
        {
            final Path base = Files.createDirectories(Path.of("target", "data"));
            dataDir = Files.createTempDirectory(base, "it-").toRealPath();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void afterEach(final ExtensionContext context)
    {
        stop();
        if (context.getExecutionException().isEmpty())
        {
            IoUtil.delete(dataDir.toFile(), true);
            assertTrue(errors.isEmpty(), () -> "errors: " + errors);
        }
    }

    public Path dataDir()
    {
        return dataDir;
    }

    public Path archiveDir()
    {
        return dataDir.resolve("archive");
    }

    public EmbeddedArchive archive()
    {
        return archive;
    }

    public List<Throwable> errors()
    {
        return errors;
    }

    public List<String> events()
    {
        return events;
    }

    public EmbeddedArchive launch(final ArchiveConfig config)
    {
        archive = EmbeddedArchive.launch(DataDirectory.acquire(dataDir), config, this::onError);
        return archive;
    }

    public RecordedLog start()
    {
        launch(CONFIG);
        return openLog();
    }

    public RecordedLog openLog()
    {
        log = RecordedLog.open(archive, NAME, STREAM_ID, TERM_LENGTH);
        return log;
    }

    public void stop()
    {
        if (null != log)
        {
            log.close();
            log = null;
        }

        if (null != archive)
        {
            final File aeronDir = new File(archive.directory().aeronDirectoryName());
            archive.close();
            archive = null;
            assertEquals(false, aeronDir.exists(), "Aeron directory is left behind");
        }
    }

    /**
     * Appends one frame of {@code length} bytes that begins with the sequence and ends with its complement.
     */
    public long append(final RecordedLog recordedLog, final long sequence, final int length)
    {
        fill(message, sequence, length);
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (true)
        {
            final long position = recordedLog.append(message, 0, length);
            if (position >= 0)
            {
                return position;
            }

            if (RecordedLog.LOST == position || System.nanoTime() - deadlineNs > 0)
            {
                return fail("append: " + position + " " + recordedLog.lostReason());
            }
            Thread.onSpinWait();
        }
    }

    public static void fill(final UnsafeBuffer buffer, final long sequence, final int length)
    {
        buffer.setMemory(0, length, (byte) sequence);
        buffer.putLong(0, sequence);
        if (length >= 16)
        {
            buffer.putLong(length - 8, ~sequence);
        }
    }

    private void onError(final Throwable error)
    {
        if (error instanceof AeronEvent)
        {
            events.add(error.getMessage());
        }
        else
        {
            errors.add(error);
        }
    }
}
