package io.tailrace.engine.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.aeron.archive.client.AeronArchive;
import io.tailrace.archive.DataDirectory;
import io.tailrace.engine.OtherTimeZoneData;
import io.tailrace.engine.config.ConfigFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * {@code run} as a process: what it prints, what it leaves behind and what it exits with, in order and out of it.
 */
class RunCommandIT
{
    private static final int READINGS = 20;
    private static final Pattern EVENT = Pattern.compile("\"event\":\"([a-z]+)\"");
    private static final Pattern INCARNATION =
        Pattern.compile("incarnation=([0-9]+) .* (tz=[^ ]+ epoch=[0-9]+( new-epoch)?) position=");

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void shouldServeAndEndInOrderOnSigterm() throws IOException
    {
        final Path config = config("1s", "127.0.0.1:0");
        try (EngineProcess engine = EngineProcess.start(evidence.dir(), "engine", "run", config.toString()))
        {
            engine.awaitReady();
            assertTrue(engine.out().startsWith("ready pid=" + engine.pid() + " http=127.0.0.1:"), engine.out());
            send(engine);
            engine.await("readings", () -> get(engine, "/metrics").body().contains(
                "\ntailrace_source_accepted_total{source=\"field\"} " + READINGS + ".0\n"));
            final String metrics = get(engine, "/metrics").body();
            assertTrue(metrics.contains("\ntailrace_source_malformed_total{reason="), metrics);
            assertTrue(metrics.contains("\ntailrace_source_unaccounted{source=\"field\"} 0.0\n"), metrics);
            assertTrue(metrics.contains("\ntailrace_operator_applied_total{operator=\"w\"} " + READINGS + ".0\n"),
                metrics);
            final HttpResponse<String> health = get(engine, "/health");
            assertEquals(200, health.statusCode());
            assertTrue(health.body().startsWith("{\"status\":\"ok\",\"name\":\"plant-7\",\"pid\":" + engine.pid()),
                health.body());
            assertTrue(get(engine, "/ledger").body().contains("\nsource,field,accepted," + READINGS + "\n"));

            assertEquals(0, engine.terminate().exitCode(), engine::err);
            assertEquals("", engine.err());
            assertTrue(engine.out().lines().anyMatch(
                line -> line.matches("source +field +accepted +" + READINGS)), engine.out());
            assertTrue(engine.out().lines().anyMatch(line -> line.matches("source +field +in-flight +0")),
                engine.out());
            assertEquals(List.of("starting", "recovered", "ready", "stopping", "stopped"), events());
            final String stopped = lastLine("lifecycle.jsonl");
            assertTrue(stopped.contains("\"received\":" + READINGS + ",\"accepted\":" + READINGS +
                ",\"rejected\":0,\"malformed\":1,"), stopped);
            assertTrue(stopped.contains("\"unaccounted\":0"), stopped);
            assertTrue(lastLine("latency.hlog").matches("[0-9.]+,[0-9.]+,[0-9.]+,HISTF.*"), "no interval was logged");
        }
    }

    @Test
    void shouldLogAdviceAtItsStart() throws IOException
    {
        final Path config = config("1s", "127.0.0.1:0");
        Files.writeString(config, Files.readString(config).replace(", allowed-lateness: 1s", ""));
        try (EngineProcess engine = EngineProcess.start(evidence.dir(), "engine", "run", config.toString()))
        {
            engine.awaitReady();
            assertEquals(0, engine.terminate().exitCode(), engine::err);
            assertEquals(1, engine.err().lines().count(), engine.err());
            assertTrue(engine.err().contains(" WARN engine - advice: windows[0].allowed-lateness: with no "),
                engine.err());
        }
    }

    @Test
    void shouldGoOnAfterSigkill() throws IOException
    {
        final Path config = config("1s", "127.0.0.1:0");
        try (EngineProcess killed = EngineProcess.start(evidence.dir(), "killed", "run", config.toString()))
        {
            send(killed.awaitReady());
            killed.await("durable readings", () -> get(killed, "/ledger").body().contains(
                "\nsource,field,accepted," + READINGS + "\n"));
            killed.kill();
        }
        try (EngineProcess engine = EngineProcess.start(evidence.dir(), "engine", "run", config.toString()))
        {
            engine.awaitReady();
            final String ledger = get(engine, "/ledger").body();
            assertTrue(ledger.contains("source,field,received," + READINGS + "\n"), ledger);
            assertTrue(ledger.contains("source,field,accepted," + READINGS + "\n"), ledger);
            assertEquals(200, get(engine, "/health").statusCode());
            assertEquals(0, engine.terminate().exitCode(), engine::err);
            assertTrue(Pattern.compile("\"event\":\"recovered\".*\"comparedResults\":[1-9]")
                .matcher(Files.readString(file("lifecycle.jsonl"))).find(), "no result was compared");
        }
    }

    @Test
    void shouldRefuseADataDirectoryThatIsInUse() throws IOException
    {
        final Path config = config("1s", "127.0.0.1:0");
        try (EngineProcess first = EngineProcess.start(evidence.dir(), "first", "run", config.toString()))
        {
            first.awaitReady();
            assertRefused("second", 2,
                "data directory " + evidence.dir().resolve("data").toRealPath() + " is in use by process " +
                first.pid());
            assertEquals(200, get(first, "/health").statusCode());
            assertEquals(0, first.terminate().exitCode(), first::err);
        }
    }

    @Test
    void shouldRefuseAnotherConfigurationUntilANewEpochBegins() throws IOException
    {
        config("1s", "127.0.0.1:0");
        assertEquals(0, runAndTerminate("first").exitCode());
        final Path config = config("2s", "127.0.0.1:0");
        try (EngineProcess refused = EngineProcess.start(evidence.dir(), "refused", "run", config.toString()))
        {
            assertEquals(2, refused.exitCode());
            assertTrue(refused.err().contains("configuration digest"), refused.err());
            assertTrue(refused.err().contains("--new-epoch"), refused.err());
            assertEquals(1, refused.err().lines().count(), refused.err());
            assertEquals("", refused.out());
        }
        assertEquals(0, runAndTerminate("new", "--new-epoch").exitCode());
        assertEquals(0, runAndTerminate("again").exitCode());
    }

    @Test
    void shouldRefuseOtherTimeZoneDataUntilItIsAccepted() throws IOException
    {
        final Path config = config("1s", "127.0.0.1:0");
        OtherTimeZoneData.launch(ConfigFile.read(config).config(), "1999x").close();
        final String current = OtherTimeZoneData.currentVersion();
        try (EngineProcess refused = EngineProcess.start(evidence.dir(), "refused", "run", config.toString()))
        {
            assertEquals(2, refused.exitCode());
            assertTrue(refused.err().startsWith(evidence.dir().resolve("data") +
                ": the journal was written with time-zone data 1999x, this JVM has " + current +
                "; start with --accept-tzdata to go on with " + current +
                " in the same results epoch, or with --new-epoch to begin a new results epoch at journal position "),
                refused.err());
            assertEquals(1, refused.err().lines().count(), refused.err());
            assertEquals("", refused.out());
            assertEquals(List.of("starting", "failed"), events());
        }
        assertEquals(0, runAndTerminate("accepted", "--accept-tzdata").exitCode());
        assertTrue(Files.readString(file("lifecycle.jsonl")).contains("\"timeZoneData\":\"" + current + "\""));
        assertEquals(0, runAndTerminate("again").exitCode());

        try (EngineProcess inspect = EngineProcess.start(
            evidence.dir(), "inspect", "inspect", evidence.dir().resolve("data").toString()))
        {
            assertEquals(0, inspect.exitCode(), inspect::err);
            assertEquals(
                List.of("1 tz=1999x epoch=0 new-epoch", "2 tz=" + current + " epoch=0", "3 tz=" + current + " epoch=0"),
                INCARNATION.matcher(inspect.out()).results()
                    .map(result -> result.group(1) + " " + result.group(2)).toList());
        }
    }

    @Test
    void shouldNameFileAndLineOfABadConfiguration() throws IOException
    {
        final Path config = config("5 parsecs", "127.0.0.1:0");
        try (EngineProcess engine = EngineProcess.start(evidence.dir(), "engine", "run", config.toString()))
        {
            assertEquals(2, engine.exitCode());
            assertTrue(engine.err().startsWith(config + ":6:37: windows[0].size: found 5 parsecs, expected "),
                engine.err());
            assertEquals(1, engine.err().lines().count(), engine.err());
        }
    }

    @Test
    void shouldRefuseAnHttpAddressThatIsTaken() throws IOException
    {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")))
        {
            final Path config = config("1s", "127.0.0.1:" + taken.getLocalPort());
            try (EngineProcess engine = EngineProcess.start(evidence.dir(), "engine", "run", config.toString()))
            {
                assertEquals(2, engine.exitCode());
                assertTrue(engine.err().startsWith("http=127.0.0.1:" + taken.getLocalPort() + " cannot be bound"),
                    engine.err());
                assertEquals(1, engine.err().lines().count(), engine.err());
                assertEquals(List.of("starting", "failed"), events());
            }
        }
    }

    @Test
    void shouldFailWithOneLineWhenTheJournalIsLost() throws IOException
    {
        final Path config = config("1s", "127.0.0.1:0");
        try (EngineProcess engine = EngineProcess.start(evidence.dir(), "engine", "run", config.toString()))
        {
            engine.awaitReady();
            stopRecordings();
            assertEquals(1, engine.exitCode());
            assertTrue(engine.err().startsWith("engine failed: "), engine.err());
            assertTrue(engine.err().contains(" lost: "), engine.err());
            assertEquals(1, engine.err().lines().count(), engine.err());
            assertEquals(List.of("starting", "recovered", "ready", "stopping", "failed"), events());
            assertTrue(Files.exists(file("errors.dat")));
        }
    }

    @Test
    void shouldFailOnACorruptJournal() throws IOException
    {
        config("1s", "127.0.0.1:0");
        assertEquals(0, runAndTerminate("first").exitCode());
        assertEquals(0, runAndTerminate("second").exitCode());
        corruptSegments();
        try (EngineProcess engine = EngineProcess.start(
            evidence.dir(), "engine", "run", evidence.dir().resolve("engine.yaml").toString()))
        {
            assertEquals(1, engine.exitCode());
            assertTrue(engine.err().startsWith("recording "), engine.err());
            assertTrue(engine.err().contains(" is corrupt at position "), engine.err());
            assertEquals(1, engine.err().lines().count(), engine.err());
        }
    }

    private void send(final EngineProcess engine) throws IOException
    {
        final long nowMs = System.currentTimeMillis();
        try (ReadingSender sender = new ReadingSender(engine.udpPort("field")))
        {
            for (int i = 0; i < READINGS; i++)
            {
                sender.send(7, nowMs - 1000L * (READINGS - i), i);
            }
            sender.sendMalformed();
        }
    }

    private EngineProcess runAndTerminate(final String name, final String... options)
    {
        final String config = evidence.dir().resolve("engine.yaml").toString();
        final String[] arguments = Stream.concat(Stream.of("run", config), Stream.of(options)).toArray(String[]::new);
        try (EngineProcess engine = EngineProcess.start(evidence.dir(), name, arguments))
        {
            engine.awaitReady().terminate().exitCode();
            return engine;
        }
    }

    private void assertRefused(final String name, final int exitCode, final String line)
    {
        try (EngineProcess engine = EngineProcess.start(
            evidence.dir(), name, "run", evidence.dir().resolve("engine.yaml").toString()))
        {
            assertEquals(exitCode, engine.exitCode());
            assertEquals(line + "\n", engine.err());
            assertEquals("", engine.out());
        }
    }

    /** As a foreign client of the engine's archive may. */
    private void stopRecordings()
    {
        final AeronArchive.Context context = new AeronArchive.Context()
            .aeronDirectoryName(DataDirectory.recordedAeronDirectoryName(evidence.dir().resolve("data")))
            .controlRequestChannel("aeron:ipc")
            .controlResponseChannel("aeron:ipc");
        try (AeronArchive archive = AeronArchive.connect(context))
        {
            assertTrue(archive.tryStopRecordingByIdentity(0), "recording 0 is not active");
        }
    }

    /** In the body of the first frame of each recording. */
    private void corruptSegments() throws IOException
    {
        final List<Path> segments;
        try (Stream<Path> files = Files.list(DataDirectory.archiveDirOf(evidence.dir().resolve("data"))))
        {
            segments = files.filter(file -> file.toString().endsWith(".rec")).toList();
        }
        assertTrue(!segments.isEmpty(), "no segment files");
        for (final Path segment : segments)
        {
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE))
            {
                channel.write(ByteBuffer.wrap(new byte[]{0x55}), 50);
            }
        }
    }

    private HttpResponse<String> get(final EngineProcess engine, final String path)
    {
        try
        {
            return http.send(
                HttpRequest.newBuilder(URI.create("http://" + engine.http() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        catch (final InterruptedException ex)
        {
            throw new IllegalStateException(ex);
        }
    }

    private List<String> events() throws IOException
    {
        return EVENT.matcher(Files.readString(file("lifecycle.jsonl"))).results()
            .map(result -> result.group(1)).toList();
    }

    private String lastLine(final String name) throws IOException
    {
        final List<String> lines = Files.readAllLines(file(name));
        return lines.get(lines.size() - 1);
    }

    private Path file(final String name)
    {
        return evidence.dir().resolve("data").resolve(name);
    }

    private Path config(final String size, final String httpAddress) throws IOException
    {
        final Path config = evidence.dir().resolve("engine.yaml");
        Files.writeString(config, """
            name: plant-7
            data-dir: "%s"
            sources: [{name: field, udp: "127.0.0.1:0"}]
            event-time: {watermark: global, out-of-orderness: 0s}
            windows:
              - {name: w, type: tumbling, size: %s, allowed-lateness: 1s}
            http: %s
            checkpoint: {interval: 15m}
            """.formatted(evidence.dir().resolve("data"), size, httpAddress));
        return config;
    }
}
