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
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.TestArchive;
import io.tailrace.archive.recording.LogReader;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.tailrace.archive.TestArchive.SEGMENT_LENGTH;
import static io.tailrace.archive.TestArchive.TERM_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A process dies when the padding at the end of a term has been written, and nothing behind it: at each end of a term
 * in a recording of some segments, with paddings within a page and over several ones.
 */
final class PaddingTailTest
{
    private static final int PAYLOAD_LENGTH = 6_000;
    private static final int FRAMES = 100;

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
            final Path copy = crashAt(log, termEnd);
            try
            {
                assertGoesOnAt(copy, termEnd);
            }
            finally
            {
                IoUtil.delete(copy.toFile(), true);
            }
        }
    }

    /** What is left if nothing behind a position was written: the catalog knows of no stop. */
    private Path crashAt(final RecordedLog log, final long position) throws IOException
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
        for (long base = 0; base <= positions.get(FRAMES - 1); base += SEGMENT_LENGTH)
        {
            final Path file = log.descriptor().segmentFile(archiveDir, base);
            if (base >= position)
            {
                Files.deleteIfExists(file);
            }
            else if (base + SEGMENT_LENGTH > position)
            {
                try (RandomAccessFile segment = new RandomAccessFile(file.toFile(), "rw"))
                {
                    segment.setLength(position - base);
                    segment.setLength(SEGMENT_LENGTH);
                }
            }
        }
        return copy;
    }

    private void assertGoesOnAt(final Path dir, final long position)
    {
        final List<Throwable> errors = new CopyOnWriteArrayList<>();
        final long whole = positions.stream().filter(frame -> frame < position).count();
        try (EmbeddedArchive embedded =
            EmbeddedArchive.launch(DataDirectory.acquire(dir), TestArchive.CONFIG, errors::add);
            RecordedLog log =
                RecordedLog.open(embedded, TestArchive.NAME, TestArchive.STREAM_ID, TERM_LENGTH))
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
