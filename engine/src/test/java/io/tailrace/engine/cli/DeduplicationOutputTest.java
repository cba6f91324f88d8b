package io.tailrace.engine.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.Engine;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.ingress.Publisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Readings that came before, from a running engine and its restart through ledger, metrics, {@code tail},
 * {@code inspect --verify}; and through {@code batch}.
 */
class DeduplicationOutputTest
{
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    private Path dir;

    @Test
    void shouldShowDuplicatesOfAnEngineAndKnowThemAfterARestart() throws Exception
    {
        final Path config = dir.resolve("a.yaml");
        Files.writeString(config, """
            data-dir: "%s"
            sources: [{name: app, embedded: true}]
            event-time: {reference-clock: none}
            dedup: {by: id, ttl: 1h, max-ids: 3}
            windows: [{name: w, size: 10s, key: device}]
            http: 127.0.0.1:0
            """.formatted(dir.resolve("data")));
        try (Engine engine = Engine.launch(new Engine.Context().config(ConfigFile.read(config).config())))
        {
            final Publisher publisher = engine.publisher("app");
            offer(publisher, 1, START_MS, 1);
            offer(publisher, 1, START_MS + 60_000, 2);
            offer(publisher, 2, START_MS + 1_000, 4);
            assertTrue(engine.awaitDrained(TimeUnit.SECONDS.toNanos(20)));
        }
        try (Engine engine = Engine.launch(new Engine.Context().config(ConfigFile.read(config).config())))
        {
            final Publisher publisher = engine.publisher("app");
            offer(publisher, 2, START_MS + 60_000, 8);
            offer(publisher, 3, START_MS + 10_000, 16);
            offer(publisher, 4, START_MS + 60_000, 32);
            assertTrue(engine.awaitDrained(TimeUnit.SECONDS.toNanos(20)));
            assertEquals(3, engine.ledger().total("source", "accepted"));
            assertEquals(2, engine.ledger().total("source", "duplicate"));
            assertEquals(1, engine.ledger().total("source", "rejected:dedup-exhausted"));
            assertEquals(0, engine.ledger().unaccounted());

            final String base = "http://127.0.0.1:" + engine.httpAddress().getPort();
            assertTrue(get(base + "/ledger").contains("source,app,duplicate,2\n"), get(base + "/ledger"));
            final List<String> metrics = get(base + "/metrics").lines().toList();
            assertTrue(metrics.contains("tailrace_source_duplicate_total{source=\"app\"} 2.0"), metrics::toString);
            assertTrue(metrics.contains("tailrace_remembered_ids 3.0"), metrics::toString);
            assertTrue(metrics.contains("tailrace_remembered_ids_limit 3.0"), metrics::toString);
        }

        final CommandLineFixture tail = CommandLineFixture.execute("tail", config.toString(), "--no-follow");
        assertEquals(0, tail.exitCode(), tail.err());
        final List<String> rows = tail.out().lines().skip(1)
            .map((row) -> row.replaceAll(",[0-9]+,0$", "")).toList();
        final String blank = ",".repeat(12);
        assertEquals(List.of(
            "0,duplicate,,7,1" + blank + ",1,1700000060000,2.0,,,,",
            "1,duplicate,,7,1" + blank + ",2,1700000060000,8.0,,,,",
            "2,window,w,7,,1700000000000,1700000010000,2,5.0,1.0,4.0,1.0,4.0,2.5,1.5,0,ON_TIME,,,,,,,",
            "3,rejected,,7,1" + blank + ",4,1700000060000,32.0,dedup-exhausted,,,"), rows);

        final CommandLineFixture some =
            CommandLineFixture.execute("tail", config.toString(), "--no-follow", "--kind", "duplicate");
        assertEquals(0, some.exitCode(), some.err());
        assertEquals(3, some.out().lines().count(), some.out());
        final CommandLineFixture verified =
            CommandLineFixture.execute("inspect", dir.resolve("data").toString(), "--verify");
        assertEquals(0, verified.exitCode(), verified.err());
        assertTrue(verified.out().contains(" emitted=4"), verified.out());
        final CommandLineFixture summary = CommandLineFixture.execute("inspect", dir.resolve("data").toString());
        assertTrue(summary.out().contains(" Rejected=1 Duplicate=2 "), summary.out());
    }

    @Test
    void shouldWriteDuplicatesOfABatch() throws IOException
    {
        final Path config = dir.resolve("b.yaml");
        Files.writeString(config, """
            event-time: {reference-clock: none}
            dedup: {by: sequence, window-ids: 64}
            windows: [{name: w, size: 10s}]
            """);
        final Path in = dir.resolve("in.csv");
        Files.writeString(in, """
            event_id,device_id,metric,event_time_ms,value,device_epoch
            100,pump,flow,1700000000000,1,
            100,pump,flow,1700000005000,2,0
            36,pump,flow,1700000001000,4,0
            100,pump,flow,1700000002000,8,1
            101,pump,flow,1700000002000,8,0
            x1,pump,flow,1700000003000,no,1
            1,pump,flow,1700000003000,16,65536
            """);
        final Path out = dir.resolve("out");
        final CommandLineFixture batch = CommandLineFixture.execute(
            "batch", config.toString(), "--in", in.toString(), "--out", out.toString());
        assertEquals(0, batch.exitCode(), batch.err());

        final String header = "event_id,device_id,metric,event_time_ms,value,device_epoch,reason";
        assertEquals(
            List.of(header, "100,pump,flow,1700000005000,2,0,sequence"),
            Files.readAllLines(out.resolve("duplicates.csv")));
        assertEquals(
            List.of(
                header,
                "36,pump,flow,1700000001000,4,0,beyond-dedup-window",
                "101,pump,flow,1700000002000,8,0,beyond-dedup-window",
                "x1,pump,flow,1700000003000,no,1,value",
                "1,pump,flow,1700000003000,16,65536,device-epoch"),
            Files.readAllLines(out.resolve("rejected.csv")));
        assertEquals(
            List.of(
                "source,input,received,7",
                "source,input,accepted,2",
                "source,input,duplicate,1",
                "source,input,rejected:device-epoch,1",
                "source,input,rejected:value,1",
                "source,input,rejected:beyond-dedup-window,2",
                "source,input,in-flight,0",
                "source,input,unaccounted,0"),
            Files.readAllLines(out.resolve("ledger.csv")).subList(1, 9));
        assertEquals(2, Files.readAllLines(out.resolve("w.csv")).size());
    }

    private static void offer(final Publisher publisher, final long id, final long timeMs, final double value)
    {
        assertEquals(1, publisher.offer(id, 7, 1, timeMs, value));
    }

    private static String get(final String url) throws IOException, InterruptedException
    {
        return HttpClient.newHttpClient().send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString()).body();
    }
}
