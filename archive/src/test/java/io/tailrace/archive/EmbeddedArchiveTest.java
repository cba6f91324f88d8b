package io.tailrace.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.journal.RecordedLog;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class EmbeddedArchiveTest
{
    @RegisterExtension
    final TestArchive archive = new TestArchive();

    @Test
    void shouldReleaseEverythingWhenTheLaunchFails() throws IOException
    {
        final DataDirectory directory = DataDirectory.acquire(archive.dataDir());
        Files.createDirectory(directory.archiveDir().resolve("archive.catalog"));

        assertThrows(RuntimeException.class,
            () -> EmbeddedArchive.launch(directory, TestArchive.CONFIG, archive.errors()::add));
        assertFalse(DataDirectory.isLocked(archive.dataDir()));
        assertFalse(Files.exists(Path.of(directory.aeronDirectoryName())));
        archive.errors().clear();

        Files.delete(directory.archiveDir().resolve("archive.catalog"));
        assertEquals(32, archive.append(archive.start(), 0, 64));
    }

    @Test
    void shouldCloseTwiceAndReleaseTheLock()
    {
        final EmbeddedArchive embedded = archive.launch(TestArchive.CONFIG);
        assertTrue(DataDirectory.isLocked(archive.dataDir()));
        embedded.close();
        embedded.close();
        assertFalse(DataDirectory.isLocked(archive.dataDir()));
        assertTrue(embedded.aeron().isClosed());
    }

    @Test
    void shouldRecordWithDedicatedThreadsAndSurvivePowerLossLevel()
    {
        archive.launch(TestArchive.CONFIG.withDedicatedThreads(true).withDurability(Durability.POWER));
        final RecordedLog log = archive.openLog();
        for (int i = 0; i < 500; i++)
        {
            archive.append(log, i, 1000);
        }
        assertTrue(log.awaitDurable(TimeUnit.SECONDS.toNanos(20)));
    }

    @Test
    void shouldStartWithAFreshMarkFileAndAStaleAeronDirectory() throws IOException
    {
        final RecordedLog log = archive.start();
        archive.append(log, 0, 64);
        assertTrue(log.awaitDurable(TimeUnit.SECONDS.toNanos(20)));
        final Path aeronDir = Path.of(archive.archive().directory().aeronDirectoryName());
        final byte[] markFile = Files.readAllBytes(aeronDir.resolve("archive-mark.dat"));
        archive.stop();
        Files.write(archive.archiveDir().resolve("archive-mark.dat"), markFile);
        Files.createDirectories(aeronDir);
        Files.write(aeronDir.resolve("archive-mark.dat"), markFile);
        Files.write(aeronDir.resolve("cnc.dat"), new byte[100]);

        assertEquals(128, archive.append(archive.start(), 1, 64));
    }

    @Test
    void shouldKeepAnsweringTheLogAfterTheArchiveWasClosed()
    {
        final RecordedLog log = archive.start();
        archive.append(log, 0, 64);
        assertTrue(log.awaitDurable(TimeUnit.SECONDS.toNanos(20)));
        archive.archive().close();
        assertEquals(96, log.durablePosition());
        assertEquals(RecordedLog.LOST, log.append(new UnsafeBuffer(new byte[8]), 0, 8));
        assertFalse(log.isConnected());
        assertFalse(log.purgeBefore(Long.MAX_VALUE));
    }

    /**
     * Needs the right to mount a file system of two megabytes.
     */
    @Test
    void shouldSayLostBecauseTheDiskIsFull() throws Exception
    {
        Files.createDirectories(archive.archiveDir());
        Assumptions.assumeTrue(
            isDone("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", archive.archiveDir().toString()));
        try
        {
            final RecordedLog log = archive.start();
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
            buffer.setMemory(0, 4096, (byte) 1);
            TestArchive.await(() -> RecordedLog.LOST == log.append(buffer, 0, 4096), "append should be lost");
            TestArchive.await(() -> log.lostReason().contains("no space left"), log.lostReason());
            assertTrue(log.durablePosition() <= 2 << 20);
            archive.errors().clear();
            archive.stop();
            archive.errors().clear();
        }
        finally
        {
            assertTrue(isDone("umount", archive.archiveDir().toString()));
        }
    }

    private static boolean isDone(final String... command) throws InterruptedException
    {
        try
        {
            final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
            return process.waitFor(10, TimeUnit.SECONDS) && 0 == process.exitValue();
        }
        catch (final IOException ex)
        {
            return false;
        }
    }
}
