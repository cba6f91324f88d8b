package io.tailrace.archive.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.Durability;
import io.tailrace.archive.TestArchive;
import io.tailrace.archive.recording.CorruptRecordingException;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.archive.recording.TailCheck;
import io.tailrace.archive.recording.TailReport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.tailrace.archive.TestArchive.SEGMENT_LENGTH;
import static io.tailrace.archive.TestArchive.TERM_LENGTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class RecordedLogTest
{
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    @RegisterExtension
    final TestArchive archive = new TestArchive();

    @Test
    void shouldReadBackWhatWasAppendedAtThePositionsItWasGiven()
    {
        final RecordedLog log = archive.start();
        final List<Long> positions = new ArrayList<>();
        final int[] lengths = {64, 1, 8, 33, 640, log.maxPayloadLength(), 100, 31};
        for (int i = 0; i < 2000; i++)
        {
            positions.add(archive.append(log, i, Math.max(8, lengths[i % lengths.length])));
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        assertEquals(log.appendPosition(), log.durablePosition());

        try (RecordingReader reader = RecordingReader.open(archive.archiveDir(), log.descriptor(), 0))
        {
            for (int i = 0; i < 2000; i++)
            {
                assertTrue(reader.next(log.durablePosition()));
                assertEquals(positions.get(i), reader.payloadPosition());
                assertEquals(positions.get(i) - 32, reader.framePosition());
                assertEquals(Math.max(8, lengths[i % lengths.length]), reader.payloadLength());
                assertEquals(i, reader.payloadBuffer().getLong(reader.payloadOffset()));
            }
            assertFalse(reader.next(log.durablePosition()));
            assertEquals(log.durablePosition(), reader.nextPosition());
        }
        assertTrue(log.durablePosition() > 4L * SEGMENT_LENGTH, "segments have to roll");
    }

    @Test
    void shouldGoOnSeamlesslyAfterEachRestart()
    {
        long sequence = 0;
        long end = 0;
        for (int run = 0; run < 10; run++)
        {
            final RecordedLog log = archive.start();
            assertEquals(end, log.openPosition());
            for (int i = 0; i < 150 + run; i++)
            {
                archive.append(log, sequence++, 64 * (1 + i % 20));
            }
            end = log.appendPosition();
            archive.stop();
            assertEquals(end, TailCheck.verify(archive.archiveDir(), log.descriptor(), true).endPosition());
            assertGapless(log, sequence);
        }
        assertTrue(end > 3 * SEGMENT_LENGTH);
    }

    @Test
    void shouldAppendTwoPiecesAsOneFrame()
    {
        final RecordedLog log = archive.start();
        final UnsafeBuffer ring = new UnsafeBuffer(new byte[256]);
        TestArchive.fill(ring, 7, 256);
        final long position = log.append(ring, 192, 64, 0, 128);
        assertEquals(32, position);
        assertTrue(log.awaitDurable(TIMEOUT_NS));

        try (RecordingReader reader = RecordingReader.open(archive.archiveDir(), log.descriptor(), 0))
        {
            assertTrue(reader.next(log.durablePosition()));
            assertEquals(192, reader.payloadLength());
            final UnsafeBuffer expected = new UnsafeBuffer(new byte[192]);
            expected.putBytes(0, ring, 192, 64);
            expected.putBytes(64, ring, 0, 128);
            final UnsafeBuffer actual = new UnsafeBuffer(new byte[192]);
            actual.putBytes(0, reader.payloadBuffer(), reader.payloadOffset(), 192);
            assertEquals(expected, actual);
            assertFalse(reader.next(log.durablePosition()));
        }
    }

    @Test
    void shouldRefuseAFrameLongerThanTheLongest()
    {
        final RecordedLog log = archive.start();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2 * TestArchive.MTU]);
        assertTrue(log.append(buffer, 0, log.maxPayloadLength()) > 0);
        assertThrows(IllegalArgumentException.class, () -> log.append(buffer, 0, log.maxPayloadLength() + 1));
        assertThrows(
            IllegalArgumentException.class, () -> log.append(buffer, 0, log.maxPayloadLength(), 0, 1));
    }

    @Test
    void shouldSayBackPressuredAndLeaveNothingHalfDone()
    {
        archive.launch(TestArchive.CONFIG.withDurability(Durability.POWER));
        final RecordedLog log = archive.openLog();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[TestArchive.MTU]);
        long sequence = 0;
        int backPressured = 0;
        int adminActions = 0;
        while (backPressured < 3 || adminActions < 3)
        {
            TestArchive.fill(buffer, sequence, 1024);
            final long position = log.append(buffer, 0, 1024);
            backPressured += RecordedLog.BACK_PRESSURED == position ? 1 : 0;
            adminActions += RecordedLog.ADMIN_ACTION == position ? 1 : 0;
            sequence += position > 0 ? 1 : 0;
            assertTrue(position != RecordedLog.LOST, log::lostReason);
            assertTrue(sequence < 1_000_000, "the archive outran the appender");
        }
        assertTrue(log.appendPosition() - log.durablePosition() <= TERM_LENGTH);
        archive.stop();
        assertGapless(log, sequence);
    }

    @Test
    void shouldNeverLetTheDurablePositionDecreaseOrPassWhatWasAppended()
    {
        final RecordedLog log = archive.start();
        long last = 0;
        for (int i = 0; i < 20_000; i++)
        {
            archive.append(log, i, 64);
            final long durable = log.durablePosition();
            assertTrue(durable >= last, "durable position went back");
            last = durable;
            assertTrue(durable <= log.appendPosition(), "durable position beyond what was appended");
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        final long end = log.appendPosition();
        log.close();
        assertEquals(end, log.durablePosition());
        assertEquals(RecordedLog.LOST, log.append(new UnsafeBuffer(new byte[8]), 0, 8));
        assertTrue(log.lostReason().startsWith("closed"), log::lostReason);
    }

    @Test
    void shouldSayLostWhenTheRecordingIsStoppedUnderneath()
    {
        final RecordedLog log = archive.start();
        archive.append(log, 0, 64);
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        final long durable = log.durablePosition();
        assertEquals("", log.lostReason());

        assertTrue(archive.archive().client().tryStopRecordingByIdentity(log.descriptor().recordingId()));
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);
        TestArchive.await(() -> RecordedLog.LOST == log.append(buffer, 0, 64), "append should be lost");
        TestArchive.await(() -> !log.isConnected(), "log should be disconnected");
        assertTrue(log.lostReason().contains("stopped recording"), log::lostReason);
        assertTrue(log.durablePosition() >= durable);
        for (int i = 0; i < 1000; i++)
        {
            assertEquals(RecordedLog.LOST, log.append(buffer, 0, 64));
        }
    }

    @Test
    void shouldSayLostWithTheReasonWhenTheArchiveCannotWrite() throws IOException
    {
        final RecordedLog log = archive.start();
        Files.createFile(log.descriptor().segmentFile(archive.archiveDir(), SEGMENT_LENGTH));
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
        TestArchive.await(() -> RecordedLog.LOST == log.append(buffer, 0, 4096), "append should be lost");

        TestArchive.await(() -> log.lostReason().contains("already exists"), "reason: " + log.lostReason());
        assertTrue(log.durablePosition() <= SEGMENT_LENGTH);
        assertFalse(archive.errors().isEmpty(), "the error handler has to hear of it");
        archive.errors().clear();
    }

    @Test
    void shouldRefuseToOpenARecordingTwiceOrWithAnotherStream()
    {
        archive.start();
        assertThrows(IllegalStateException.class, () -> RecordedLog.open(
            archive.archive(), TestArchive.NAME, TestArchive.STREAM_ID, TERM_LENGTH));
        assertThrows(IllegalArgumentException.class, () -> RecordedLog.open(
            archive.archive(), TestArchive.NAME, TestArchive.STREAM_ID + 1, TERM_LENGTH));
        assertThrows(IllegalArgumentException.class, () -> RecordedLog.open(
            archive.archive(), "other", 10, TERM_LENGTH));
    }

    @Test
    void shouldOpenAgainWithinTheSameArchive()
    {
        final RecordedLog first = archive.start();
        for (int i = 0; i < 500; i++)
        {
            archive.append(first, i, 1000);
        }
        first.close();
        first.close();

        final RecordedLog second = archive.openLog();
        assertEquals(first.durablePosition(), second.openPosition());
        archive.append(second, 500, 1000);
        archive.stop();
        assertGapless(second, 501);
    }

    @Test
    void shouldKeepTwoRecordingsApart()
    {
        final RecordedLog journal = archive.start();
        final RecordedLog results = RecordedLog.open(archive.archive(), "results", 1101, 2 * TERM_LENGTH);
        for (int i = 0; i < 1000; i++)
        {
            archive.append(journal, i, 64);
            archive.append(results, 1000 + i, 128);
        }
        assertTrue(results.awaitDurable(TIMEOUT_NS));
        results.close();
        archive.stop();

        assertGapless(journal, 1000);
        assertEquals(2, RecordingDescriptor.loadAll(archive.dataDir()).size());
        assertEquals(2 * TERM_LENGTH, RecordingDescriptor.load(archive.dataDir(), "results").termLength());
        try (RecordingReader reader = RecordingReader.open(archive.archiveDir(), results.descriptor(), 0))
        {
            assertTrue(reader.next(RecordingReader.TO_END));
            assertEquals(1000, reader.payloadBuffer().getLong(reader.payloadOffset()));
        }
    }

    @Test
    void shouldFindARecordingWhoseDescriptorWasNeverWritten() throws IOException
    {
        final RecordedLog before = archive.start();
        for (int i = 0; i < 300; i++)
        {
            archive.append(before, i, 1000);
        }
        archive.stop();
        Files.delete(archive.dataDir().resolve("journal.recording"));

        final RecordedLog after = archive.start();
        assertEquals(before.descriptor(), after.descriptor());
        assertEquals(before.durablePosition(), after.openPosition());
        archive.append(after, 300, 1000);
        archive.stop();
        assertEquals(before.descriptor(), RecordingDescriptor.load(archive.dataDir(), TestArchive.NAME));
        assertGapless(after, 301);
    }

    @Test
    void shouldPurgeWholeSegmentsOneAtATimeAndRestartFromThere()
    {
        final RecordedLog log = archive.start();
        for (int i = 0; i < 1500; i++)
        {
            archive.append(log, i, 1000);
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        final long end = log.durablePosition();
        assertTrue(end > 5L * SEGMENT_LENGTH);

        assertFalse(log.purgeBefore(SEGMENT_LENGTH - 1));
        assertEquals(0, log.startPosition());
        assertTrue(log.purgeBefore(SEGMENT_LENGTH));
        assertEquals(SEGMENT_LENGTH, log.startPosition());
        assertFalse(log.purgeBefore(SEGMENT_LENGTH));
        assertTrue(log.purgeBefore(3L * SEGMENT_LENGTH - 1));
        assertFalse(log.purgeBefore(3L * SEGMENT_LENGTH - 1));
        assertEquals(2L * SEGMENT_LENGTH, RecordingReader.startPosition(archive.archiveDir(), log.descriptor()));

        archive.append(log, 1500, 1000);
        archive.stop();
        final TailReport report = TailCheck.verify(archive.archiveDir(), log.descriptor(), true);
        assertEquals(2L * SEGMENT_LENGTH, report.startPosition());

        final RecordedLog again = archive.start();
        assertEquals(2L * SEGMENT_LENGTH, again.startPosition());
        assertEquals(report.endPosition(), again.openPosition());
        archive.append(again, 1501, 1000);
    }

    /** As after a purge whose answer was lost: the archive has done it, the log does not know. */
    @Test
    void shouldTakeAPurgeForDoneThatTheArchiveHasDoneAlready()
    {
        final RecordedLog log = archive.start();
        for (int i = 0; i < 800; i++)
        {
            archive.append(log, i, 1000);
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        archive.archive().client().purgeSegments(log.descriptor().recordingId(), 2L * SEGMENT_LENGTH);
        assertEquals(0, log.startPosition());

        assertTrue(log.purgeBefore(SEGMENT_LENGTH));
        assertEquals(2L * SEGMENT_LENGTH, log.startPosition());
        assertTrue(log.purgeBefore(3L * SEGMENT_LENGTH));
        assertEquals(3L * SEGMENT_LENGTH, log.startPosition());
        TestArchive.await(() -> 3L * SEGMENT_LENGTH ==
            RecordingReader.startPosition(archive.archiveDir(), log.descriptor()), "files should be deleted");
    }

    @Test
    void shouldDeleteLaterWhatCannotBeDeletedNow() throws IOException
    {
        final RecordedLog log = archive.start();
        for (int i = 0; i < 800; i++)
        {
            archive.append(log, i, 1000);
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        final Path first = log.descriptor().segmentFile(archive.archiveDir(), 0);
        Files.delete(first);
        final Path inTheWay = Files.createFile(Files.createDirectory(first).resolve("in-the-way"));

        final String message =
            assertThrows(UncheckedIOException.class, () -> log.purgeBefore(SEGMENT_LENGTH)).getMessage();
        assertTrue(message.contains(first.toString()), message);
        assertEquals(SEGMENT_LENGTH, log.startPosition(), "the archive has given it up");
        assertThrows(UncheckedIOException.class, () -> log.purgeBefore(2L * SEGMENT_LENGTH));
        assertEquals(SEGMENT_LENGTH, log.startPosition(), "none goes before those that come first");

        Files.delete(inTheWay);
        assertFalse(log.purgeBefore(SEGMENT_LENGTH));
        assertFalse(Files.exists(first));
        assertTrue(log.purgeBefore(2L * SEGMENT_LENGTH));
        assertEquals(2L * SEGMENT_LENGTH, RecordingReader.startPosition(archive.archiveDir(), log.descriptor()));
    }

    @Test
    void shouldNeverPurgeTheSegmentThatIsWritten()
    {
        final RecordedLog log = archive.start();
        archive.append(log, 0, 1000);
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        assertFalse(log.purgeBefore(Long.MAX_VALUE));
    }

    @Test
    void shouldDeleteWhatAKilledPurgeLeftBehind() throws IOException
    {
        final RecordedLog log = archive.start();
        for (int i = 0; i < 800; i++)
        {
            archive.append(log, i, 1000);
        }
        assertTrue(log.awaitDurable(TIMEOUT_NS));
        final Path first = log.descriptor().segmentFile(archive.archiveDir(), 0);
        final byte[] bytes = Files.readAllBytes(first);
        assertTrue(log.purgeBefore(SEGMENT_LENGTH));
        assertFalse(Files.exists(first));
        archive.stop();
        Files.write(first, bytes);
        Files.write(archive.archiveDir().resolve("7-0.rec.del"), new byte[10]);

        final RecordedLog again = archive.start();
        assertEquals(SEGMENT_LENGTH, again.startPosition());
        assertFalse(Files.exists(first));
        assertFalse(Files.exists(archive.archiveDir().resolve("7-0.rec.del")));
    }

    @Test
    void shouldRefuseWhenTheCatalogueDoesNotKnowTheRecording() throws IOException
    {
        final RecordedLog log = archive.start();
        archive.append(log, 0, 1000);
        archive.stop();
        Files.delete(archive.archiveDir().resolve("archive.catalog"));

        archive.launch(TestArchive.CONFIG);
        final CorruptRecordingException ex =
            assertThrows(CorruptRecordingException.class, archive::openLog);
        assertTrue(ex.getMessage().contains("catalogue"), ex::getMessage);
    }

    private void assertGapless(final RecordedLog log, final long count)
    {
        try (RecordingReader reader = RecordingReader.open(archive.archiveDir(), log.descriptor(), 0))
        {
            long next = 0;
            while (reader.next(RecordingReader.TO_END))
            {
                assertEquals(next++, reader.payloadBuffer().getLong(reader.payloadOffset()));
            }
            assertEquals(count, next);
        }
    }
}
