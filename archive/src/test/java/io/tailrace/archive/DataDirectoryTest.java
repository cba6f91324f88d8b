package io.tailrace.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.journal.AppenderProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class DataDirectoryTest
{
    @TempDir
    Path base;

    @Test
    void shouldRefuseASecondOwnerInTheSameProcessAndNameIt()
    {
        final Path dir = base.resolve("data");
        try (DataDirectory directory = DataDirectory.acquire(dir))
        {
            final DataDirectoryLockedException ex =
                assertThrows(DataDirectoryLockedException.class, () -> DataDirectory.acquire(dir));
            assertEquals(directory.dir(), ex.dir());
            assertEquals(ProcessHandle.current().pid(), ex.pid());
            assertTrue(ex.getMessage().contains(directory.dir().toString()));
            assertTrue(DataDirectory.isLocked(dir));
        }
        assertFalse(DataDirectory.isLocked(dir));
        DataDirectory.acquire(dir).close();
    }

    @Test
    void shouldRecogniseItsOwnDirectoryBehindASymbolicLink() throws IOException
    {
        final Path dir = Files.createDirectory(base.resolve("data"));
        final Path link = Files.createSymbolicLink(base.resolve("link"), dir);
        try (DataDirectory directory = DataDirectory.acquire(link))
        {
            assertEquals(dir.toRealPath(), directory.dir());
            assertThrows(DataDirectoryLockedException.class, () -> DataDirectory.acquire(dir));
        }
    }

    @Test
    void shouldRefuseASecondOwnerInAnotherProcessEvenAfterProbing() throws Exception
    {
        final Path dir = base.resolve("data");
        try (DataDirectory directory = DataDirectory.acquire(dir))
        {
            assertTrue(DataDirectory.isLocked(dir));
            assertThrows(DataDirectoryLockedException.class, () -> DataDirectory.acquire(dir));

            final Process process = AppenderProcess.launch(directory.dir(), Durability.PROCESS);
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
            assertNotEquals(0, process.exitValue());
            final String output = Files.readString(dir.resolve("appender.log"));
            assertTrue(output.contains("is in use by process " + ProcessHandle.current().pid()), output);
        }
    }

    @Test
    void shouldNameTheOwnerInAnotherProcessAndBeFreeWhenItIsKilled() throws Exception
    {
        final Path dir = Files.createDirectories(base.resolve("data"));
        final Process process = AppenderProcess.launch(dir, Durability.PROCESS);
        try
        {
            TestArchive.await(() -> DataDirectory.isLocked(dir) || !process.isAlive(), "owner");
            assertTrue(process.isAlive(), "probing must not keep an owner from starting");
            TestArchive.await(() -> process.pid() == assertThrows(
                DataDirectoryLockedException.class, () -> DataDirectory.acquire(dir)).pid(), "pid");
        }
        finally
        {
            process.destroyForcibly();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        }
        assertFalse(DataDirectory.isLocked(dir));

        // Removes what the killed driver left in shared memory.
        final EmbeddedArchive archive = EmbeddedArchive.launch(
            DataDirectory.acquire(dir), TestArchive.CONFIG, Throwable::printStackTrace);
        archive.close();
        assertFalse(Files.exists(Path.of(DataDirectory.recordedAeronDirectoryName(dir))));
    }

    @Test
    void shouldNotCallADirectoryLockedThatNobodyEverOwned()
    {
        assertFalse(DataDirectory.isLocked(base.resolve("nothing")));
        assertFalse(DataDirectory.isLocked(base));
    }

    @Test
    void shouldRecordOneAeronDirectoryForEachDataDirectory()
    {
        try (DataDirectory one = DataDirectory.acquire(base.resolve("one"));
            DataDirectory two = DataDirectory.acquire(base.resolve("two")))
        {
            assertNotEquals(one.aeronDirectoryName(), two.aeronDirectoryName());
            assertEquals(one.aeronDirectoryName(), DataDirectory.recordedAeronDirectoryName(one.dir()));
            assertTrue(Files.isDirectory(one.archiveDir()));
        }
        try (DataDirectory again = DataDirectory.acquire(base.resolve("one")))
        {
            assertEquals(again.aeronDirectoryName(), DataDirectory.recordedAeronDirectoryName(base.resolve("one")));
        }
        assertEquals(List.of(false, false), List.of(
            DataDirectory.isLocked(base.resolve("one")), DataDirectory.isLocked(base.resolve("two"))));
    }
}
