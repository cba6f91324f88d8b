package io.tailrace.perf.certify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code java -jar target/tailrace-perf.jar certify}, as a user runs it. */
class CertifyIT
{
    private static final Path JAR = Path.of("target", "tailrace-perf.jar").toAbsolutePath();
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
    void shouldPassOverKillsInEveryPhase() throws IOException, InterruptedException
    {
        final String out = certify(0, "--kills", Integer.toString(3 * PHASES), "--per-phase", "3", "--rate", "4000",
            "--devices", "100", "--dedup", "sequence", "--jdbc", "jdbc:h2:" + dir.resolve("h2").resolve("db"));

        assertPassed(out, 3);
        final JsonNode numbers = report().get("numbers");
        assertTrue(numbers.get("sink.files").asLong() > 0, out);
        assertEquals(numbers.get("results").asLong(), numbers.get("sink.files").asLong(), out);
        assertEquals(numbers.get("results").asLong(), numbers.get("sink.certify-jdbc").asLong(), out);
        assertEquals(numbers.get("sent").asLong() + numbers.get("journalledAgain").asLong(),
            numbers.get("journalled").asLong(), out);
        try (Stream<Path> left = Files.list(runs))
        {
            assertEquals(0, left.count(), "a run that has passed leaves nothing");
        }
    }

    @Test
    void shouldRefuseWhatItCannotProve() throws IOException, InterruptedException
    {
        final Path config = dir.resolve("alerts.yaml");
        Files.writeString(config, """
            sources: [{name: field, udp: "127.0.0.1:0"}]
            windows: [{name: w, size: 1s}]
            alerts: [{name: hot, when: {above: 1}}]
            """);

        final String out = certify(2, config.toString());

        assertTrue(out.contains("alerts"), out);
        assertTrue(certify(2, "--kills", "5").contains("--kills"));
    }

    @Test
    @Tag("full")
    void shouldPassOverAHundredKills() throws IOException, InterruptedException
    {
        assertPassed(certify(0, "--kills", "100", "--per-phase", "10"), 10);
    }

    @Test
    @Tag("full")
    void shouldPassOverKillsWithDeduplicationById() throws IOException, InterruptedException
    {
        final Path config = dir.resolve("id.yaml");
        Files.writeString(config, """
            sources: [{name: field, udp: "127.0.0.1:0"}]
            event-time: {watermark: device, out-of-orderness: 500ms, idle-after: 2s}
            dedup: {by: id, ttl: 10m, max-ids: 10000000}
            windows:
              - {name: minute, size: 10s, allowed-lateness: 5s}
              - {name: steps, type: sliding, size: 6s, slide: 2s, key: device}
            """);

        assertPassed(certify(0, config.toString(), "--kills", "36"), 5);
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
        final Process process = new ProcessBuilder(command)
            .redirectErrorStream(true).redirectOutput(out.toFile()).start();
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
