package io.tailrace.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tailrace.codec.NumberText;
import io.tailrace.engine.config.JdbcSinkConfig;
import io.tailrace.engine.sink.SinkDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * SIGKILL of the engine under load, and of the PostgreSQL server that one of its sinks writes into; locks and slow
 * statements in that server. In the end rows, lines of files and the results log say the same, each result once.
 */
class SinkIT
{
    private static final int READINGS_PER_KILL = 6_000;
    private static final int READINGS_AT_ONCE = 500;
    /** Several batches; much less than what a third of the readings gives that are sent meanwhile. */
    private static final int RESULTS_BEHIND = 1_000;
    private static final long TOO_OLD_MS = 1_000_000_000_000L;
    private static final int KILLS = 3;
    private static final long SLOT_LENGTH = 64;

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    private final Random random = TestSeed.random("SinkIT");
    private long timeMs = 1_700_000_000_000L;

    @BeforeEach
    void assumeServer()
    {
        PostgresServer.assume();
    }

    @Test
    void shouldHaveEachResultOnceInTablesAndFiles() throws IOException, SQLException
    {
        try (PostgresServer server = PostgresServer.start();
            EngineBench bench = new EngineBench(evidence.dir(), config(server)))
        {
            bench.command("sink-schema", bench.yaml().toString(), "--apply");
            for (int kill = 0; kill < KILLS; kill++)
            {
                final EngineProcess engine = bench.run().awaitReady();
                try (ReadingSender sender = new ReadingSender(engine.udpPort("field")))
                {
                    sendMore(bench, engine, sender);
                    if (kill == 1)
                    {
                        killServer(server, bench, engine);
                        sendSome(sender);
                    }
                    engine.kill();
                }
            }

            final EngineProcess engine = bench.run().awaitReady();
            try (ReadingSender sender = new ReadingSender(engine.udpPort("field")))
            {
                sendMore(bench, engine, sender);
                sender.sendEndOfInput();
            }
            final Map<String, Long> ledger = assertWritten(server, bench, engine);
            assertTrue(EngineBench.sum(ledger, "operator,fast,applied") > KILLS * READINGS_PER_KILL, ledger::toString);
        }
    }

    @Test
    void shouldHoldNobodyUpWhileAStatementWaits() throws IOException, SQLException
    {
        try (PostgresServer server = PostgresServer.start();
            EngineBench bench = new EngineBench(evidence.dir(), config(server)))
        {
            bench.command("sink-schema", bench.yaml().toString(), "--apply");
            final EngineProcess engine = bench.run().awaitReady();
            try (ReadingSender sender = new ReadingSender(engine.udpPort("field"));
                Connection other = server.connect();
                Statement statement = other.createStatement())
            {
                sendMore(bench, engine, sender);
                other.setAutoCommit(false);
                statement.execute("lock table tailrace_window in access exclusive mode");
                sendMore(bench, engine, sender);
                engine.await("a sink that falls behind", () -> number(bench, engine, "lag") > RESULTS_BEHIND);
                final long written = number(bench, engine, "nextSequence");
                final long journal = bench.position(engine);
                sendMore(bench, engine, sender);
                sendMore(bench, engine, sender);
                engine.await("an empty ring, and all results in files", () -> bench.get(engine, "/health")
                    .contains("\"sink.files.lag\":0,") && bench.get(engine, "/metrics").contains("_ring_depth 0.0"));

                // It stands where it stood; everything else went on without it.
                assertEquals(written, number(bench, engine, "nextSequence"));
                assertTrue(bench.position(engine) - journal >= 2L * READINGS_PER_KILL * SLOT_LENGTH);
                final long lag = number(bench, engine, "lag");
                assertTrue(lag > 2 * RESULTS_BEHIND, () -> "lag: " + lag);
                final String metrics = bench.get(engine, "/metrics");
                assertTrue(metrics.contains("tailrace_sink_state{sink=\"db\",state=\"running\"} 1.0"), metrics);
                assertTrue(metrics.contains("tailrace_sink_lag_results{sink=\"db\"} " + (double)lag), metrics);
                other.rollback();
                engine.await("a sink that has caught up", () -> number(bench, engine, "lag") == 0);
                assertEquals(0, number(bench, engine, "retries"));
                assertTrue(bench.get(engine, "/health").contains("\"sink.db.state\":\"running\""));
                sender.sendEndOfInput();
            }
            assertWritten(server, bench, engine);
        }
    }

    @Test
    void shouldTryAgainWhenTheServerGivesUpAStatement() throws IOException, SQLException
    {
        try (PostgresServer server = PostgresServer.start();
            EngineBench bench = new EngineBench(evidence.dir(), config(server)))
        {
            assertEquals(List.of("50s", "20s"), limits(server));
            execute(server, "alter role tailrace set statement_timeout = '1500ms'");
            execute(server, "alter role tailrace set lock_timeout = '400ms'");
            assertEquals(List.of("1500ms", "400ms"), limits(server));

            bench.command("sink-schema", bench.yaml().toString(), "--apply");
            final EngineProcess engine = bench.run().awaitReady();
            try (ReadingSender sender = new ReadingSender(engine.udpPort("field")))
            {
                sendMore(bench, engine, sender);
                lockTable(server, bench, engine, sender);
                sendMore(bench, engine, sender);
                slowDown(server, bench, engine, sender);
                sendMore(bench, engine, sender);
                sender.sendEndOfInput();
            }
            assertWritten(server, bench, engine);
        }
    }

    @Test
    @Tag("full")
    void shouldTryAgainAfterTheLimitsOfItsOwn() throws IOException, SQLException
    {
        try (PostgresServer server = PostgresServer.start();
            EngineBench bench = new EngineBench(evidence.dir(), config(server)))
        {
            bench.command("sink-schema", bench.yaml().toString(), "--apply");
            final EngineProcess engine = bench.run().awaitReady();
            try (ReadingSender sender = new ReadingSender(engine.udpPort("field")))
            {
                sendMore(bench, engine, sender);
                lockTable(server, bench, engine, sender);
                sender.sendEndOfInput();
            }
            assertWritten(server, bench, engine);
        }
    }

    private String config(final PostgresServer server)
    {
        return """
            sources: [{name: field, udp: "127.0.0.1:0", receive-buffer: 4MiB}]
            event-time: {watermark: global, out-of-orderness: 100ms, idle-after: 1s, reference-clock: none}
            windows:
              - {name: fast, type: tumbling, size: 100ms, key: device+metric, allowed-lateness: 200ms}
              - {name: whole, type: tumbling, size: 500ms, key: all}
            sinks:
              - {name: files, file: {dir: "%s", rotate-size: 1MB}}
              - {name: db, jdbc: {url: "%s", user: tailrace, batch: 200, linger: 20ms}}
            """.formatted(evidence.dir().resolve("files").toAbsolutePath(), server.url());
    }

    /** Sends until so many more readings have come in than before; the last of them are still in flight then. */
    private void sendMore(final EngineBench bench, final EngineProcess engine, final ReadingSender sender)
    {
        final long until = bench.received(engine) + READINGS_PER_KILL;
        engine.await(until + " readings", () ->
        {
            sendSome(sender);
            return bench.received(engine) >= until;
        });
    }

    /** Twenty devices; some readings are late, and some have a time that is none. */
    private void sendSome(final ReadingSender sender)
    {
        try
        {
            for (int i = 0; i < READINGS_AT_ONCE; i++)
            {
                timeMs++;
                final long late = random.nextInt(50) == 0 ? 2000 : random.nextInt(100);
                sender.send(random.nextInt(20), random.nextInt(500) == 0 ? TOO_OLD_MS : timeMs - late,
                    random.nextGaussian());
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** The sink says that it is cut off, and heals without being told. */
    private static void killServer(final PostgresServer server, final EngineBench bench, final EngineProcess engine)
        throws IOException
    {
        server.kill();
        engine.await("a sink that is cut off",
            () -> bench.get(engine, "/health").contains("\"sink.db.state\":\"reconnecting\""));
        final String metrics = bench.get(engine, "/metrics");
        assertTrue(metrics.contains("tailrace_sink_state{sink=\"db\",state=\"reconnecting\"} 1.0"), metrics);
        assertTrue(metrics.contains("tailrace_sink_state{sink=\"files\",state=\"running\"} 1.0"), metrics);
        engine.await("three tries", () -> retries(bench, engine) >= 3);
        server.launch();
        awaitHealed(bench, engine);
        engine.await("a sink that says so", () -> engine.err().contains("sink db: has caught up after "));
        // Not a line for each try: the first one may have found the server in the middle of its end.
        final long lines = engine.err().lines().filter(line -> line.contains("tries again until it can")).count();
        assertTrue(lines >= 1 && lines < retries(bench, engine), engine::err);
    }

    /** Another session keeps the sink from its table for longer than the server lets it wait, twice at least. */
    private void lockTable(
        final PostgresServer server, final EngineBench bench, final EngineProcess engine, final ReadingSender sender)
        throws SQLException
    {
        try (Connection other = server.connect(); Statement statement = other.createStatement())
        {
            other.setAutoCommit(false);
            // The limits of the role are the tester's as well.
            statement.execute("set local lock_timeout = 0");
            statement.execute("lock table tailrace_window in access exclusive mode");
            awaitRetries(bench, engine, sender, "lock timeout");
            other.rollback();
        }
        awaitHealed(bench, engine);
    }

    /** A trigger sleeps for longer than the server lets a statement take. */
    private void slowDown(
        final PostgresServer server, final EngineBench bench, final EngineProcess engine, final ReadingSender sender)
        throws SQLException
    {
        execute(server, "create function slow() returns trigger language plpgsql as " +
            "'begin perform pg_sleep(30); return null; end'");
        execute(server, "set lock_timeout = 0; set statement_timeout = 0; " +
            "create trigger slow before insert on tailrace_window for each statement execute function slow()");
        awaitRetries(bench, engine, sender, "statement timeout");
        execute(server, "create or replace function slow() returns trigger language plpgsql as " +
            "'begin return null; end'");
        awaitHealed(bench, engine);
    }

    /** Sends until the sink has said twice that it was given up, for that reason; the other sink goes on. */
    private void awaitRetries(
        final EngineBench bench, final EngineProcess engine, final ReadingSender sender, final String reason)
    {
        final long before = retries(bench, engine);
        engine.await("a sink that is given up for its " + reason + ", and tries again", () ->
        {
            sendSome(sender);
            final String health = bench.get(engine, "/health");
            return retries(bench, engine) >= before + 2 && health.contains(reason) &&
                health.contains("\"sink.db.state\":\"reconnecting\"") &&
                health.contains("\"sink.files.state\":\"running\"") && health.contains("\"status\":\"degraded\"");
        });
    }

    private static void awaitHealed(final EngineBench bench, final EngineProcess engine)
    {
        engine.await("a sink that has healed",
            () -> bench.get(engine, "/health").contains("\"sink.db.state\":\"running\""));
    }

    private static long retries(final EngineBench bench, final EngineProcess engine)
    {
        return number(bench, engine, "retries");
    }

    /** What the sink of the database says of itself. */
    private static long number(final EngineBench bench, final EngineProcess engine, final String name)
    {
        final String health = bench.get(engine, "/health");
        final Matcher matcher = Pattern.compile("\"sink\\.db\\." + name + "\":([0-9]+)").matcher(health);
        assertTrue(matcher.find(), health);
        return Long.parseLong(matcher.group(1));
    }

    /** Limits of statements and of waits for locks, as the sink's connections have them. */
    private static List<String> limits(final PostgresServer server) throws SQLException
    {
        final JdbcSinkConfig config = JdbcSinkConfig.builder().url(server.url()).user("tailrace").build();
        try (Connection connection = new SinkDatabase("db", config, variable -> null).open();
            Statement statement = connection.createStatement();
            ResultSet found = statement.executeQuery(
                "select current_setting('statement_timeout'), current_setting('lock_timeout')"))
        {
            assertTrue(found.next());
            return List.of(found.getString(1), found.getString(2));
        }
    }

    private static void execute(final PostgresServer server, final String sql) throws SQLException
    {
        try (Connection connection = server.connect(); Statement statement = connection.createStatement())
        {
            statement.execute(sql);
        }
    }

    /** Stops the engine; rows, lines of files and the results log must say the same, each result once. */
    private Map<String, Long> assertWritten(
        final PostgresServer server, final EngineBench bench, final EngineProcess engine)
        throws IOException, SQLException
    {
        bench.awaitTicks(engine, 2);
        engine.await("an empty ring", () -> bench.ledger(engine).get("source,field,in-flight") == 0);
        awaitWritten(bench, engine);
        final Map<String, Long> ledger = bench.ledger(engine);
        bench.stop(engine);

        final List<String> lines = bench.command("tail", bench.yaml().toString(), "--no-follow").lines().toList();
        assertTrue(lines.stream().anyMatch(line -> line.contains(",late,")));
        assertTrue(lines.stream().anyMatch(line -> line.contains(",rejected,")));
        assertEquals(lines.subList(1, lines.size()), linesOfFiles());
        assertRows(lines, server);
        return ledger;
    }

    /** Waits until both sinks are behind by nothing, and nothing has come meanwhile. */
    private static void awaitWritten(final EngineBench bench, final EngineProcess engine)
    {
        final Pattern lag = Pattern.compile("\"sink\\.[a-z]+\\.lag\":([0-9]+)");
        engine.await("sinks that are behind by nothing", () ->
        {
            final Matcher matcher = lag.matcher(bench.get(engine, "/health"));
            return matcher.find() && "0".equals(matcher.group(1)) && matcher.find() && "0".equals(matcher.group(1));
        });
    }

    private List<String> linesOfFiles() throws IOException
    {
        final List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(evidence.dir().resolve("files")))
        {
            for (final Path file : files.filter(path -> path.toString().matches(".*(csv|part)")).sorted().toList())
            {
                Files.readString(file).lines().skip(1).forEach(lines::add);
            }
        }
        return lines;
    }

    /** Each line of the results log is one row, and there are no others. */
    private static void assertRows(final List<String> lines, final PostgresServer server) throws SQLException
    {
        final List<String> columns = List.of(lines.get(0).split(","));
        final Map<String, String> rows = new HashMap<>();
        try (Connection connection = server.connect(); Statement statement = connection.createStatement())
        {
            collect(statement.executeQuery("select sequence, 'window', operator, device_id, metric, value_sum, " +
                "value_stddev, revision from tailrace_window where epoch = 0"), rows);
            collect(statement.executeQuery("select sequence, kind, operator, device_id, metric, reading, " +
                "null::double precision, null::bigint from tailrace_judged where epoch = 0"), rows);
            assertEquals(1, count(statement, "select count(*) from tailrace_sink where name = 'db' and epoch = 0 and " +
                "next_sequence = " + (lines.size() - 1)));
        }
        assertEquals(lines.size() - 1, rows.size());
        for (final String line : lines.subList(1, lines.size()))
        {
            final String[] cells = line.split(",", -1);
            final boolean isWindow = "window".equals(cells[1]);
            assertEquals(
                String.join(",", cells[1], cells[2], cells[3], cells[4],
                    cells[columns.indexOf(isWindow ? "sum" : "value")], cells[columns.indexOf("stddev")],
                    cells[columns.indexOf("revision")]),
                rows.get(cells[0]), line);
        }
    }

    private static void collect(final ResultSet found, final Map<String, String> rows) throws SQLException
    {
        while (found.next())
        {
            final List<String> cells = new ArrayList<>();
            for (int i = 2; i <= 8; i++)
            {
                final Object value = found.getObject(i);
                cells.add(null == value ? "" :
                    value instanceof Double number ? NumberText.toString(number) : value.toString());
            }
            assertEquals(null, rows.put(found.getString(1), String.join(",", cells)), "a sequence in two tables");
        }
    }

    private static long count(final Statement statement, final String sql) throws SQLException
    {
        try (ResultSet found = statement.executeQuery(sql))
        {
            assertTrue(found.next());
            return found.getLong(1);
        }
    }
}
