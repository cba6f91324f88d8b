package io.tailrace.archive.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tailrace.archive.checkpoint.TestCheckpoints.meta;
import static io.tailrace.archive.checkpoint.TestCheckpoints.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class CheckpointDirectoryTest
{
    @TempDir
    Path dataDir;

    @Test
    void shouldCreateItsDirectoryAndRemoveWhatAKilledProcessLeft() throws IOException
    {
        assertEquals(List.of(), CheckpointDirectory.list(dataDir.resolve("nothing")));
        final CheckpointDirectory killed = CheckpointDirectory.open(dataDir);
        write(killed, 1, 1, 0);
        final CheckpointWriter writer = killed.begin(meta(2, 1, 1));
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[3 * 1024 * 1024]);
        writer.append(payload, 0, payload.capacity());
        final Path stranger = Files.writeString(dirOf().resolve("notes.tmp"), "not ours");

        // Neither completed nor closed: the process is gone.
        assertEquals(List.of(1L), numbers(CheckpointDirectory.list(dataDir)));
        assertTrue(Files.exists(fileOf(2, ".tmp")), "listing writes nothing");

        final CheckpointDirectory directory = CheckpointDirectory.open(dataDir);
        assertFalse(Files.exists(fileOf(2, ".tmp")));
        assertTrue(Files.exists(stranger));
        assertEquals(List.of(1L), numbers(directory.entries()));
        assertEquals(meta(1, 1, 0), directory.candidates().get(0).newest());
        write(directory, 2, 1, 1);
        assertEquals(List.of(fileOf(1, ""), fileOf(2, "")), directory.candidates().get(0).files());
    }

    @Test
    void shouldListByNumberAndIgnoreOtherNames() throws IOException
    {
        final CheckpointDirectory directory = CheckpointDirectory.open(dataDir);
        assertEquals(1, directory.nextNumber());
        write(directory, 9, 1, 0);
        write(directory, 10, 1, 1);
        write(directory, 11, 2, 0);
        assertEquals(12, directory.nextNumber());
        for (final String name : List.of("1.checkpoint", "00000000000000000001.checkpoint.bak",
            "0000000000000000000a.checkpoint", "09999999999999999999.checkpoint", "99999999999999999999.checkpoint"))
        {
            Files.writeString(dirOf().resolve(name), "other");
        }

        assertEquals(List.of(9L, 10L, 11L), numbers(directory.entries()));
        assertEquals(List.of(9L, 10L, 11L), numbers(CheckpointDirectory.list(dataDir)));
        assertEquals(12, CheckpointDirectory.open(dataDir).nextNumber());
        final CheckpointEntry entry = directory.entries().get(1);
        assertEquals(Optional.of(meta(10, 1, 1)), entry.meta());
        assertEquals(Files.size(fileOf(10, "")), entry.length());
        assertFalse(entry.isDamaged());
    }

    @Test
    void shouldBeginOnlyWhatFollows()
    {
        final CheckpointDirectory directory = CheckpointDirectory.open(dataDir);
        assertThrows(CorruptCheckpointException.class, () -> directory.begin(meta(5, 1, 1)));
        write(directory, 5, 1, 0);
        assertThrows(IllegalArgumentException.class, () -> directory.begin(meta(5, 2, 0)));
        assertThrows(IllegalArgumentException.class, () -> directory.begin(meta(4, 2, 0)));
        assertThrows(IllegalArgumentException.class, () -> directory.begin(meta(7, 2, 0)));
        assertThrows(IllegalArgumentException.class, () -> directory.begin(meta(6, 2, 1)));
        assertThrows(IllegalArgumentException.class, () -> directory.begin(meta(6, 1, 2)));
        final CheckpointMeta before = new CheckpointMeta(6, 1, 1, 4999, 0, 0, 0, 0, 0, "");
        assertThrows(IllegalArgumentException.class, () -> directory.begin(before));

        try (CheckpointWriter writer = directory.begin(meta(6, 1, 1)))
        {
            assertEquals(meta(6, 1, 1), writer.meta());
            assertThrows(IllegalStateException.class, () -> directory.begin(meta(6, 1, 1)));
        }
        write(directory, 6, 1, 1);
    }

    @Test
    void shouldNotBeginAnIncrementUponADamagedFile() throws IOException
    {
        final CheckpointDirectory directory = CheckpointDirectory.open(dataDir);
        final Path full = write(directory, 1, 1, 0);
        Files.write(full, Arrays.copyOf(Files.readAllBytes(full), 200));
        final CorruptCheckpointException ex =
            assertThrows(CorruptCheckpointException.class, () -> directory.begin(meta(2, 1, 1)));
        assertEquals(full, ex.file());
        write(directory, 2, 2, 0);
        assertEquals(1, directory.candidates().size());
    }

    @Test
    void shouldOfferEachCheckpointWithAllItsFilesNewestFirst()
    {
        final CheckpointDirectory directory = twoChains();
        final List<CheckpointChain> candidates = directory.candidates();
        assertEquals(
            List.of(meta(6, 2, 2), meta(5, 2, 1), meta(4, 2, 0), meta(3, 1, 2), meta(2, 1, 1), meta(1, 1, 0)),
            candidates.stream().map(CheckpointChain::newest).toList());
        assertEquals(List.of(fileOf(4, ""), fileOf(5, ""), fileOf(6, "")), candidates.get(0).files());
        assertEquals(List.of(fileOf(1, "")), candidates.get(5).files());
        assertEquals(3, candidates.get(3).size());
        for (final CheckpointChain chain : candidates)
        {
            assertEquals("", chain.verify());
        }

        for (int i = 0; i < 3; i++)
        {
            try (CheckpointReader reader = candidates.get(0).open(i))
            {
                assertEquals(meta(4 + i, 2, i), reader.meta());
                TestCheckpoints.assertFrames(
                    TestCheckpoints.frames(4 + i, 5, 300), TestCheckpoints.readAll(reader), "file " + i);
            }
        }
    }

    @Test
    void shouldNotOfferAnIncrementWhoseChainHasAHole() throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        Files.delete(fileOf(5, ""));
        assertEquals(List.of(4L, 3L, 2L, 1L), newest(directory));
        Files.delete(fileOf(4, ""));
        assertEquals(List.of(3L, 2L, 1L), newest(directory));
        Files.delete(fileOf(1, ""));
        assertEquals(List.of(), newest(directory));
        assertEquals(List.of(2L, 3L, 6L), numbers(directory.entries()));
    }

    @Test
    void shouldNotOfferAFileUnderTheNameOfAnother() throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        Files.move(fileOf(5, ""), fileOf(5, ".moved"));
        Files.move(fileOf(2, ""), fileOf(5, ""));
        Files.move(fileOf(5, ".moved"), fileOf(2, ""));
        assertEquals(List.of(4L, 1L), newest(directory));
        final CheckpointEntry entry = directory.entries().get(1);
        assertTrue(entry.damage().contains("it is checkpoint 5"), entry::damage);
        assertEquals(entry.damage(), entry.verify());
        assertEquals(Optional.of(meta(5, 2, 1)), entry.meta());
    }

    @Test
    void shouldNotOfferAnIncrementUponAFileOfAnotherRun(@TempDir final Path otherDir) throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        final CheckpointDirectory other = CheckpointDirectory.open(otherDir);
        write(other, meta(4, 2, 0), TestCheckpoints.frames(99, 3, 50));
        write(other, meta(5, 2, 1), TestCheckpoints.frames(98, 3, 50));
        Files.delete(fileOf(5, ""));
        Files.copy(other.entries().get(1).file(), fileOf(5, ""));
        assertFalse(directory.entries().get(4).isDamaged());
        assertEquals("", directory.entries().get(4).verify());
        assertEquals(List.of(4L, 3L, 2L, 1L), newest(directory));
    }

    @Test
    void shouldReportAFileThatWasReplacedAfterItWasListed(@TempDir final Path otherDir) throws IOException
    {
        final CheckpointChain chain = twoChains().candidates().get(0);
        final CheckpointDirectory other = CheckpointDirectory.open(otherDir);
        Files.delete(fileOf(4, ""));
        Files.copy(write(other, meta(4, 2, 0), TestCheckpoints.frames(99, 3, 50)), fileOf(4, ""));
        assertTrue(chain.verify().contains("it is another file"), chain::verify);
        assertThrows(CorruptCheckpointException.class, () -> chain.open(0));
        Files.delete(fileOf(4, ""));
        assertTrue(chain.verify().contains("file is missing"), chain::verify);
    }

    @Test
    void shouldShowTheMetaOfAFileWhoseFooterIsDamaged() throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        final byte[] content = Files.readAllBytes(fileOf(6, ""));
        Files.write(fileOf(6, ""), Arrays.copyOf(content, content.length - 8));
        final CheckpointEntry cut = directory.entries().get(5);
        assertTrue(cut.isDamaged());
        assertEquals(Optional.of(meta(6, 2, 2)), cut.meta());
        assertEquals(content.length - 8, cut.length());
        content[20] ^= 1;
        Files.write(fileOf(6, ""), content);
        assertEquals(Optional.empty(), directory.entries().get(5).meta());
    }

    @Test
    void shouldKeepTheNewestWithWhatTheyNeedAndTheChainBefore() throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        write(directory, 7, 3, 0);
        write(directory, 8, 3, 1);

        assertEquals(Optional.of(meta(4, 2, 0)), directory.retain(1));
        assertEquals(List.of(4L, 5L, 6L, 7L, 8L), numbers(directory.entries()));
        assertEquals(Optional.of(meta(4, 2, 0)), directory.retain(1));
        write(directory, 9, 4, 0);
        assertEquals(Optional.of(meta(4, 2, 0)), directory.retain(4));
        assertEquals(Optional.of(meta(7, 3, 0)), directory.retain(3));
        assertEquals(List.of(7L, 8L, 9L), numbers(directory.entries()));
        assertEquals("", directory.candidates().get(1).verify());
        assertThrows(IllegalArgumentException.class, () -> directory.retain(0));
    }

    @Test
    void shouldKeepOnlyWhatIsNeededOfAChain()
    {
        final CheckpointDirectory directory = twoChains();
        assertEquals(Optional.of(meta(1, 1, 0)), directory.retain(2));
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), numbers(directory.entries()));
    }

    @Test
    void shouldDeleteDamagedFilesAndCountOnlyCompleteCheckpoints() throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        Files.delete(fileOf(5, ""));
        Files.write(fileOf(3, ""), new byte[100]);
        assertEquals(Optional.of(meta(1, 1, 0)), directory.retain(1));
        assertEquals(List.of(1L, 2L, 4L), numbers(directory.entries()));
        assertEquals(List.of(4L, 2L, 1L), newest(directory));
        assertEquals(7, directory.nextNumber(), "a number is not given twice");
    }

    @Test
    void shouldDeleteNothingWhenNothingIsComplete() throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        assertEquals(Optional.empty(), CheckpointDirectory.open(dataDir.resolve("empty")).retain(1));
        Files.delete(fileOf(1, ""));
        Files.delete(fileOf(4, ""));
        assertEquals(Optional.empty(), directory.retain(1));
        assertEquals(List.of(2L, 3L, 5L, 6L), numbers(directory.entries()));
    }

    @Test
    void shouldLeaveTheUnfinishedFileOfItsWriterAlone()
    {
        final CheckpointDirectory directory = twoChains();
        try (CheckpointWriter writer = directory.begin(meta(7, 2, 3)))
        {
            writer.append(new UnsafeBuffer(new byte[10]), 0, 10);
            directory.retain(1);
            writer.complete(new UnsafeBuffer(new byte[0]), 0, 0);
        }
        assertEquals("", directory.candidates().get(0).verify());
        assertEquals(4, directory.candidates().get(0).size());
    }

    @Test
    void shouldNameTheDirectoryThatCannotBeOpened() throws IOException
    {
        Files.writeString(dirOf(), "a file in its place");
        final UncheckedIOException ex =
            assertThrows(UncheckedIOException.class, () -> CheckpointDirectory.open(dataDir));
        assertTrue(ex.getMessage().contains(dirOf().toString()), ex::getMessage);
    }

    @Test
    void shouldNameTheDirectoryFromWhichNothingCanBeDeleted() throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        final Path obstacle = Files.createDirectories(fileOf(0, "").resolve("full"));
        assertEquals(7, directory.entries().size());
        final UncheckedIOException ex = assertThrows(UncheckedIOException.class, () -> directory.retain(1));
        assertTrue(ex.getMessage().contains(dirOf().toString()), ex::getMessage);
        assertTrue(Files.exists(obstacle));
    }

    @Test
    void shouldNotTakeAFileThatCannotBeOpenedForDamage() throws IOException
    {
        final CheckpointDirectory directory = twoChains();
        final Path loop = fileOf(7, "");
        Files.createSymbolicLink(loop, loop);
        final UncheckedIOException ex = assertThrows(UncheckedIOException.class, directory::entries);
        assertTrue(ex.getMessage().contains(loop.toString()), ex::getMessage);
        assertThrows(UncheckedIOException.class, () -> directory.retain(1));
        Files.delete(loop);
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), numbers(directory.entries()));
    }

    private CheckpointDirectory twoChains()
    {
        final CheckpointDirectory directory = CheckpointDirectory.open(dataDir);
        for (int i = 0; i < 6; i++)
        {
            write(directory, 1 + i, 1 + i / 3, i % 3);
        }
        return directory;
    }

    private Path dirOf()
    {
        return CheckpointDirectory.dirOf(dataDir);
    }

    private Path fileOf(final long number, final String suffix)
    {
        return dirOf().resolve(String.format(Locale.ROOT, "%020d.checkpoint%s", number, suffix));
    }

    private static List<Long> numbers(final List<CheckpointEntry> entries)
    {
        return entries.stream().map(CheckpointEntry::number).toList();
    }

    private static List<Long> newest(final CheckpointDirectory directory)
    {
        return directory.candidates().stream().map((chain) -> chain.newest().number()).toList();
    }
}
