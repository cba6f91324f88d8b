package io.tailrace.engine.sink;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tailrace.engine.Engine;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SinkConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A whole engine in this JVM with sinks, over restarts and a new epoch. Reading i closes the window before it. */
class SinksTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    private Path dir;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Test
    void shouldHaveEachResultOnceOverRestartsAndEpochs() throws Exception
    {
        final EngineConfig config = config("data")
            .sink(SinkConfig.file("files", dir.resolve("files")).build())
            .sink(SinkConfig.jdbc("db", url()).build())
            .build();
        new SinkDatabase("db", config.sinks().get(1).jdbc(), name -> null).createTables();

        run(config, 0, 10, false);
        run(config, 10, 10, false);
        assertEquals(sequences("0:", 0, 19), lines());
        assertEquals(sequences("0:", 0, 19), rows());
        run(config, 20, 5, true);
        run(config, 25, 5, false);
        final List<String> both = new ArrayList<>(sequences("0:", 0, 19));
        both.addAll(sequences("1:", 0, 10));
        assertEquals(both, lines());
        assertEquals(both, rows());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldGoOnWithoutASinkThatCannotWriteAndHealIt() throws Exception
    {
        final EngineConfig config = config("data")
            .sink(SinkConfig.jdbc("db", url()).build())
            .sink(SinkConfig.file("files", dir.resolve("files")).build())
            .http(new InetSocketAddress("127.0.0.1", 0))
            .build();
        try (Engine engine = launch(config, false))
        {
            publish(engine, 0, 10);
            await(() -> get(engine, "/health").contains("sink-schema CONFIG --apply"), "db says what is wrong");
            await(() -> get(engine, "/health").contains("\"sink.files.nextSequence\":9,"), "files has written");
            final String health = get(engine, "/health");
            assertTrue(health.startsWith("{\"status\":\"degraded\""), health);
            assertEquals(200, response(engine, "/health").statusCode());
            assertTrue(health.contains("\"sink.db.state\":\"reconnecting\""), health);
            assertTrue(health.contains("sink-schema CONFIG --apply"), health);
            assertTrue(health.contains("\"sink.db.lag\":9,"), health);
            final String metrics = get(engine, "/metrics");
            assertTrue(metrics.contains("tailrace_sink_next_sequence{sink=\"files\"} 9.0"), metrics);
            assertTrue(metrics.contains("tailrace_sink_lag_results{sink=\"db\"} 9.0"), metrics);
            assertTrue(metrics.contains("tailrace_sink_state{sink=\"db\",state=\"reconnecting\"} 1.0"), metrics);
            assertTrue(metrics.contains("tailrace_sink_last_error_info{"), metrics);

            new SinkDatabase("db", config.sinks().get(0).jdbc(), name -> null).createTables();
            await(() -> get(engine, "/health").contains("\"sink.db.nextSequence\":9,"), "db heals");
            await(() -> get(engine, "/health").startsWith("{\"status\":\"ok\""), "all is well");
            assertNull(engine.failure());
        }
        assertEquals(sequences("0:", 0, 9), rows());
        assertTrue(errors.size() > 0);
    }

    @Test
    void shouldGoOnAtItsPaceWhileADatabaseStandsStillInTheMiddleOfAWrite() throws Exception
    {
        final int readings = 5_000;
        final EngineConfig config = config("data")
            .sink(SinkConfig.jdbc("db", url()).build())
            .sink(SinkConfig.file("files", dir.resolve("files")).build())
            .http(new InetSocketAddress("127.0.0.1", 0))
            .build();
        new SinkDatabase("db", config.sinks().get(0).jdbc(), name -> null).createTables();
        HeldDatabase.addTo(url());
        try (Engine engine = launch(config, false))
        {
            publish(engine, 0, 11);
            await(() -> get(engine, "/health").contains("\"sink.db.nextSequence\":10,"), "db has written");
            HeldDatabase.begin();
            try
            {
                publish(engine, 11, 1);
                await(HeldDatabase::isHolding, "an insert stands still");
                final long journal = engine.durablePosition();
                publish(engine, 12, readings);

                // All of it is durable, results too, while the insert still stands where it stood.
                assertTrue(engine.durablePosition() - journal >= 64L * readings);
                assertEquals(readings + 11, engine.view().nextResultSequence());
                await(() -> get(engine, "/health").contains("\"sink.files.lag\":0,"), "files has all");
                final String health = get(engine, "/health");
                assertTrue(health.contains("\"sink.db.state\":\"running\""), health);
                assertTrue(health.contains("\"sink.db.lag\":" + (readings + 1) + ","), health);
                final String metrics = get(engine, "/metrics");
                assertTrue(metrics.contains("tailrace_sink_lag_results{sink=\"db\"} " + (readings + 1.0)), metrics);
                assertTrue(metrics.contains("tailrace_sink_lag_results{sink=\"files\"} 0.0"), metrics);
                assertTrue(metrics.contains("tailrace_ring_depth 0.0"), metrics);
            }
            finally
            {
                HeldDatabase.end();
            }
            await(() -> get(engine, "/health").contains("\"sink.db.lag\":0,"), "db has caught up");
            final String health = get(engine, "/health");
            assertTrue(health.startsWith("{\"status\":\"ok\""), health);
            assertTrue(health.contains("\"sink.db.state\":\"running\""), health);
            assertTrue(health.contains("\"sink.db.retries\":0,"), health);
            assertEquals(0, engine.ledger().unaccounted());
            assertNull(engine.failure());
        }
        assertEquals(sequences("0:", 0, readings + 11), rows());
        assertEquals(sequences("0:", 0, readings + 11), lines());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldTellOfADirectoryThatCannotBeWrittenOnceAndHeal() throws Exception
    {
        final Path files = dir.resolve("files");
        Files.writeString(files, "in the way");
        final EngineConfig config = config("data")
            .sink(SinkConfig.file("files", files).build())
            .http(new InetSocketAddress("127.0.0.1", 0))
            .build();
        try (Engine engine = launch(config, false))
        {
            publish(engine, 0, 101);
            await(() -> retries(engine) >= 3, "files tries again");
            final String health = get(engine, "/health");
            assertTrue(health.startsWith("{\"status\":\"degraded\""), health);
            assertTrue(health.contains("\"sink.files.state\":\"reconnecting\""), health);
            assertTrue(health.contains("\"sink.files.lag\":100,"), health);
            assertTrue(get(engine, "/metrics").contains("tailrace_sink_last_error_info{"), health);
            assertEquals(1, errors.size(), errors::toString);

            Files.delete(files);
            await(() -> get(engine, "/health").contains("\"sink.files.lag\":0,"), "files heals");
            assertTrue(get(engine, "/health").startsWith("{\"status\":\"ok\""));
            assertEquals(1, errors.size(), errors::toString);
        }
        assertEquals(sequences("0:", 0, 100), lines());
    }

    @Test
    void shouldStopASinkThatWasFedByAnotherDataDirectory() throws Exception
    {
        final SinkConfig sink = SinkConfig.file("files", dir.resolve("files")).build();
        run(config("one").sink(sink).build(), 0, 10, false);
        final EngineConfig other =
            config("two").sink(sink).http(new InetSocketAddress("127.0.0.1", 0)).build();
        try (Engine engine = launch(other, false))
        {
            await(() -> get(engine, "/health").contains("\"sink.files.state\":\"failed\""), "files fails");
            final String health = get(engine, "/health");
            assertTrue(health.contains("these are results of data directory "), health);
            assertNull(engine.failure());
        }
        assertEquals(sequences("0:", 0, 9), lines());
    }

    private void run(final EngineConfig config, final int first, final int count, final boolean isNewEpoch)
    {
        try (Engine engine = launch(config, isNewEpoch))
        {
            publish(engine, first, count);
            assertNull(engine.failure());
        }
    }

    private Engine launch(final EngineConfig config, final boolean isNewEpoch)
    {
        return Engine.launch(
            new Engine.Context().config(config).newEpoch(isNewEpoch).errorHandler(errors::add));
    }

    private static void publish(final Engine engine, final int first, final int count)
    {
        final Publisher publisher = engine.publisher("app");
        for (int i = first; i < first + count; i++)
        {
            final int reading = i;
            await(() -> 1 == publisher.offer(reading, 7, 1, START_MS + reading * 1000L, reading), "the ring has room");
        }
        assertTrue(engine.awaitDrained(10 * SECOND_NS));
    }

    private EngineConfig.Builder config(final String data)
    {
        return EngineConfig.builder()
            .dataDir(dir.resolve(data))
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(0)
                .build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build());
    }

    private String url()
    {
        return "jdbc:h2:" + dir.toAbsolutePath().resolve("db");
    }

    private static List<String> sequences(final String epoch, final int from, final int to)
    {
        final List<String> sequences = new ArrayList<>();
        for (int i = from; i < to; i++)
        {
            sequences.add(epoch + i);
        }
        return sequences;
    }

    private List<String> lines() throws IOException
    {
        final List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(dir.resolve("files")))
        {
            for (final Path file : files.filter(path -> path.toString().matches(".*(csv|part)")).sorted().toList())
            {
                final String epoch = Integer.parseInt(file.getFileName().toString().split("-")[1]) + ":";
                Files.readString(file).lines().skip(1).forEach(line -> lines.add(epoch + line.split(",")[0]));
            }
        }
        return lines;
    }

    private List<String> rows() throws SQLException
    {
        final List<String> rows = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url());
            ResultSet found = connection.createStatement()
                .executeQuery("select epoch, sequence from tailrace_window order by 1, 2"))
        {
            while (found.next())
            {
                rows.add(found.getLong(1) + ":" + found.getLong(2));
            }
        }
        return rows;
    }

    private static long retries(final Engine engine)
    {
        final String health = get(engine, "/health");
        final Matcher matcher = Pattern.compile("\"sink\\.files\\.retries\":([0-9]+)").matcher(health);
        assertTrue(matcher.find(), health);
        return Long.parseLong(matcher.group(1));
    }

    private static String get(final Engine engine, final String path)
    {
        return response(engine, path).body();
    }

    private static HttpResponse<String> response(final Engine engine, final String path)
    {
        try
        {
            return HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + engine.httpAddress().getPort() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        }
        catch (final IOException | InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private static void await(final BooleanSupplier condition, final String what)
    {
        final long deadlineNs = System.nanoTime() + 30 * SECOND_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, "timed out: " + what);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }
}
