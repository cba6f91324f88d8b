package io.tailrace.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.Aeron;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.RecordedRange;
import io.tailrace.engine.overload.BacklogCause;
import io.tailrace.engine.overload.BacklogView;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.send.AeronSender;
import io.tailrace.engine.send.Destination;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Devices come back with an hour of readings, over one of two Aeron sessions of a source and through a publisher,
 * faster than {@code backlog-rate} lets them in. Live readings of the other session and of another publisher come in
 * meanwhile; nothing is lost, and results are those that operators make of the journal. Nothing is late of devices that
 * send their live readings behind their backlog; of those whose live readings pass it, all that is left of the backlog.
 */
class BacklogBesideLiveTest
{
    private static final int STREAM = 1101;
    private static final int FRAME = 20;
    private static final int FIELD_BACKLOG = 1_500;
    private static final int APP_BACKLOG = 300;
    private static final int LIVE = 200;
    private static final int DEVICES = 10;
    private static final int FIRST_LIVE = 1_000_000;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long HOUR_MS = TimeUnit.HOURS.toMillis(1);

    @TempDir
    Path dataDir;

    private final List<Journalled> journalled = new ArrayList<>();

    @Test
    void shouldLetLiveReadingsInWhileBacklogWaitsAndCallWhatTheyPassLate() throws Exception
    {
        final EngineConfig config = config();
        final long late;
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            final BacklogView view = engine.backlog();
            final CompletableFuture<Void> field = CompletableFuture.runAsync(() -> sendField(FIELD_BACKLOG, 0));
            final CompletableFuture<Void> app =
                CompletableFuture.runAsync(() -> publish(engine, FIELD_BACKLOG, APP_BACKLOG, 0));
            await("backlog waits", () -> view.deferred(BacklogCause.RATE) > 0);
            sendLive(engine, FIRST_LIVE, LIVE, true);
            await("it is shown", () -> view.devices(0) == DEVICES && view.devices(1) == DEVICES);
            assertShown(engine);
            int most = 0;
            while (engine.ledger().received() < FIELD_BACKLOG + APP_BACKLOG + 2 * LIVE)
            {
                most = (int)Math.max(most, view.slots());
                assertTrue(most <= view.slotLimit(), "slots=" + most);
                Thread.onSpinWait();
            }
            assertTrue(most > 0 && view.slotLimit() == 32, "most=" + most);
            field.join();
            app.join();
            assertTrue(engine.awaitDrained(TIMEOUT_NS));
            await("admitted is shown", () ->
                view.admitted(0) == FIELD_BACKLOG && view.admitted(1) == APP_BACKLOG);
            assertEquals(FIELD_BACKLOG + APP_BACKLOG + 2 * LIVE, engine.ledger().received());
            assertEquals(0, engine.ledger().unaccounted());
            assertEquals(0, view.untracked());
            assertNull(engine.failure());
            late = engine.ledger().total("operator", "late");
        }
        readJournal();
        assertOrder();
        assertEquals(passed(), late, "what is behind the live readings of its own device, and nothing else");
        assertTrue(late > 0 && late < FIELD_BACKLOG + APP_BACKLOG, "late=" + late);
        EmittedResults.of(config).requireComplete();
    }

    @Test
    void shouldCallNothingLateOfDevicesThatSendInOrderThroughOneSession() throws Exception
    {
        final int fieldBacklog = 600;
        final int appBacklog = 200;
        final int others = 50;
        final EngineConfig config = config();
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            final BacklogView view = engine.backlog();
            final CompletableFuture<Void> field = CompletableFuture.runAsync(() -> sendField(fieldBacklog, LIVE));
            final CompletableFuture<Void> app =
                CompletableFuture.runAsync(() -> publish(engine, fieldBacklog, appBacklog, LIVE));
            await("backlog waits", () -> view.deferred(BacklogCause.RATE) > 0);
            sendLive(engine, 2 * FIRST_LIVE, others, false);
            field.join();
            app.join();
            final int total = fieldBacklog + appBacklog + 2 * LIVE + 2 * others;
            await("all of it", () -> engine.ledger().received() == total);
            assertTrue(engine.awaitDrained(TIMEOUT_NS));
            assertEquals(0, engine.ledger().total("operator", "late"));
            assertEquals(total, engine.ledger().total("operator", "applied"));
            assertEquals(0, engine.ledger().unaccounted());
            assertNull(engine.failure());
        }
        readJournal();
        assertEquals(0, passed());
        EmittedResults.of(config).requireComplete();
    }

    /** How much of the backlog stands in the journal behind a live reading of its own device. */
    private long passed()
    {
        final Set<Long> live = new HashSet<>();
        long passed = 0;
        for (final Journalled reading : journalled)
        {
            if (reading.id >= FIRST_LIVE)
            {
                live.add(reading.device);
            }
            else if (live.contains(reading.device))
            {
                passed++;
            }
        }
        return passed;
    }

    /** All live readings stand before the last part of the backlog, and no reading is missing or out of order. */
    private void assertOrder()
    {
        final int total = FIELD_BACKLOG + APP_BACKLOG + 2 * LIVE;
        assertEquals(total, journalled.stream().mapToInt(Journalled::id).distinct().count());
        assertEquals(total, journalled.size());
        int lastLive = -1;
        for (int i = 0; i < total; i++)
        {
            lastLive = journalled.get(i).id >= FIRST_LIVE ? i : lastLive;
        }
        final int behind = total - 1 - lastLive;
        assertTrue(behind > 300, "readings of the backlog behind the last live one: " + behind);
        assertAscending(0, FIELD_BACKLOG);
        assertAscending(FIELD_BACKLOG, FIELD_BACKLOG + APP_BACKLOG);
        assertAscending(FIRST_LIVE, FIRST_LIVE + LIVE);
        assertAscending(FIRST_LIVE + LIVE, FIRST_LIVE + 2 * LIVE);
    }

    private void assertAscending(final int from, final int to)
    {
        int next = from;
        for (final Journalled reading : journalled)
        {
            if (reading.id >= from && reading.id < to)
            {
                assertEquals(next, reading.id);
                next++;
            }
        }
        assertEquals(to, next);
    }

    /** Each device its backlog and then its live readings, through one session. */
    private void sendField(final int backlog, final int live)
    {
        final long beginMs = System.currentTimeMillis() - HOUR_MS;
        try (AeronSender sender = sender())
        {
            for (int id = 0; id < backlog; id += FRAME)
            {
                sender.send(frame(id, id / FRAME % DEVICES, beginMs + id, FRAME), FRAME * EventRing.SLOT_LENGTH);
            }
            for (int i = 0; i < live; i++)
            {
                sender.send(
                    frame(FIRST_LIVE + i, i % DEVICES, System.currentTimeMillis(), 1), EventRing.SLOT_LENGTH);
            }
        }
    }

    /** Likewise, through one publisher. */
    private static void publish(final Engine engine, final int firstId, final int backlog, final int live)
    {
        final Publisher publisher = engine.publisher("app");
        final long beginMs = System.currentTimeMillis() - HOUR_MS;
        for (int id = firstId; id < firstId + backlog; id += FRAME)
        {
            final long device = 100 + id / FRAME % DEVICES;
            assertEquals(FRAME, publisher.offer(frame(id, device, beginMs + id, FRAME), 0, FRAME, TIMEOUT_NS));
        }
        for (int i = 0; i < live; i++)
        {
            assertEquals(1, publisher.offer(
                FIRST_LIVE + LIVE + i, 100 + i % DEVICES, 1, System.currentTimeMillis(), 1.0, TIMEOUT_NS));
        }
    }

    /** From devices that are live, and if it is wanted from those whose backlog waits. */
    private void sendLive(final Engine engine, final int firstId, final int count, final boolean isPassing)
    {
        final Publisher publisher = engine.publisher("app");
        try (AeronSender sender = sender())
        {
            for (int i = 0; i < count; i++)
            {
                final long nowMs = System.currentTimeMillis();
                final long device = isPassing && i % 2 != 0 ? i % DEVICES : 1_000 * (1 + i);
                sender.send(frame(firstId + i, device, nowMs, 1), EventRing.SLOT_LENGTH);
                assertEquals(1, publisher.offer(firstId + count + i, 100 + device, 1, nowMs, 1.0), "reading " + i);
            }
        }
    }

    private AeronSender sender()
    {
        return AeronSender.open(
            Destination.parse("to", "aeron:ipc:" + STREAM),
            DataDirectory.recordedAeronDirectoryName(dataDir),
            TIMEOUT_NS,
            () -> false);
    }

    private void assertShown(final Engine engine) throws IOException, InterruptedException
    {
        final String metrics = HttpClient.newHttpClient().send(
            HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + engine.httpAddress().getPort() + "/metrics")).build(),
            HttpResponse.BodyHandlers.ofString()).body();
        for (final String line : List.of(
            "tailrace_backlog_devices{source=\"field\"} 10.0",
            "tailrace_backlog_devices{source=\"app\"} 10.0",
            "tailrace_backlog_slots_limit 32.0",
            "tailrace_backlog_untracked_total 0.0"))
        {
            assertTrue(metrics.lines().anyMatch(line::equals), () -> line + " is not in\n" + metrics);
        }
        for (final String name : List.of("lag_seconds", "mean_lag_seconds", "max_lag_seconds", "rate", "progress_ratio",
            "eta_seconds", "admitted_total"))
        {
            assertTrue(metrics.contains("\ntailrace_backlog_" + name + "{source=\"field\"} "), () -> name + metrics);
        }
        try (Aeron aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(DataDirectory.recordedAeronDirectoryName(dataDir))))
        {
            await("counters", () -> counter(aeron, "source field backlog-devices") == DEVICES &&
                counter(aeron, "source app backlog-lag-ms") > 9 * HOUR_MS &&
                counter(aeron, "engine backlog-untracked") == 0);
        }
    }

    private static long counter(final Aeron aeron, final String label)
    {
        final long[] value = {-1};
        aeron.countersReader().forEach((id, text) -> value[0] =
            text.endsWith(label) ? aeron.countersReader().getCounterValue(id) : value[0]);
        return value[0];
    }

    private void readJournal()
    {
        final RecordedRange journal = DataDirectoryView.of(dataDir).recording(Engine.JOURNAL);
        try (RecordingReader reader = journal.open())
        {
            while (journal.next(reader))
            {
                for (int at = 0; at < reader.payloadLength(); at += EventRing.SLOT_LENGTH)
                {
                    final int offset = reader.payloadOffset() + at;
                    if (reader.payloadBuffer().getLong(offset) == MessageLayout.READING_HEADER)
                    {
                        journalled.add(new Journalled(
                            (int)reader.payloadBuffer().getLong(offset + MessageLayout.READING_EVENT_ID_OFFSET),
                            reader.payloadBuffer().getLong(offset + MessageLayout.READING_DEVICE_ID_OFFSET)));
                    }
                }
            }
        }
    }

    private EngineConfig config()
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(1_000).keys(1_000).ringSlots(1_024).build())
            .source(SourceConfig.aeron("field", "aeron:ipc", STREAM).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder().watermark(WatermarkKind.DEVICE).outOfOrdernessNs(0).build())
            .window(WindowConfig.tumbling("w", TimeUnit.MILLISECONDS.toNanos(100)).build())
            .overload(OverloadConfig.builder()
                .backlogShare(1.0 / 32).backlogRate(500).burstNs(TimeUnit.MILLISECONDS.toNanos(50)).build())
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
    }

    private static UnsafeBuffer frame(final int firstId, final long device, final long firstMs, final int count)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[count * EventRing.SLOT_LENGTH]);
        for (int i = 0; i < count; i++)
        {
            final int at = i * EventRing.SLOT_LENGTH;
            frame.putLong(at, MessageLayout.READING_HEADER);
            frame.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, firstId + i);
            frame.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, device);
            frame.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, firstMs + i);
            frame.putDouble(at + MessageLayout.READING_VALUE_OFFSET, firstId);
            frame.putInt(at + MessageLayout.READING_METRIC_OFFSET, 1);
            frame.putByte(at + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)TimeUnits.MILLIS);
        }
        return frame;
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "not in time: " + what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** A reading of the journal. */
    private record Journalled(int id, long device)
    {
    }
}
