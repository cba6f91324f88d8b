package io.tailrace.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.tailrace.perf.report.SavedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * {@code java -jar target/tailrace-perf.jar storm}, as a user runs it, with a part of its backlog. Nothing may be lost,
 * and nothing but what a limit sheds; how fast it is, and whether a machine that does other things keeps the rate, is
 * not asserted.
 */
class StormIT
{
    private static final Path JAR = Path.of("target", "tailrace-perf.jar").toAbsolutePath();
    private static final List<String> PHASES = List.of("quiet", "storm", "after");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path dir;

    @Test
    void shouldLoseNothingOfMillionsOfReadingsThatComeAtOnce() throws IOException, InterruptedException
    {
        final JsonNode manifest = storm("--offline", "6m", "--rehearsal", "10s");
        requireNothingShed(manifest);
        assertEquals(3_700_000, manifest.get("senders").get("backlog").get("readings").asLong());
        assertTrue(manifest.get("figures").get("backlog acknowledged, readings/s").asLong() > 0);
        requireBar(manifest, "p99 of critical readings, storm against quiet, us");
        if (manifest.get("resident-memory-bytes").get("storm").size() >= 4)
        {
            requireBar(
                manifest, "resident memory of the engine, end of the storm against a quarter after its begin, MiB");
        }
    }

    /** Two readings a second of each device are let through, 1,000 of all, and of those above that one in ten. */
    @Test
    void shouldShedWhatIsAboveALimitAndTellItsSenders() throws IOException, InterruptedException
    {
        final JsonNode manifest = storm("--shed", "1000", "--sessions", "4", "--devices", "500", "--offline", "2m",
            "--rehearsal", "2s");
        final JsonNode ledger = manifest.get("ledger");
        final JsonNode backlog = manifest.get("senders").get("backlog");
        assertEquals(61_000, backlog.get("readings").asLong());
        assertEquals(61_000, backlog.get("datagrams").asLong(), "one reading each");
        assertTrue(backlog.get("shed").asLong() > 0);
        assertEquals(backlog.get("shed").asLong(), shed(ledger, "backlog"));
        assertEquals(manifest.get("senders").get("live").get("shed").asLong(), shed(ledger, "live"));
        assertEquals(0, shed(ledger, "critical"));
        assertEquals(0, manifest.get("senders").get("critical").get("shed").asLong());
        assertTrue(ledger.get("source,backlog,kept:sampled").asLong() > 0);
    }

    @Test
    void shouldLoseNothingOverAeron() throws IOException, InterruptedException
    {
        final JsonNode manifest = storm("--from", "aeron", "--sessions", "4", "--devices", "500", "--offline", "5m",
            "--rehearsal", "0s", "--layout", "balanced");
        requireNothingShed(manifest);
        assertEquals(150_000, manifest.get("senders").get("backlog").get("readings").asLong());
        assertEquals("aeron", manifest.get("workload").get("from").asString());
    }

    private JsonNode storm(final String... more) throws IOException, InterruptedException
    {
        final Path out = dir.resolve("out");
        final Path data = Files.createDirectories(dir.resolve("data"));
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString(), "storm",
            "--live", "200", "--critical-rate", "200", "--warmup", "2", "--quiet-seconds", "3", "--after-seconds", "2",
            "--dir", data.toString(), "--out", out.toString()));
        command.addAll(List.of(more));
        final Path output = dir.resolve("output.txt");
        final Process process = new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
        final int exitCode;
        try
        {
            exitCode = process.waitFor();
        }
        finally
        {
            process.destroy();
        }
        final String text = Files.readString(output, StandardCharsets.UTF_8);
        final SavedRun run = SavedRun.read(out);
        assertTrue(run.failures().stream().allMatch(failure -> failure.contains(": missed its rate, ")), text);
        assertEquals(run.isPass() ? 0 : 1, exitCode, text);
        requireFiles(out, run.isPass() ? "" : ".FAIL");
        requireNothingLost(run.manifest(), text);
        try (Stream<Path> left = Files.list(data))
        {
            assertFalse(left.findAny().isPresent());
        }
        return run.manifest();
    }

    private static void requireBar(final JsonNode manifest, final String name)
    {
        final JsonNode comparison = manifest.get("comparisons").get(name);
        assertEquals("at most", comparison.get("limit-is").asString(), name);
        assertTrue(List.of("HIT", "MISS").contains(comparison.get("verdict").asString()), name);
    }

    private static void requireNothingShed(final JsonNode manifest)
    {
        for (final String source : List.of("backlog", "live", "critical"))
        {
            assertEquals(0, shed(manifest.get("ledger"), source), source);
        }
    }

    private static long shed(final JsonNode ledger, final String source)
    {
        return Stream.of("rate", "rate-per-device")
            .map(reason -> ledger.get("source," + source + ",shed:" + reason))
            .filter(Objects::nonNull)
            .mapToLong(JsonNode::asLong)
            .sum();
    }

    private static void requireFiles(final Path out, final String suffix)
    {
        for (final String phase : PHASES)
        {
            assertTrue(Files.exists(out.resolve("lateness-live-" + phase + ".hgrm" + suffix)), phase);
            for (final String name : List.of("critical-", "control-"))
            {
                assertTrue(Files.exists(out.resolve(name + phase + ".hlog" + suffix)), name + phase);
                assertTrue(Files.exists(out.resolve(name + phase + ".hgrm" + suffix)), name + phase);
            }
        }
    }

    private static void requireNothingLost(final JsonNode manifest, final String text)
    {
        final JsonNode ledger = manifest.get("ledger");
        for (final String source : List.of("backlog", "live", "critical"))
        {
            final JsonNode sender = manifest.get("senders").get(source);
            final String of = "source," + source + ",";
            assertTrue(sender.get("readings").asLong() > 0, text);
            assertEquals(sender.get("readings").asLong(), ledger.get(of + "received").asLong(), text);
            assertEquals(0, ledger.get(of + "unaccounted").asLong(), text);
            assertEquals(0, sender.get("given-up").asLong(), text);
            assertTrue(ledger.has(of + "kernel-drops"), text);
        }
        final String windows = "windows, all as they must be by what was sent";
        assertTrue(manifest.get("figures").get(windows).asLong() > 0, text);
        assertTrue(manifest.get("figures").get("windows and alerts, the same by batch over the journal").asString()
            .startsWith(manifest.get("figures").get(windows).asLong() + ", "), text);
        assertEquals("0, 0, 0", manifest.get("figures").get("late, rejected, duplicate").asString(), text);
        final JsonNode figures = manifest.get("figures-ns");
        for (final String phase : PHASES)
        {
            assertTrue(figures.get("critical-" + phase).get("samples").asLong() > 0, text);
        }
        assertTrue(manifest.get("resident-memory-bytes").get("quiet").size() >= 3, text);
    }
}
