package io.tailrace.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.tailrace.archive.DataDirectory;
import org.agrona.IoUtil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * One data directory with its configuration, for the oracle as well, and the processes that a test runs on it: engines,
 * one after the other, senders and inspectors. Closing it kills what still lives, by its id, and removes what killed
 * ones left in shared memory.
 */
final class EngineBench implements AutoCloseable
{
    /** Three windows that differ in size, key, filter and lateness. */
    static final String WINDOWS = """
        windows:
          - {name: fast, type: tumbling, size: 1s, key: device+metric, allowed-lateness: 2s}
          - {name: slow, type: tumbling, size: 10s, key: device, allowed-lateness: 1m, where: {metric: 1}}
          - {name: whole, type: tumbling, size: 500ms, key: all}
        """;

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final int TICK_FRAME_LENGTH = 96;
    private static final Pattern POSITION = Pattern.compile("\"journalPosition\":([0-9]+)");

    private static final Pattern RESTORED = Pattern.compile("\"event\":\"recovered\".*\"checkpoint\":[0-9]");

    private final Path dir;
    private final Path data;
    private final Path yaml;
    private final Path json;
    private final Oracle oracle;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<EngineProcess> processes = new ArrayList<>();

    /**
     * Writes the configuration.
     *
     * @param dir    of the test.
     * @param config all but {@code data-dir} and {@code http}.
     */
    EngineBench(final Path dir, final String config) throws IOException
    {
        this.dir = dir;
        data = dir.resolve("data");
        yaml = dir.resolve("engine.yaml");
        json = dir.resolve("oracle.json");
        oracle = new Oracle(dir);
        Files.writeString(yaml, "data-dir: \"" + data + "\"\nhttp: 127.0.0.1:0\ncheckpoint: {interval: 1s}\n" +
            config);
        OracleConfig.write(yaml, json);
    }

    Path data()
    {
        return data;
    }

    Path yaml()
    {
        return yaml;
    }

    Path json()
    {
        return json;
    }

    Oracle oracle()
    {
        return oracle;
    }

    /** Starts an engine; does not wait for it. */
    EngineProcess run(final String... options)
    {
        return start("run", Stream.concat(Stream.of(yaml.toString()), Stream.of(options)));
    }

    /** Starts a sender; does not wait for it. */
    EngineProcess send(final Path csv, final String to, final String... options)
    {
        return start("send", Stream.concat(
            Stream.of(csv.toString(), "--to", to, "--config", yaml.toString()), Stream.of(options)));
    }

    /** Runs {@code inspect} to its end; answers what it prints. */
    String inspect(final String... options)
    {
        return command("inspect", Stream.concat(Stream.of(data.toString()), Stream.of(options)).toArray(String[]::new));
    }

    /** Runs any other command to its end, which must be a good one; answers what it prints. */
    String command(final String name, final String... arguments)
    {
        final EngineProcess process = start(name, Stream.of(arguments));
        assertEquals(0, process.exitCode(), process::err);
        return process.out();
    }

    /** @return destination of a UDP source of a running engine. */
    static String udp(final EngineProcess engine)
    {
        return "udp:127.0.0.1:" + engine.udpPort("field");
    }

    /** @return all counts of both ledgers, by {@code scope,name,reason}. */
    Map<String, Long> ledger(final EngineProcess engine)
    {
        final Map<String, Long> counts = new HashMap<>();
        get(engine, "/ledger").lines().skip(1).forEach(line ->
        {
            final int comma = line.lastIndexOf(',');
            counts.put(line.substring(0, comma), Long.parseLong(line.substring(comma + 1)));
        });
        return counts;
    }

    /** @return readings that the only source has received, over all incarnations. */
    long received(final EngineProcess engine)
    {
        return ledger(engine).get("source,field,received");
    }

    /** Waits until so many readings were received and judged, and ingress has looked once more since. */
    void awaitDrained(final EngineProcess engine, final long readings)
    {
        engine.await(readings + " readings", () -> received(engine) >= readings);
        engine.await("an empty ring", () -> ledger(engine).get("source,field,in-flight") == 0);
        awaitTicks(engine, 2);
        final Map<String, Long> ledger = ledger(engine);
        assertEquals(readings, ledger.get("source,field,received"), ledger::toString);
        assertEquals(readings, sum(ledger, "source,field,accepted") + sum(ledger, "source,field,rejected:"),
            ledger::toString);
        assertEquals(0, ledger.entrySet().stream().filter(count -> count.getKey().endsWith(",unaccounted"))
            .mapToLong(count -> Math.abs(count.getValue())).sum(), ledger::toString);
    }

    /** Waits until the journal has grown by so many ticks at least. */
    void awaitTicks(final EngineProcess engine, final int ticks)
    {
        final long begin = position(engine);
        engine.await(ticks + " ticks", () -> position(engine) >= begin + (long)ticks * TICK_FRAME_LENGTH);
    }

    /** @return journal position up to which everything is durable. */
    long position(final EngineProcess engine)
    {
        final String health = get(engine, "/health");
        final Matcher matcher = POSITION.matcher(health);
        assertTrue(matcher.find(), health);
        return Long.parseLong(matcher.group(1));
    }

    /** Waits until a checkpoint of this run is complete, so that another is begun within a second. */
    void awaitCheckpoint(final EngineProcess engine)
    {
        engine.await("a checkpoint", () -> !get(engine, "/health").contains("\"checkpoint\":-1,"));
    }

    /** @return starts that have restored a checkpoint. */
    long restoredStarts() throws IOException
    {
        return RESTORED.matcher(Files.readString(data.resolve("lifecycle.jsonl"))).results().count();
    }

    /** Sends SIGTERM and waits for an end in order. */
    void stop(final EngineProcess engine)
    {
        assertEquals(0, engine.terminate().exitCode(), engine::err);
    }

    /** Journal and results log of the stopped engine must agree, for the oracle and for {@code inspect}. */
    Oracle.Summary verify(final String... options)
    {
        inspect("--verify");
        return oracle.verify(data, json, options);
    }

    /** Sum of all counts whose name begins so. */
    static long sum(final Map<String, Long> ledger, final String prefix)
    {
        return ledger.entrySet().stream().filter(count -> count.getKey().startsWith(prefix))
            .mapToLong(Map.Entry::getValue).sum();
    }

    String get(final EngineProcess engine, final String path)
    {
        try
        {
            return http.send(HttpRequest.newBuilder(URI.create("http://" + engine.http() + path)).build(),
                HttpResponse.BodyHandlers.ofString()).body();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("engine " + engine.pid() + ":\n" + engine.out() + engine.err(), ex);
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    @Override
    public void close() throws IOException
    {
        for (final EngineProcess process : processes)
        {
            process.close();
            deleteShared("tailrace-send-" + process.pid() + "-*");
        }
        if (Files.exists(data.resolve("aeron.dir")))
        {
            IoUtil.delete(Path.of(DataDirectory.recordedAeronDirectoryName(data)).toFile(), true);
        }
    }

    private EngineProcess start(final String command, final Stream<String> arguments)
    {
        final EngineProcess process = EngineProcess.start(dir, command + "-" + (processes.size() + 1),
            Stream.concat(Stream.of(command), arguments).toArray(String[]::new));
        processes.add(process);
        return process;
    }

    private static void deleteShared(final String pattern) throws IOException
    {
        if (Files.isDirectory(SHARED_MEMORY))
        {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(SHARED_MEMORY, pattern))
            {
                found.forEach(path -> IoUtil.delete(path.toFile(), true));
            }
        }
    }
}
