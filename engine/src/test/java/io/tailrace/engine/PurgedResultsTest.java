package io.tailrace.engine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.tailrace.codec.CsvReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.batch.BatchRun;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.InspectException;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.inspect.Verification;
import io.tailrace.engine.tail.ResultCells;
import io.tailrace.engine.tail.ResultFormat;
import io.tailrace.engine.tail.ResultKind;
import io.tailrace.engine.tail.ResultLogTail;
import io.tailrace.engine.tail.TailOptions;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Tens of thousands of late readings pass through a results log of small segments that keeps them for a moment only,
 * while a subscription follows. What is asked for and gone is named; a restart suppresses what had been emitted, purged
 * or not; and the windows are those of {@code batch}.
 */
class PurgedResultsTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DEADLINE_NS = 60 * SECOND_NS;
    private static final long START_MS = 1_700_000_000_000L;
    private static final int ROUNDS = 40;
    private static final int LATE_PER_ROUND = 1_500;

    @TempDir
    Path dir;

    private final List<String> csv = new ArrayList<>();
    private final List<String> windows = new ArrayList<>();
    private long late;
    private int nextId;
    private int second;

    @Test
    void shouldPurgeLateReadingsAndGoOnAsIfAllWereThere() throws Exception
    {
        final EngineConfig config = config(100 * TimeUnit.MILLISECONDS.toNanos(1));
        final long emitted;
        try (Engine engine = Engine.launch(new Engine.Context().config(config));
            ResultSubscription follower = engine.subscribe(0))
        {
            publish(engine, follower, ROUNDS);
            await("five segments are purged", () -> engine.disk().purgedSegments() >= 5);
            emitted = engine.view().nextResultSequence();
            follow(follower, emitted);

            final PurgedResultException purged =
                assertThrows(PurgedResultException.class, () -> engine.subscribe(0));
            final long first = purged.firstSequence();
            assertTrue(first > LATE_PER_ROUND && first < emitted, "first kept " + first);
            assertEquals("result 0 of epoch 0 has been purged, expected " + first + ", the first one kept, or " +
                "greater", purged.getMessage());
            assertTrue(first(engine.subscribe()) >= first);
            assertEquals(emitted - 1, first(engine.subscribe(emitted - 1)));
            assertThrows(IllegalArgumentException.class, () -> engine.subscribe(-1));
            assertNull(engine.failure());
            assertEquals(0, engine.ledger().unaccounted());
        }

        final RecordedRange kept = DataDirectoryView.of(config.dataDir()).recording(Engine.RESULTS);
        final long firstKept = FirstResult.of(
            kept.archiveDir(), kept.descriptor(), kept.startPosition(), kept.endPosition()).sequenceOf(0);
        assertTail(config, firstKept, emitted);
        new Verification(DataDirectoryView.of(config.dataDir())).verify();

        final EngineConfig keeping = config(Long.MAX_VALUE);
        try (Engine engine = Engine.launch(new Engine.Context().config(keeping).replayWholeJournal(true));
            ResultSubscription follower = engine.subscribe(emitted))
        {
            assertEquals(firstKept, engine.recovery().unverifiedResults());
            assertEquals(emitted - firstKept, engine.recovery().comparedResults());
            assertEquals(0, engine.recovery().emittedResults());
            publish(engine, follower, 5);
            follow(follower, engine.view().nextResultSequence());
            assertThrows(PurgedResultException.class, () -> engine.subscribe(firstKept - 1));
            assertNull(engine.failure());
        }
        new Verification(DataDirectoryView.of(config.dataDir())).verify();
        assertEqualToBatch(keeping);
    }

    private void assertTail(final EngineConfig config, final long firstKept, final long emitted) throws Exception
    {
        final PurgedResultException purged =
            assertThrows(PurgedResultException.class, () -> tail(config, firstKept - 1, TailOptions.NEWEST_EPOCH));
        assertEquals(firstKept, purged.firstSequence());
        final List<String> all = tail(config, TailOptions.FIRST_KEPT, TailOptions.NEWEST_EPOCH);
        assertEquals(emitted - firstKept, all.size());
        assertTrue(all.get(0).startsWith(firstKept + ","), all.get(0));
        assertEquals(all, tail(config, firstKept, 0));
        assertEquals(List.of(), tail(config, emitted, 0));
        assertEquals(List.of(), tail(config, 0, 1));
    }

    @Test
    void shouldNameAnEpochOfWhichNothingIsKept() throws Exception
    {
        final EngineConfig config = config(SECOND_NS);
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            publish(engine, null, 1);
        }
        try (Engine engine = Engine.launch(new Engine.Context().config(config).newEpoch(true)))
        {
            publish(engine, null, 10);
            await("the first segment is purged", () -> engine.disk().purgedSegments() >= 1);
        }
        assertEquals("results of epoch 0 have been purged",
            assertThrows(InspectException.class, () -> tail(config, TailOptions.FIRST_KEPT, 0)).getMessage());
        try (Engine engine = Engine.launch(new Engine.Context().config(config).replayWholeJournal(true)))
        {
            assertTrue(engine.recovery().unverifiedResults() > 0);
            assertEquals(0, engine.recovery().emittedResults());
        }
    }

    /** A round: one reading on time, which closes a window, and then readings that are late for every window. */
    private void publish(final Engine engine, final ResultSubscription follower, final int rounds)
    {
        final Publisher publisher = engine.publisher("app");
        for (int round = 0; round < rounds; round++)
        {
            offer(publisher, START_MS + 10_000 + second++ * 1000L);
            for (int i = 0; i < LATE_PER_ROUND; i++)
            {
                offer(publisher, START_MS + i);
            }
            if (null != follower)
            {
                follower.poll(this::onResult, 100);
            }
            if (round % 10 == 9)
            {
                // While segments go: opened at whatever is the first one then.
                assertTrue(first(engine.subscribe()) >= 0);
            }
        }
        assertTrue(engine.awaitDrained(DEADLINE_NS));
    }

    private void offer(final Publisher publisher, final long timeMs)
    {
        final int id = nextId++;
        csv.add(id + ",7,1," + timeMs + "," + id);
        await("room in the ring", () -> publisher.offer(id, 7, 1, timeMs, id) == 1);
    }

    private void follow(final ResultSubscription follower, final long end)
    {
        await("results up to " + end, () ->
        {
            follower.poll(this::onResult, 100);
            return follower.nextSequence() >= end;
        });
        assertEquals(end, late + windows.size());
    }

    private void onResult(final long sequence, final DirectBuffer buffer, final int offset)
    {
        assertEquals(late + windows.size(), sequence);
        if ((buffer.getShort(offset + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF) ==
            MessageLayout.LATE_TEMPLATE_ID)
        {
            late++;
        }
        else
        {
            windows.add(buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET) / 1_000_000 + "," +
                buffer.getLong(offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET));
        }
    }

    private static long first(final ResultSubscription subscription)
    {
        try (subscription)
        {
            final List<Long> sequences = new ArrayList<>();
            await("a result", () ->
            {
                subscription.poll((next, buffer, offset) -> sequences.add(next), 1);
                return !sequences.isEmpty();
            });
            return sequences.get(0);
        }
    }

    private static List<String> tail(final EngineConfig config, final long from, final int epoch) throws Exception
    {
        final StringWriter out = new StringWriter();
        new ResultLogTail(
            config.dataDir(),
            new TailOptions(epoch, from, EnumSet.allOf(ResultKind.class), TailOptions.NO_LIMIT, false),
            new ResultCells(config),
            ResultFormat.csv(),
            error -> { }).print(new PrintWriter(out), () -> false);
        return out.toString().lines().skip(1).toList();
    }

    /** At the end of its file batch also fires the window that is still open. */
    private void assertEqualToBatch(final EngineConfig config) throws Exception
    {
        final Path in = dir.resolve("in.csv");
        csv.add(0, "event_id,device_id,metric,event_time_ms,value");
        Files.write(in, csv);
        final Path out = dir.resolve("out");
        BatchRun.run(config, in, out, rows -> { });

        assertEquals(late, rows(out.resolve("late.csv")).size());
        final List<String> fired = rows(out.resolve("w.csv"));
        assertEquals(windows, fired.subList(0, fired.size() - 1));
    }

    private static List<String> rows(final Path file) throws IOException
    {
        final List<String> found = new ArrayList<>();
        try (CsvReader rows = CsvReader.open(file))
        {
            rows.next();
            final List<String> columns = List.copyOf(rows.cells());
            final int start = columns.indexOf("window_start_ms");
            while (rows.next())
            {
                found.add(start < 0 ? "" : rows.cell(start) + "," + rows.cell(columns.indexOf("count")));
            }
        }
        return found;
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "not in time: " + what);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    private EngineConfig config(final long resultsAgeNs)
    {
        return EngineConfig.builder()
            .dataDir(dir.resolve("data"))
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(0)
                .idleAfterNs(3600 * SECOND_NS)
                .build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build())
            .retention(RetentionConfig.builder().resultsNs(resultsAgeNs).diskBudget(64_000_000).build())
            .build();
    }
}
