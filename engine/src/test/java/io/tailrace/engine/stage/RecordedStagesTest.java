package io.tailrace.engine.stage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import com.lmax.disruptor.Sequence;
import io.aeron.exceptions.AeronEvent;
import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The stages at the recordings, called one by one, on a real archive that the test can hold still.
 */
@Timeout(60)
class RecordedStagesTest
{
    private static final int SLOT = EventRing.SLOT_LENGTH;
    private static final int SLOTS = 16;
    private static final long NOW = 1_700_000_000_000_000_000L;
    private static final ArchiveConfig CONFIG =
        ArchiveConfig.defaults().withLengths(64 * 1024, 256 * 1024, 8 * 1024);

    @TempDir
    Path dataDir;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final EventRing ring = new EventRing(SLOTS, false);
    private final Sequence operators = new Sequence();
    private volatile boolean isHeld;
    private volatile boolean isStanding;
    private EmbeddedArchive archive;
    private RecordedLog journal;

    @BeforeEach
    void open()
    {
        archive = EmbeddedArchive.launch(DataDirectory.acquire(dataDir), CONFIG, this::onError, HeldIdle::new);
        journal = RecordedLog.open(archive, "journal", 1001, CONFIG.journalTermLength());
        ring.gate(operators);
    }

    @AfterEach
    void close()
    {
        isHeld = false;
        journal.close();
        archive.close();
    }

    @Test
    void shouldJournalSlotsAcrossTheWrapWithTheirBytesAndPositions()
    {
        final JournalStage stage = new JournalStage(ring, journal);
        final List<Long> positions = new ArrayList<>();
        long next = 0;
        // Batches that do not divide the ring, so that most frames but one wrap at a place of their own.
        for (int batch = 0; batch < 300; batch++)
        {
            final int count = 1 + batch * 7 % SLOTS;
            publish(next, count);
            awaitWork(stage, count);
            for (int i = 0; i < count; i++)
            {
                positions.add(ring.position(next + i));
            }
            next += count;
            assertEquals(next - 1, stage.sequence().get());
            operators.set(next - 1);
        }
        assertEquals(0, stage.doWork());
        assertTrue(journal.awaitDurable(TimeUnit.SECONDS.toNanos(10)));

        int found = 0;
        try (RecordingReader reader = RecordingReader.open(dataDirArchive(), journal.descriptor(), 0))
        {
            while (reader.next(journal.durablePosition()))
            {
                for (int at = 0; at < reader.payloadLength(); at += SLOT)
                {
                    assertEquals(positions.get(found), reader.payloadPosition() + at);
                    for (int word = 0; word < SLOT; word += Long.BYTES)
                    {
                        assertEquals(
                            word(found, word),
                            reader.payloadBuffer().getLong(reader.payloadOffset() + at + word));
                    }
                    found++;
                }
            }
        }
        assertEquals(next, found);
    }

    @Test
    void shouldTakeNothingFromTheRingWhenBackPressured()
    {
        final JournalStage stage = new JournalStage(ring, journal);
        hold();
        long next = 0;
        // Half a term is as far as the journal runs ahead of an archive that stands still.
        do
        {
            publish(next, SLOTS);
            next += stage.doWork();
            operators.set(next - 1);
        }
        while (stage.backPressured() == 0);
        assertEquals(next - 1, stage.sequence().get());
        assertEquals(next + SLOTS - 1, ring.published(next, Long.MAX_VALUE));

        isHeld = false;
        awaitWork(stage, SLOTS);
        assertEquals(next + SLOTS - 1, stage.sequence().get());
    }

    @Test
    void shouldHoldResultsUntilTheirCauseIsDurable()
    {
        final RecordedLog resultsLog = RecordedLog.open(archive, "results", 1002, CONFIG.resultsTermLength());
        try
        {
            final ResultsRing results = new ResultsRing(8);
            final SingleWriterRecorder latency = new SingleWriterRecorder(EgressStage.MAX_LATENCY_NS, 3);
            final EgressStage egress =
                new EgressStage(results, journal::durablePosition, resultsLog, () -> NOW, latency);
            final JournalStage stage = new JournalStage(ring, journal);
            publish(0, 2);
            awaitWork(stage, 2);
            assertTrue(journal.awaitDurable(TimeUnit.SECONDS.toNanos(10)));
            hold();
            publish(2, 2);
            awaitWork(stage, 2);
            for (int i = 0; i < 4; i++)
            {
                emit(results, i, ring.position(i));
                emit(results, i, ring.position(i));
            }
            // Two causes are durable, with two results each; the other two are appended only.
            assertTrue(journal.durablePosition() < ring.position(2) + SLOT);
            assertEquals(4, egress.doWork());
            assertEquals(0, egress.doWork());
            assertEquals(1, egress.gated());
            assertEquals(4, results.available());
            assertEquals(4, latency.getIntervalHistogram().getTotalCount());

            isHeld = false;
            while (results.available() > 0)
            {
                final long durable = journal.durablePosition();
                final long appended = resultsLog.appendPosition();
                if (durable < ring.position(2) + SLOT)
                {
                    assertTrue(egress.doWork() == 0 || journal.durablePosition() > durable);
                }
                else
                {
                    egress.doWork();
                }
                assertTrue(resultsLog.appendPosition() >= appended);
            }
            assertTrue(resultsLog.awaitDurable(TimeUnit.SECONDS.toNanos(10)));
            assertResults(resultsLog, 8);
        }
        finally
        {
            isHeld = false;
            resultsLog.close();
        }
    }

    @Test
    void shouldAppendExactlyTheResultsWhoseCauseIsDurableOfAnyNumber()
    {
        final RecordedLog resultsLog = RecordedLog.open(archive, "results", 1002, CONFIG.resultsTermLength());
        try
        {
            final ResultsRing results = new ResultsRing(16);
            final EgressStage egress = new EgressStage(
                results,
                journal::durablePosition,
                resultsLog,
                () -> NOW,
                new SingleWriterRecorder(EgressStage.MAX_LATENCY_NS, 3));
            publish(0, 4);
            awaitWork(new JournalStage(ring, journal), 4);
            assertTrue(journal.awaitDurable(TimeUnit.SECONDS.toNanos(10)));
            final long lastDurable = journal.durablePosition() - SLOT;
            for (int emitted = 1; emitted <= 9; emitted++)
            {
                for (int durable = 0; durable <= emitted; durable++)
                {
                    for (int i = 0; i < emitted; i++)
                    {
                        emit(results, i, i < durable ? lastDurable : lastDurable + 1);
                    }
                    int left = durable;
                    while (left > 0)
                    {
                        // A frame ends where the ring wraps.
                        final int expected = Math.min(left, results.contiguous(results.available()));
                        await("the results log", () -> egress.doWork() == expected);
                        left -= expected;
                    }
                    final long gated = egress.gated();
                    assertEquals(0, egress.doWork());
                    assertEquals(gated + (durable < emitted ? 1 : 0), egress.gated());
                    assertEquals(emitted - durable, results.available());
                    results.release(results.available());
                }
            }
        }
        finally
        {
            resultsLog.close();
        }
    }

    @Test
    void shouldSayThatTheJournalIsLostWhenItsRecordingStops()
    {
        final JournalStage stage = new JournalStage(ring, journal);
        publish(0, 1);
        awaitWork(stage, 1);
        assertTrue(journal.awaitDurable(TimeUnit.SECONDS.toNanos(10)));
        final long durable = journal.durablePosition();
        assertTrue(archive.client().tryStopRecordingByIdentity(journal.descriptor().recordingId()));
        // What is appended before the publication hears of it never becomes durable.
        final String message = awaitLost(() ->
        {
            final long next = stage.sequence().get() + 1;
            operators.set(next - 1);
            if (ring.cursor() < next)
            {
                publish(next, 1);
            }
            stage.doWork();
        });
        assertTrue(message.startsWith("journal lost: archive stopped recording journal at position "), message);
        assertEquals(ring.cursor() - 1, stage.sequence().get());
        assertEquals(durable, journal.durablePosition());
    }

    @Test
    void shouldSayThatTheResultsLogIsLostWhenItsRecordingStops()
    {
        final RecordedLog resultsLog = RecordedLog.open(archive, "results", 1002, CONFIG.resultsTermLength());
        try
        {
            final ResultsRing results = new ResultsRing(8);
            final EgressStage egress = new EgressStage(
                results,
                journal::durablePosition,
                resultsLog,
                () -> NOW,
                new SingleWriterRecorder(EgressStage.MAX_LATENCY_NS, 3));
            publish(0, 1);
            awaitWork(new JournalStage(ring, journal), 1);
            assertTrue(journal.awaitDurable(TimeUnit.SECONDS.toNanos(10)));
            emit(results, 0, ring.position(0));
            assertTrue(archive.client().tryStopRecordingByIdentity(resultsLog.descriptor().recordingId()));
            final String message = awaitLost(() ->
            {
                if (results.available() == 0)
                {
                    emit(results, 0, ring.position(0));
                }
                egress.doWork();
            });
            assertTrue(message.startsWith("results log lost: archive stopped recording results at "), message);
            assertEquals(1, results.available());
            assertEquals(0, resultsLog.durablePosition());
        }
        finally
        {
            resultsLog.close();
        }
    }

    private void assertResults(final RecordedLog resultsLog, final int count)
    {
        int found = 0;
        try (RecordingReader reader = RecordingReader.open(dataDirArchive(), resultsLog.descriptor(), 0))
        {
            while (reader.next(resultsLog.durablePosition()))
            {
                for (int at = 0; at < reader.payloadLength(); at += ResultsRing.SLOT_LENGTH)
                {
                    final int result = reader.payloadOffset() + at;
                    assertEquals(
                        ring.position(found / 2),
                        reader.payloadBuffer().getLong(result + MessageLayout.RESULT_CAUSE_POSITION_OFFSET));
                    found++;
                }
            }
        }
        assertEquals(count, found);
    }

    private Path dataDirArchive()
    {
        return archive.directory().archiveDir();
    }

    private void onError(final Throwable error)
    {
        if (!(error instanceof AeronEvent))
        {
            errors.add(error);
        }
    }

    private void publish(final long first, final int count)
    {
        final long last = ring.tryClaim(count);
        if (last == EventRing.BACK_PRESSURED)
        {
            return;
        }
        assertEquals(first + count - 1, last);
        for (long sequence = first; sequence <= last; sequence++)
        {
            for (int word = 0; word < SLOT; word += Long.BYTES)
            {
                UnsafeApi.putLong(ring.address(sequence) + word, word(sequence, word));
            }
        }
        ring.publish(first, last);
    }

    private static long word(final long sequence, final int word)
    {
        return sequence * 0x9E3779B97F4A7C15L + word;
    }

    private static void emit(final ResultsRing results, final long sequence, final long causePosition)
    {
        assertTrue(results.hasRoom(1));
        final long result = results.claim();
        UnsafeApi.setMemory(result, ResultsRing.SLOT_LENGTH, (byte)0);
        UnsafeApi.putLong(result, MessageLayout.WINDOW_RESULT_HEADER);
        UnsafeApi.putLong(result + MessageLayout.RESULT_SEQUENCE_OFFSET, sequence);
        UnsafeApi.putLong(result + MessageLayout.RESULT_CAUSE_POSITION_OFFSET, causePosition);
        UnsafeApi.putLong(result + MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET, NOW - 5);
        results.publish();
    }

    /** Returns when the archive's one thread stands still, and not in the middle of its work. */
    private void hold()
    {
        isHeld = true;
        await("the archive to stand still", () -> isStanding);
    }

    private static void awaitWork(final JournalStage stage, final int count)
    {
        final int[] done = new int[1];
        await(count + " slots to be journalled", () -> (done[0] += stage.doWork()) == count);
    }

    private static String awaitLost(final Runnable work)
    {
        final String[] message = new String[1];
        await("a stage to notice that its recording is lost", () ->
        {
            try
            {
                work.run();
                return false;
            }
            catch (final RecordingLostException ex)
            {
                message[0] = ex.getMessage();
                return true;
            }
        });
        return message[0];
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "waited in vain for " + what);
            LockSupport.parkNanos(10_000);
        }
    }

    /** How the archive idles, or stands still. */
    private final class HeldIdle implements IdleStrategy
    {
        private final IdleStrategy idle = new BackoffIdleStrategy(1, 1, 1_000, 100_000);

        @Override
        public void idle(final int workCount)
        {
            while (isHeld)
            {
                isStanding = true;
                LockSupport.parkNanos(50_000);
            }
            isStanding = false;
            idle.idle(workCount);
        }

        @Override
        public void idle()
        {
            idle(0);
        }

        @Override
        public void reset()
        {
            idle.reset();
        }
    }
}
