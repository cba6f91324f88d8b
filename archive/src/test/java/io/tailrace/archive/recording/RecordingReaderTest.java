package io.tailrace.archive.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.TestArchive;
import io.tailrace.archive.journal.RecordedLog;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static io.tailrace.archive.TestArchive.SEGMENT_LENGTH;
import static io.tailrace.archive.TestArchive.TERM_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The reader on one real recording: frames of growing values 10, 20, 30 and so on, of every length up to 3000.
 */
final class RecordingReaderTest
{
    private static final int FRAME_COUNT = 700;
    private static final List<Long> POSITIONS = new ArrayList<>();
    private static Path dataDir;
    private static Path archiveDir;
    private static RecordingDescriptor descriptor;
    private static long end;

    @BeforeAll
    static void record() throws IOException
    {
        final Path base = Files.createDirectories(Path.of("target", "data"));
        dataDir = Files.createTempDirectory(base, "reader-");
        archiveDir = DataDirectory.archiveDirOf(dataDir);
        try (EmbeddedArchive embedded = EmbeddedArchive.launch(
            DataDirectory.acquire(dataDir), TestArchive.CONFIG, Throwable::printStackTrace);
            RecordedLog log = RecordedLog.open(embedded, TestArchive.NAME, TestArchive.STREAM_ID, TERM_LENGTH))
        {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[3000]);
            while (POSITIONS.size() < FRAME_COUNT)
            {
                buffer.putLong(8, 10L * (1 + POSITIONS.size()));
                final long position = log.append(buffer, 0, 16 + POSITIONS.size() * 37 % 2984);
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
        IoUtil.delete(dataDir.toFile(), true);
    }

    @Test
    void shouldStopAtTheLimitAndGoOnWhenItGrows()
    {
        try (RecordingReader reader = RecordingReader.open(archiveDir, descriptor, 0))
        {
            assertTrue(reader.next(POSITIONS.get(1)));
            assertFalse(reader.next(POSITIONS.get(1)));
            assertFalse(reader.next(0));
            assertTrue(reader.next(POSITIONS.get(2)));
            assertEquals(POSITIONS.get(1), reader.framePosition());
            assertEquals(20, reader.payloadBuffer().getLong(reader.payloadOffset() + 8));
        }
    }

    @Test
    void shouldOpenAtAnyFrame()
    {
        for (int i = 0; i < FRAME_COUNT; i += 13)
        {
            try (RecordingReader reader = RecordingReader.open(archiveDir, descriptor, POSITIONS.get(i)))
            {
                assertTrue(reader.next(end));
                assertEquals(10L * (i + 1), reader.payloadBuffer().getLong(reader.payloadOffset() + 8));
            }
        }
    }

    @Test
    void shouldOpenAtOrAfterAnyPosition()
    {
        int expected = 0;
        for (long position = 0; position < end; position += 991)
        {
            while (expected < FRAME_COUNT && POSITIONS.get(expected) < position)
            {
                expected++;
            }

            try (RecordingReader reader = RecordingReader.openAtOrAfter(archiveDir, descriptor, position, end))
            {
                assertEquals(expected < FRAME_COUNT, reader.next(end));
                if (expected < FRAME_COUNT)
                {
                    assertEquals(POSITIONS.get(expected), reader.framePosition());
                }
            }
        }
    }

    @Test
    void shouldFindNothingAtTheEndAndSayWhenTheLimitLiesBeyondIt()
    {
        try (RecordingReader reader = RecordingReader.open(archiveDir, descriptor, end))
        {
            assertFalse(reader.next(RecordingReader.TO_END));
            assertFalse(reader.next(end));
            final CorruptRecordingException ex =
                assertThrows(CorruptRecordingException.class, () -> reader.next(end + 32));
            assertEquals(end, ex.position());
        }
    }

    @Test
    void shouldRefuseAPositionThatIsNoFrameOrNotKept()
    {
        assertThrows(IllegalArgumentException.class, () -> RecordingReader.open(archiveDir, descriptor, -32));
        assertThrows(IllegalArgumentException.class, () -> RecordingReader.open(archiveDir, descriptor, 33));
        assertThrows(
            IllegalArgumentException.class, () -> RecordingReader.openAtOrAfter(archiveDir, descriptor, -1, end));
        try (RecordingReader reader = RecordingReader.open(archiveDir, descriptor, POSITIONS.get(300) + 32))
        {
            assertThrows(CorruptRecordingException.class, () -> reader.next(end));
        }
        try (RecordingReader reader = RecordingReader.open(archiveDir, descriptor, 64L * SEGMENT_LENGTH))
        {
            assertThrows(CorruptRecordingException.class, () -> reader.next(Long.MAX_VALUE - 1));
            assertFalse(reader.next(RecordingReader.TO_END));
        }
    }
}
