package io.tailrace.archive.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.aeron.exceptions.AeronEvent;
import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.TestArchive;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.archive.recording.TailCheck;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.tailrace.archive.TestArchive.SEGMENT_LENGTH;
import static io.tailrace.archive.TestArchive.TERM_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A process dies when the last frame was one with which the archive has difficulties when it looks for the end: the
 * padding of a term, at each end of a term in a recording of some segments, within a page and over several ones; or the
 * last one of a block of those in which the archive reads.
 */
final class LastFrameTest
{
    private static final int PAYLOAD_LENGTH = 6_000;
    private static final int FRAMES = 100;
    private static final int LONG_PAYLOAD_LENGTH = 60_000;
    private static final int LONG_FRAME_COUNT = 40;
    private static final ArchiveConfig LONG_FRAMES =
        ArchiveConfig.defaults().withLengths(4 << 20, 8 << 20, ArchiveConfig.MAX_MTU);

    @RegisterExtension
    final TestArchive archive = new TestArchive();

    private final List<Long> positions = new ArrayList<>();

    @Test
    void shouldStartBehindAPaddingThatIsTheLastFrame() throws IOException
    {
        final RecordedLog log = archive.start();
        for (int i = 0; i < FRAMES; i++)
        {
            // The last frames of a term leave less and less of it.
            positions.add(archive.append(log, i, PAYLOAD_LENGTH + 32 * (i / 10)) - 32);
        }
        assertTrue(log.awaitDurable(TimeUnit.SECONDS.toNanos(20)));
        final long end = positions.get(FRAMES - 1);
        for (long termEnd = TERM_LENGTH; termEnd < end; termEnd += TERM_LENGTH)
        {
            final Path copy = crashAt(log, termEnd, SEGMENT_LENGTH);
            try
            {
                assertGoesOnAt(copy, termEnd, TestArchive.CONFIG);
            }
            finally
            {
                IoUtil.delete(copy.toFile(), true);
            }
        }
    }

    @Test
    void shouldStartWhateverFrameIsTheLastOneOfABlock() throws IOException
    {
        archive.launch(LONG_FRAMES);
        final UnsafeBuffer message = new UnsafeBuffer(new byte[LONG_PAYLOAD_LENGTH]);
        try (RecordedLog log = open(archive.archive()))
        {
            for (long i = 0; i < LONG_FRAME_COUNT;)
            {
                TestArchive.fill(message, i, LONG_PAYLOAD_LENGTH);
                final long position = log.append(message, 0, LONG_PAYLOAD_LENGTH);
                if (position >= 0)
                {
                    positions.add(position - 32);
                    i++;
                }
            }
            assertTrue(log.awaitDurable(TimeUnit.SECONDS.toNanos(20)));
            int blockEnds = 0;
            for (int i = LONG_FRAME_COUNT / 2; i < LONG_FRAME_COUNT; i++)
            {
                final Path copy = crashAt(log, positions.get(i), LONG_FRAMES.segmentLength());
                try
                {
                    blockEnds += TailCheck.endsWithinBlock(
                        DataDirectory.archiveDirOf(copy), log.descriptor(), EmbeddedArchive.BLOCK_LENGTH) ? 0 : 1;
                    assertGoesOnAt(copy, positions.get(i), LONG_FRAMES);
                }
                finally
                {
                    IoUtil.delete(copy.toFile(), true);
                }
            }
            assertTrue(blockEnds > 0, "no case was one that matters");
        }
    }

    /** What is left if nothing behind a position was written: the catalog knows of no stop. */
    private Path crashAt(final RecordedLog log, final long position, final int segmentLength) throws IOException
    {
        final Path copy = Files.createTempDirectory(archive.dataDir().getParent(), "crashed-").toRealPath();
        try (Stream<Path> files = Files.walk(archive.dataDir()))
        {
            for (final Path file : files.filter(Files::isRegularFile).toList())
            {
                final Path to = copy.resolve(archive.dataDir().relativize(file).toString());
                Files.createDirectories(to.getParent());
                Files.copy(file, to);
            }
        }
        final Path archiveDir = DataDirectory.archiveDirOf(copy);
        for (long base = 0; base <= positions.get(positions.size() - 1); base += segmentLength)
        {
            final Path file = log.descriptor().segmentFile(archiveDir, base);
            if (base >= position)
            {
                Files.deleteIfExists(file);
            }
            else if (base + segmentLength > position)
            {
                try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw"))
                {
                    segment.setLength(position - base);
                    segment.setLength(segmentLength);
                }
            }
        }
        return copy;
    }

    private static RecordedLog open(final EmbeddedArchive embedded)
    {
        return RecordedLog.open(
            embedded, TestArchive.NAME, TestArchive.STREAM_ID, embedded.config().journalTermLength());
    }

    private void assertGoesOnAt(final Path dir, final long position, final ArchiveConfig config)
    {
        final List<Throwable> errors = new CopyOnWriteArrayList<>();
        final long whole = positions.stream().filter(frame -> frame < position).count();
        try (EmbeddedArchive embedded =
            EmbeddedArchive.launch(DataDirectory.acquire(dir), config, errors::add);
            RecordedLog log = open(embedded))
        {
            assertEquals(position, log.openPosition());
            assertFalse(log.tailReport().isTorn());
            assertEquals(position + 32, archive.append(log, whole, PAYLOAD_LENGTH));
            assertTrue(log.awaitDurable(TimeUnit.SECONDS.toNanos(20)));
            try (LogReader reader = log.reader(0))
            {
                for (long frame = 0; frame <= whole; frame++)
                {
                    assertTrue(reader.next(log.durablePosition()));
                    assertEquals(frame, reader.payloadBuffer().getLong(reader.payloadOffset()));
                }
                assertFalse(reader.next(log.durablePosition()));
            }
        }
        errors.removeIf(error -> error instanceof AeronEvent);
        assertEquals(List.of(), errors);
    }
}
