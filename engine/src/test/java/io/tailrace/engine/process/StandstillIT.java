package io.tailrace.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The engine's process stands still, or is down, for longer than anybody may be silent; the sender goes on with what it
 * would have sent. The results must be those of a batch run over the same readings, whether a window looks at the time
 * of its device or at that of all.
 * <p>
 * In every second of event time ten devices speak in the first half and ten in the second, so that the engine ticks
 * before it has heard of all of those whose readings waited in its socket.
 */
class StandstillIT
{
    private static final int DEVICES_IN_HALF = 10;
    private static final int STEPS_IN_HALF = 10;
    private static final int STEP_MS = 50;
    private static final int SECONDS_BEFORE = 5;
    private static final int SECONDS_WITHIN = 5;
    private static final int SECONDS_AFTER = 5;
    private static final int IDLE_AFTER_S = 2;
    private static final long EVENT_TIME_AGE_MS = TimeUnit.HOURS.toMillis(1);

    private static final String CONFIG = """
        sources: [{name: field, udp: "127.0.0.1:0", receive-buffer: 4MiB}]
        event-time: {watermark: device, out-of-orderness: 600ms, idle-after: %ds}
        windows:
          - {name: own, type: tumbling, size: 1s, key: device}
          - {name: shared, type: tumbling, size: 1s, key: device, watermark: global}
          - {name: slid, type: sliding, size: 3s, slide: 1s, key: device+metric}
          - {name: trips, type: session, gap: 400ms, key: device}
          - {name: whole, type: tumbling, size: 500ms, key: all, watermark: global}
        """.formatted(IDLE_AFTER_S);

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    private final StringBuilder csv = new StringBuilder("event_id,device_id,metric,event_time_ms,value\n");
    private final long startMs = (System.currentTimeMillis() - EVENT_TIME_AGE_MS) / 1000 * 1000;
    private long sent;

    @Test
    void shouldGoOnAfterAPauseAsIfThereHadBeenNone() throws Exception
    {
        pause(5);
    }

    @Test
    @Tag("full")
    void shouldGoOnAfterAPauseLongerThanAeronWaits() throws Exception
    {
        pause(15);
    }

    @Test
    @Tag("full")
    void shouldGoOnAfterAPauseOfAMinute() throws Exception
    {
        pause(60);
    }

    @Test
    void shouldGoOnAfterSigkillAsIfThereHadBeenNone() throws Exception
    {
        restart(5, EngineProcess::kill);
    }

    @Test
    void shouldGoOnAfterSigtermAsIfThereHadBeenNone() throws Exception
    {
        restart(5, engine -> assertEquals(0, engine.terminate().exitCode(), engine::err));
    }

    @Test
    @Tag("full")
    void shouldGoOnAfterAMinuteOfDowntime() throws Exception
    {
        restart(60, EngineProcess::kill);
    }

    private void pause(final int seconds) throws Exception
    {
        try (EngineBench bench = new EngineBench(evidence.dir(), CONFIG))
        {
            final EngineProcess engine = bench.run().awaitReady();
            try (ReadingSender sender = new ReadingSender(engine.udpPort("field")))
            {
                send(sender, 0, SECONDS_BEFORE);
                engine.await("all readings", () -> bench.received(engine) == sent);
                engine.signal("STOP");
                send(sender, SECONDS_BEFORE, SECONDS_WITHIN);
                letPass(seconds);
                engine.signal("CONT");
                send(sender, SECONDS_BEFORE + SECONDS_WITHIN, SECONDS_AFTER);
                engine.await("all readings", () -> bench.received(engine) == sent);
                sender.sendEndOfInput();
            }
            bench.awaitDrained(engine, sent);
            bench.stop(engine);
            assertTrue(bench.oracle().dump(bench.data(), "dump-journal").stream()
                .anyMatch(line -> line.contains(" heldUp=1")), "no tick says that the engine stood still");
            assertLikeBatch(bench);
        }
    }

    private void restart(final int seconds, final EngineStop stop) throws Exception
    {
        try (EngineBench bench = new EngineBench(evidence.dir(), CONFIG))
        {
            final EngineProcess first = bench.run().awaitReady();
            try (ReadingSender sender = new ReadingSender(first.udpPort("field")))
            {
                send(sender, 0, SECONDS_BEFORE);
                first.await("all readings", () -> bench.received(first) == sent);
                final long end = bench.position(first);
                first.await("a durable journal", () -> bench.position(first) > end);
            }
            stop.apply(first);
            letPass(seconds);
            final EngineProcess engine = bench.run().awaitReady();
            try (ReadingSender sender = new ReadingSender(engine.udpPort("field"), sent))
            {
                send(sender, SECONDS_BEFORE, SECONDS_AFTER);
                engine.await("all readings", () -> bench.received(engine) == sent);
                sender.sendEndOfInput();
            }
            bench.awaitDrained(engine, sent);
            bench.stop(engine);
            assertLikeBatch(bench);
        }
    }

    private void send(final ReadingSender sender, final int fromSecond, final int seconds) throws IOException
    {
        for (int half = 2 * fromSecond; half < 2 * (fromSecond + seconds); half++)
        {
            for (int step = 0; step < STEPS_IN_HALF; step++)
            {
                final long timeMs = startMs + (half * STEPS_IN_HALF + step) * STEP_MS;
                for (int i = 0; i < DEVICES_IN_HALF; i++)
                {
                    final int device = 1 + half % 2 * DEVICES_IN_HALF + i;
                    final double value = sent % 97;
                    sender.send(device, timeMs, value);
                    sent++;
                    csv.append(sent).append(',').append(device).append(",1,").append(timeMs).append(',')
                        .append(value).append('\n');
                }
            }
        }
    }

    private void assertLikeBatch(final EngineBench bench) throws IOException
    {
        final Path in = evidence.dir().resolve("sent.csv");
        Files.writeString(in, csv);
        final Path out = evidence.dir().resolve("batch");
        final String summary = bench.command("batch", bench.yaml().toString(), "--in", in.toString(), "--out",
            out.toString());
        assertTrue(summary.contains("accepted=" + sent + " rejected=0 late=0 unaccounted=0"), summary);

        final List<String> expected = new ArrayList<>();
        for (final String window : List.of("own", "shared", "slid", "trips", "whole"))
        {
            final List<String> rows = Files.readAllLines(out.resolve(window + ".csv"));
            assertTrue(rows.size() > 2 * SECONDS_BEFORE, window);
            rows.stream().skip(1).forEach(row -> expected.add(window + "," + row));
        }
        final List<String> found = bench.command("tail", bench.yaml().toString(), "--no-follow").lines().skip(1)
            .map(StandstillIT::windowRow).sorted().toList();
        expected.sort(null);
        assertEquals(String.join("\n", expected), String.join("\n", found));
    }

    /** The cells of a printed result that a batch run prints as well; anything but a window stays as it is. */
    private static String windowRow(final String row)
    {
        final String[] cells = row.split(",", -1);
        return "window".equals(cells[1]) ? String.join(",", List.of(cells).subList(2, 17)) : row;
    }

    private static void letPass(final int seconds) throws InterruptedException
    {
        assertFalse(new CountDownLatch(1).await(seconds, TimeUnit.SECONDS));
    }

    /** How a process ends. */
    @FunctionalInterface
    private interface EngineStop
    {
        void apply(EngineProcess engine);
    }
}
