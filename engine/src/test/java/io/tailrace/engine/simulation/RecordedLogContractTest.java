package io.tailrace.engine.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.journal.RecordedLog;
import org.agrona.CloseHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

/** The log of the archive is one. */
class RecordedLogContractTest extends MessageLogContract
{
    private static final int TERM_LENGTH = 64 * 1024;
    private static final int SEGMENT_LENGTH = 256 * 1024;
    private static final int MTU = 8 * 1024;
    private static final int STREAM_ID = 1100;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    private Path base;

    private int lives;
    private EmbeddedArchive archive;
    private RecordedLog log;

    @AfterEach
    void stop()
    {
        CloseHelper.closeAll(log, archive);
    }

    @Override
    MessageLog open()
    {
        stop();
        launch();
        return log;
    }

    /**
     * What a kill would leave: the files as they are at this moment, elsewhere. The newest segment is copied first, so
     * that none before it has a hole that the archive filled later.
     */
    @Override
    MessageLog crash()
    {
        final Path from = archive.directory().dir();
        final Path to = dir(lives + 1);
        try (Stream<Path> walk = Files.walk(from))
        {
            final List<Path> files = walk.filter(Files::isRegularFile)
                .filter(file -> !file.getFileName().toString().equals("lock"))
                .sorted(Comparator.comparingLong(RecordedLogContractTest::segment).reversed())
                .toList();
            for (final Path file : files)
            {
                final Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        catch (final IOException ex)
        {
            fail(ex);
        }
        stop();
        lives++;
        launch();
        return log;
    }

    @Override
    void lose(final MessageLog lost)
    {
        assertTrue(archive.client().tryStopRecordingByIdentity(log.descriptor().recordingId()));
    }

    @Override
    void await(final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean())
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                fail("never");
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    @Override
    int termLength()
    {
        return TERM_LENGTH;
    }

    private void launch()
    {
        archive = EmbeddedArchive.launch(
            DataDirectory.acquire(dir(lives)),
            ArchiveConfig.defaults().withLengths(TERM_LENGTH, SEGMENT_LENGTH, MTU),
            error -> { },
            EmbeddedArchive::newIdleStrategy);
        log = RecordedLog.open(archive, "journal", STREAM_ID, TERM_LENGTH);
    }

    private Path dir(final int life)
    {
        return base.resolve("life-" + life);
    }

    /** Segment files are named by recording and base position: {@code 0-262144.rec}. */
    private static long segment(final Path file)
    {
        final String name = file.getFileName().toString();
        return name.endsWith(".rec") ? Long.parseLong(name.substring(name.indexOf('-') + 1, name.length() - 4)) : -1;
    }
}
