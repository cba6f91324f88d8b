package io.tailrace.perf.certify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code java -jar target/tailrace-perf.jar certify}, as a user runs it. */
class CertifyIT
{
    private static final Path JAR = Path.of("target", "tailrace-perf.jar").toAbsolutePath();
    private static final String PASSWORD = "TAILRACE_CERTIFY_IT_PASSWORD";
    private static final long TIMEOUT_MIN = 15;
    private static final int PHASES = KillPhase.values().length;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path dir;

    private Path json;
    private Path runs;

    @BeforeEach
    void makeDirectories() throws IOException
    {
        json = dir.resolve("report.json");
        runs = Files.createDirectories(dir.resolve("runs"));
    }

    @Test
    void shouldPassOverKillsInEveryPhaseAndOfTheDatabase() throws IOException, InterruptedException
    {
        final boolean hasServer = hasServer();
        final List<String> arguments = new ArrayList<>(List.of("--kills", Integer.toString(PHASES + 3), "--per-phase",
            "1", "--rate", "4000", "--devices", "100", "--dedup", "sequence", "--cost-seconds", "1"));
        arguments.addAll(hasServer ? List.of("--postgres", "--database-kills", "3") :
            List.of("--jdbc", "jdbc:h2:" + dir.resolve("h2").resolve("db")));

        final String out = certify(0, arguments.toArray(String[]::new));

        assertPassed(out, 1);
        final JsonNode report = report();
        final JsonNode numbers = report.get("numbers");
        assertTrue(numbers.get("sink.files").asLong() > 0, out);
        assertEquals(numbers.get("results").asLong(), numbers.get("sink.files").asLong(), out);
        assertEquals(numbers.get("results").asLong(), numbers.get("sink.certify-jdbc").asLong(), out);
        assertEquals(numbers.get("sent").asLong() + numbers.get("journalledAgain").asLong(),
            numbers.get("journalled").asLong(), out);
        assertEquals(hasServer, report.has("databaseKills"));
        if (hasServer)
        {
            assertEquals(3, report.get("databaseKills").asInt(), out);
            assertTrue(report.get("databaseKillsWithSink").asInt() > 0, out);
        }
        for (final String weaker : List.of("at-least-once", "in-memory"))
        {
            final String name = "throughput, M events/s, exactly-once against " + weaker;
            assertTrue(report.get("modeCost").get(name).get("ratio-of-medians").asDouble() > 0, out);
            assertTrue(out.contains(name + ": "), out);
        }
    }

    @Test
    void shouldPassWithAConfigurationOfAUser() throws IOException, InterruptedException
    {
        final Path config = dir.resolve("plant.yaml");
        Files.writeString(config, """
            name: plant
            metrics: {temperature: 11, vibration: 12, load: 13}
            sources:
              - {name: gateway, udp: "0.0.0.0:9010", unit: ms}
              - {name: bus, aeron: {channel: "aeron:udp?endpoint=127.0.0.1:20121", stream: 1001}, priority: critical}
            event-time: {watermark: device, out-of-orderness: 500ms, idle-after: 2s, max-future: 5s, max-age: 2d}
            dedup: {by: id, ttl: 2m, max-ids: 1000000}
            limits: {devices: 90, keys: 250, key-ttl: 2s}
            windows:
              - name: minute
                size: 1m
                offset: 10s
                key: device+metric
                allowed-lateness: 20s
                where: {metric: [temperature, load]}
              - {name: smooth, type: sliding, size: 50s, slide: 20s, key: device, where: {metric: 12, max: 30000}}
              - name: shift
                type: calendar
                every: hour
                zone: America/St_Johns
                offset: 30m
                key: metric
                watermark: global
                allowed-lateness: 10m
              - {name: trip, type: session, gap: 15s, key: device, allowed-lateness: 30s, where: {quality: good}}
              - {name: never, size: 1s, where: {min: 1000000}}
            sinks:
              - {name: lines, results: [windows, late], file: {dir: x, format: json, rotate-size: 200KB}}
              - {name: audit, results: [rejected, duplicates], file: {dir: /nowhere, rotate-size: 10KB}}
              - {name: db, results: windows, jdbc: {url: "jdbc:postgresql://db.example/plant", password-env: NONE}}
            retention: {journal: 1d, results: 30d}
            """);

        final String out = certify(0, config.toString(), "--kills", Integer.toString(PHASES), "--per-phase", "1",
            "--rate", "4000", "--devices", "100", "--jdbc", "jdbc:h2:" + dir.resolve("h2").resolve("db"),
            "--jdbc-user", "sa", "--jdbc-password-env", PASSWORD, "--cost-seconds", "0");

        assertPassed(out, 1);
        final JsonNode numbers = report().get("numbers");
        for (final String window : List.of("minute", "smooth", "shift", "trip"))
        {
            assertTrue(numbers.get("window." + window).asLong() > 0, out);
        }
        assertTrue(out.contains("never: 0 results; nothing is proven of it"), out);
        assertEquals(numbers.get("windowResults").asLong(), numbers.get("sink.db").asLong(), out);
        assertEquals(numbers.get("results").asLong(),
            numbers.get("sink.lines").asLong() + numbers.get("sink.audit").asLong(), out);
        assertEquals("id", report().get("settings").get("dedup").asString());
        assertTrue(report().get("modeCost").has("notMeasured"), out);
    }

    @Test
    void shouldRefuseWhatItCannotProve() throws IOException, InterruptedException, SQLException
    {
        final Path config = dir.resolve("alerts.yaml");
        Files.writeString(config, """
            sources: [{name: field, udp: "127.0.0.1:0"}]
            windows: [{name: w, size: 1s}]
            alerts: [{name: hot, when: {above: 1}}]
            """);
        final String used = "jdbc:h2:" + dir.resolve("used").resolve("db");
        try (Connection connection = DriverManager.getConnection(used);
            Statement statement = connection.createStatement())
        {
            statement.execute("create table tailrace_judged (kind varchar(16))");
            statement.execute("insert into tailrace_judged values ('late')");
        }

        assertRefused("alerts: found 1", config.toString());
        assertRefused("nothing.yaml: found no readable file", dir.resolve("nothing.yaml").toString());
        assertRefused("--jdbc: found 1 rows in tailrace_judged", "--jdbc", used);
        assertRefused("--jdbc: expected the password", "--jdbc", used, "--jdbc-password-env", "TAILRACE_NOT_SET");
        assertRefused("--jdbc: found no database", "--jdbc", "jdbc:postgresql://127.0.0.1:1/none");
        assertTrue(certify(2, "--kills", "5").contains("--kills"));
        assertTrue(certify(2, "--postgres", "--jdbc", used).contains("one of --jdbc and --postgres"));
        assertTrue(certify(2, "--database-kills", "5").contains("--database-kills"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sequence", "id"})
    @Tag("full")
    void shouldPassOverAHundredKills(final String dedup) throws IOException, InterruptedException
    {
        final List<String> arguments =
            new ArrayList<>(List.of("--kills", "100", "--per-phase", "10", "--dedup", dedup));
        if (hasServer())
        {
            arguments.add("--postgres");
        }
        assertPassed(certify(0, arguments.toArray(String[]::new)), 10);
    }

    private static boolean hasServer()
    {
        return "Linux".equals(System.getProperty("os.name")) && "amd64".equals(System.getProperty("os.arch"));
    }

    private void assertRefused(final String expected, final String... arguments)
        throws IOException, InterruptedException
    {
        final String out = certify(2, arguments);
        assertTrue(out.contains(expected), out);
        assertEquals(1, out.lines().count(), out);
        assertNothingLeft();
    }

    private void assertNothingLeft() throws IOException
    {
        try (Stream<Path> left = Files.list(runs))
        {
            assertEquals(0, left.count(), "a run that was refused or has passed leaves nothing");
        }
    }

    private void assertPassed(final String out, final int perPhase) throws IOException
    {
        assertTrue(out.contains("lost 0, duplicated 0, wrong 0"), out);
        assertTrue(out.contains("\nPASS\n"), out);
        final JsonNode report = report();
        assertEquals("PASS", report.get("status").asString());
        assertEquals(PHASES, report.get("killsPerPhase").size());
        report.get("killsPerPhase").forEach(hits -> assertTrue(hits.asInt() >= perPhase, out));
        assertTrue(report.get("numbers").get("windowResults").asLong() > 0, out);
        assertEquals(out.lines().filter(line -> line.startsWith("kill ")).count(), report.get("killLog").size(), out);
        assertNothingLeft();
    }

    private JsonNode report() throws IOException
    {
        return JsonMapper.builder().build().readTree(Files.readString(json));
    }

    private String certify(final int exitCode, final String... arguments) throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-XX:+UseSerialGC",
            "-jar", JAR.toString(), "certify", "--dir", runs.toString(), "--json", json.toString()));
        command.addAll(List.of(arguments));
        final Path out = dir.resolve("out.txt");
        final ProcessBuilder builder = new ProcessBuilder(command)
            .redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put(PASSWORD, "secret");
        final Process process = builder.start();
        try
        {
            assertTrue(process.waitFor(TIMEOUT_MIN, TimeUnit.MINUTES), () -> "no end in time");
            final String text = Files.readString(out);
            assertEquals(exitCode, process.exitValue(), text);
            return text;
        }
        finally
        {
            process.destroyForcibly();
        }
    }
}
