package io.tailrace.archive.recording;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.TestArchive;
import io.tailrace.archive.journal.RecordedLog;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.tailrace.archive.TestArchive.SEGMENT_LENGTH;
import static io.tailrace.archive.TestArchive.TERM_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Damages copies of one real recording of four segments, byte by byte, and lets the tail check judge.
 */
final class TailCheckTest
{
    private static final int FRAME_COUNT = 850;
    private static final int PAYLOAD_LENGTH = 1000;
    private static final List<Long> POSITIONS = new ArrayList<>();
    private static Path originalDir;
    private static RecordingDescriptor descriptor;
    private static long end;

    @RegisterExtension
    final TestArchive archive = new TestArchive();

    private Path archiveDir;

    @BeforeAll
    static void record() throws IOException
    {
        final Path base = Files.createDirectories(Path.of("target", "data"));
        originalDir = Files.createTempDirectory(base, "original-");
        final ArchiveConfig config = TestArchive.CONFIG;
        try (EmbeddedArchive embedded =
            EmbeddedArchive.launch(DataDirectory.acquire(originalDir), config, Throwable::printStackTrace);
            RecordedLog log =
                RecordedLog.open(embedded, TestArchive.NAME, TestArchive.STREAM_ID, TERM_LENGTH))
        {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[PAYLOAD_LENGTH]);
            while (POSITIONS.size() < FRAME_COUNT)
            {
                TestArchive.fill(buffer, 1 + POSITIONS.size(), PAYLOAD_LENGTH);
                final long position = log.append(buffer, 0, PAYLOAD_LENGTH);
                if (position > 0)
                {
                    POSITIONS.add(position - 32);
                }
            }
            assertTrue(log.awaitDurable(TimeUnit.SECONDS.toNanos(20)));
            end = log.durablePosition();
            descriptor = log.descriptor();
        }
    }

    @AfterAll
    static void delete()
    {
        IoUtil.delete(originalDir.toFile(), true);
    }

    @BeforeEach
    void copy() throws IOException
    {
        archiveDir = Files.createDirectories(archive.archiveDir());
        copyAll(originalDir, archive.dataDir());
        copyAll(DataDirectory.archiveDirOf(originalDir), archiveDir);
    }

    @Test
    void shouldAcceptACleanRecordingAndCountEveryFrame()
    {
        final TailReport all = TailCheck.verify(archiveDir, descriptor, true);
        assertEquals(end, all.endPosition());
        assertEquals(0, all.verifiedFrom());
        assertFalse(all.isTorn());
        final long paddings = end / TERM_LENGTH;
        assertEquals(FRAME_COUNT + paddings, all.frameCount());

        final TailReport last = TailCheck.repair(archiveDir, descriptor, 0);
        assertEquals(end, last.endPosition());
        assertEquals(2L * SEGMENT_LENGTH, last.verifiedFrom());
        assertTrue(last.frameCount() < all.frameCount());
    }

    @Test
    void shouldTruncateALastFrameThatWasCutAtAnyByte() throws IOException
    {
        final long last = lastFrame();
        for (int kept = 1; kept < 32 + PAYLOAD_LENGTH; kept += kept < 48 || kept > PAYLOAD_LENGTH ? 1 : 37)
        {
            copySegment(last);
            zero(last + kept, end);
            final TailReport report = TailCheck.repair(archiveDir, descriptor, 0);
            assertEquals(last, report.endPosition(), "kept " + kept);
            assertTrue(report.isTorn(), "kept " + kept);
            assertTrue(report.tornLength() <= kept);
            assertTrue(report.describe().contains(report.tornReason()));
            assertCleanAt(last);
        }
    }

    @Test
    void shouldTruncateALastFrameThatGoesBeyondTheEndOfTheFile() throws IOException
    {
        final long last = lastFrame();
        for (int kept = 0; kept < 32 + PAYLOAD_LENGTH; kept += 61)
        {
            copySegment(last);
            try (RandomAccessFile file = new RandomAccessFile(fileOf(last), "rw"))
            {
                file.setLength(last + kept - (last & -SEGMENT_LENGTH));
            }
            assertEquals(last, TailCheck.repair(archiveDir, descriptor, 0).endPosition(), "kept " + kept);
            assertCleanAt(last);
        }
    }

    @Test
    void shouldTruncateALastFrameWithAFlippedBitInAnyByte() throws IOException
    {
        final long last = lastFrame();
        final Random random = new Random(42);
        for (int i = 0; i < 32 + PAYLOAD_LENGTH; i += i < 32 ? 1 : 53)
        {
            for (int bit = i < 32 ? 0 : random.nextInt(8); bit < 8; bit += i < 32 ? 1 : 8)
            {
                copySegment(last);
                flip(last + i, bit);
                final TailReport report = TailCheck.repair(archiveDir, descriptor, 0);
                assertEquals(last, report.endPosition(), "byte " + i + " bit " + bit);
                assertTrue(report.isTorn());
                assertCleanAt(last);
            }
        }
    }

    @Test
    void shouldRefuseAFlippedBitThatValidFramesFollow() throws IOException
    {
        final long damaged = POSITIONS.get(FRAME_COUNT - 2);
        for (int i = 0; i < 32 + PAYLOAD_LENGTH; i += i < 32 ? 1 : 97)
        {
            copySegment(damaged);
            flip(damaged + i, i & 7);
            final int at = i;
            final CorruptRecordingException ex = assertThrows(CorruptRecordingException.class,
                () -> TailCheck.repair(archiveDir, descriptor, 0), () -> "byte " + at);
            assertEquals(damaged, ex.position());
            assertEquals(fileOf(damaged), ex.file().toFile().getPath());
            assertEquals(TestArchive.NAME, ex.recording());
            assertTrue(ex.getMessage().contains(ex.file().toString()));
        }
    }

    @Test
    void shouldLeaveACorruptRecordingAsItIs() throws IOException
    {
        final long damaged = POSITIONS.get(FRAME_COUNT - 20);
        flip(damaged + 100, 3);
        final byte[] before = Files.readAllBytes(descriptor.segmentFile(archiveDir, damaged));
        assertThrows(CorruptRecordingException.class, () -> TailCheck.repair(archiveDir, descriptor, 1 << 20));
        assertEquals(-1, Arrays.mismatch(
            before, Files.readAllBytes(descriptor.segmentFile(archiveDir, damaged))));
    }

    @Test
    void shouldTruncateAtALostLastPage() throws IOException
    {
        final long page = (end - 1) & -4096;
        zero(page, page + 4096);
        final long expected = POSITIONS.stream().mapToLong(Long::longValue)
            .filter((position) -> position + 32 + PAYLOAD_LENGTH > page).min().orElseThrow();
        final TailReport report = TailCheck.repair(archiveDir, descriptor, 0);
        assertEquals(expected, report.endPosition());
        assertCleanAt(expected);
    }

    @Test
    void shouldDropFramesAfterALostPageOnlyWhereTheyMayHaveBeenUnforced() throws IOException
    {
        final long page = (end - 20_000) & -4096;
        zero(page, page + 4096);
        final long expected = POSITIONS.stream().mapToLong(Long::longValue)
            .filter((position) -> position + 32 + PAYLOAD_LENGTH > page).min().orElseThrow();

        assertThrows(CorruptRecordingException.class, () -> TailCheck.repair(archiveDir, descriptor, 0));
        assertThrows(CorruptRecordingException.class, () -> TailCheck.repair(archiveDir, descriptor, 10_000));
        assertThrows(CorruptRecordingException.class, () -> TailCheck.verify(archiveDir, descriptor, false));
        assertEquals(expected, TailCheck.repair(archiveDir, descriptor, 1 << 20).endPosition());
        assertCleanAt(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32, 4096, 20_000})
    void shouldTruncateGarbageAfterTheEnd(final int distance) throws IOException
    {
        final byte[] garbage = new byte[5000];
        new Random(distance).nextBytes(garbage);
        write(end + distance, garbage);
        final TailReport report = TailCheck.repair(archiveDir, descriptor, 0);
        assertEquals(end, report.endPosition());
        assertEquals(distance + garbage.length, report.tornLength(), 8);
        assertCleanAt(end);
    }

    @Test
    void shouldTruncateGarbageInALaterSegmentByDeletingIt() throws IOException
    {
        final long next = (end & -SEGMENT_LENGTH) + SEGMENT_LENGTH;
        final byte[] garbage = new byte[SEGMENT_LENGTH];
        new Random(1).nextBytes(garbage);
        Files.write(descriptor.segmentFile(archiveDir, next), garbage);
        assertEquals(end, TailCheck.repair(archiveDir, descriptor, 0).endPosition());
        assertFalse(Files.exists(descriptor.segmentFile(archiveDir, next)));
        assertCleanAt(end);
    }

    @Test
    void shouldAcceptAPreallocatedNextSegmentOfZerosOrOfNothing() throws IOException
    {
        zero(end, (end & -SEGMENT_LENGTH) + SEGMENT_LENGTH);
        final Path next = descriptor.segmentFile(archiveDir, end + SEGMENT_LENGTH);
        for (final int length : new int[]{SEGMENT_LENGTH, 0, 4096})
        {
            Files.write(next, new byte[length]);
            final TailReport report = TailCheck.repair(archiveDir, descriptor, 0);
            assertEquals(end, report.endPosition());
            assertFalse(report.isTorn());
            assertEquals(SEGMENT_LENGTH, Files.size(next));
        }
    }

    @Test
    void shouldRefuseAMissingMiddleSegmentAndNameItsFile() throws IOException
    {
        final Path missing = descriptor.segmentFile(archiveDir, SEGMENT_LENGTH);
        Files.delete(missing);
        final CorruptRecordingException ex = assertThrows(
            CorruptRecordingException.class, () -> TailCheck.repair(archiveDir, descriptor, 0));
        assertEquals(missing, ex.file());
        assertEquals(SEGMENT_LENGTH, ex.position());
    }

    @Test
    void shouldRefuseASegmentOfTheWrongLength() throws IOException
    {
        Files.write(descriptor.segmentFile(archiveDir, end), new byte[SEGMENT_LENGTH + 1]);
        assertThrows(CorruptRecordingException.class, () -> TailCheck.repair(archiveDir, descriptor, 0));
    }

    @Test
    void shouldSeeDamageInAnOldSegmentOnlyWhenAskedForAll() throws IOException
    {
        flip(POSITIONS.get(10) + 500, 0);
        assertEquals(end, TailCheck.verify(archiveDir, descriptor, false).endPosition());
        final CorruptRecordingException ex = assertThrows(
            CorruptRecordingException.class, () -> TailCheck.verify(archiveDir, descriptor, true));
        assertEquals(POSITIONS.get(10), ex.position());
    }

    @Test
    void shouldAcceptARecordingWithoutFiles() throws IOException
    {
        try (Stream<Path> files = Files.list(archiveDir))
        {
            for (final Path file : files.filter((name) -> name.toString().endsWith(".rec")).toList())
            {
                Files.delete(file);
            }
        }
        final TailReport report = TailCheck.repair(archiveDir, descriptor, 0);
        assertEquals(0, report.endPosition());
        assertFalse(report.isTorn());
    }

    @Test
    void shouldHaveTheArchiveGoOnAtTheTruncatedEnd() throws IOException
    {
        final long last = lastFrame();
        flip(last + 77, 5);
        final RecordedLog log = archive.start();
        assertEquals(last, log.openPosition());
        assertTrue(log.tailReport().isTorn());
        assertEquals(2, archive.events().size(), () -> "tail and catalogue: " + archive.events());
        final long position = archive.append(log, FRAME_COUNT, PAYLOAD_LENGTH);
        assertEquals(last + 32, position);
        archive.stop();
        assertEquals(end, TailCheck.verify(archiveDir, descriptor, true).endPosition());
    }

    @Test
    void shouldHaveTheArchiveGoOnAtATruncatedEndThatIsTheStartOfASegment() throws IOException
    {
        final long base = end & -SEGMENT_LENGTH;
        zero(base, base + SEGMENT_LENGTH);
        write(base, new byte[]{1, 2, 3});
        final RecordedLog log = archive.start();
        assertEquals(base, log.openPosition());
        assertEquals(base + 32, archive.append(log, 1, PAYLOAD_LENGTH));
        archive.stop();
        assertEquals(base + 1056, TailCheck.verify(archiveDir, descriptor, true).endPosition());
    }

    @Test
    void shouldHaveTheArchiveRefuseToStartOnACorruptRecordingAndReleaseEverything() throws IOException
    {
        flip(POSITIONS.get(FRAME_COUNT - 5) + 77, 5);
        final DataDirectory directory = DataDirectory.acquire(archive.dataDir());
        assertThrows(CorruptRecordingException.class,
            () -> EmbeddedArchive.launch(directory, TestArchive.CONFIG, archive.errors()::add));
        assertFalse(DataDirectory.isLocked(archive.dataDir()));
        assertFalse(Files.exists(Path.of(directory.aeronDirectoryName())));
    }

    @Test
    void shouldHaveTheArchiveRefuseWhenTheLastSegmentIsGone() throws IOException
    {
        final Path last = descriptor.segmentFile(archiveDir, end);
        Files.delete(last);
        archive.launch(TestArchive.CONFIG);
        final CorruptRecordingException ex = assertThrows(CorruptRecordingException.class, archive::openLog);
        assertEquals(last, ex.file());
    }

    @Test
    void shouldHaveTheReaderRefuseADamagedFrame() throws IOException
    {
        flip(POSITIONS.get(100) + 50, 1);
        try (RecordingReader reader = RecordingReader.open(archiveDir, descriptor, 0))
        {
            for (int i = 0; i < 100; i++)
            {
                assertTrue(reader.next(end));
            }
            final CorruptRecordingException ex =
                assertThrows(CorruptRecordingException.class, () -> reader.next(end));
            assertEquals(POSITIONS.get(100), ex.position());
        }
    }

    private void assertCleanAt(final long position) throws IOException
    {
        final TailReport report = TailCheck.verify(archiveDir, descriptor, false);
        assertEquals(position, report.endPosition());
        assertFalse(report.isTorn());
        assertEquals(SEGMENT_LENGTH, Files.size(descriptor.segmentFile(archiveDir, position)));
    }

    private static long lastFrame()
    {
        return POSITIONS.get(FRAME_COUNT - 1);
    }

    private String fileOf(final long position)
    {
        return descriptor.segmentFile(archiveDir, position).toString();
    }

    private void flip(final long position, final int bit) throws IOException
    {
        try (RandomAccessFile file = new RandomAccessFile(fileOf(position), "rw"))
        {
            final long offset = position & (SEGMENT_LENGTH - 1);
            file.seek(offset);
            final int value = file.read();
            file.seek(offset);
            file.write(value ^ 1 << bit);
        }
    }

    private void zero(final long fromPosition, final long toPosition) throws IOException
    {
        write(fromPosition, new byte[(int) (toPosition - fromPosition)]);
    }

    private void write(final long position, final byte[] bytes) throws IOException
    {
        try (RandomAccessFile file = new RandomAccessFile(fileOf(position), "rw"))
        {
            file.seek(position & (SEGMENT_LENGTH - 1));
            file.write(bytes);
        }
    }

    private void copySegment(final long position) throws IOException
    {
        final Path target = descriptor.segmentFile(archiveDir, position);
        Files.copy(descriptor.segmentFile(DataDirectory.archiveDirOf(originalDir), position), target,
            StandardCopyOption.REPLACE_EXISTING);
    }

    private static void copyAll(final Path from, final Path to) throws IOException
    {
        try (Stream<Path> files = Files.list(from))
        {
            for (final Path file : files.filter(Files::isRegularFile).toList())
            {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
