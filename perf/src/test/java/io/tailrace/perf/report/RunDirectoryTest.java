package io.tailrace.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RunDirectoryTest
{
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    private Path temp;

    @Test
    void shouldSaveWhatTheLogReaderReadsBack() throws IOException
    {
        final RunDirectory directory = new RunDirectory(temp.resolve("run"));
        final Verdict verdict = new Verdict();
        directory.saveIntervals("latency", START_MS, List.of(interval(0, 10_000), interval(1, 20_000)), verdict);
        directory.savePercentiles("latency", interval(0, 10_000), verdict);
        directory.savePercentiles("control", interval(0, 500), verdict);
        directory.saveManifest(RunManifest.describe(temp).verdict(verdict));

        assertEquals(Set.of("latency.hlog", "latency.hgrm", "control.hgrm", "manifest.json"), names("run"));
        try (HistogramLogReader reader = new HistogramLogReader(temp.resolve("run/latency.hlog").toFile()))
        {
            final Histogram first = (Histogram)reader.nextIntervalHistogram();
            final Histogram second = (Histogram)reader.nextIntervalHistogram();
            assertEquals(START_MS, first.getStartTimeStamp());
            assertEquals(START_MS + 1_000, second.getStartTimeStamp());
            assertEquals(START_MS + 2_000, second.getEndTimeStamp());
            assertEquals(10_000, first.getMaxValue(), 16);
            assertEquals(20_000, second.getMaxValue(), 16);
            assertNull(reader.nextIntervalHistogram());
        }
        assertTrue(Files.readString(temp.resolve("run/latency.hgrm")).contains("#[Max     =       10.00"));
    }

    @Test
    void shouldMarkTheFilesOfAFailedRun() throws IOException
    {
        final RunDirectory directory = new RunDirectory(temp.resolve("failed"));
        final Verdict verdict = new Verdict();
        verdict.require(false, "missed its rate");
        directory.saveIntervals("latency", START_MS, List.of(interval(0, 10_000)), verdict);
        directory.savePercentiles("latency", interval(0, 10_000), verdict);
        directory.savePercentiles("control", interval(0, 500), verdict);
        directory.saveManifest(RunManifest.describe(temp).verdict(verdict));

        assertEquals(
            Set.of("latency.hlog.FAIL", "latency.hgrm.FAIL", "control.hgrm.FAIL", "manifest.json"), names("failed"));
        final JsonNode manifest = new JsonMapper().readTree(temp.resolve("failed/manifest.json").toFile());
        assertEquals("FAIL", manifest.get("status").asString());
        assertEquals("missed its rate", manifest.get("failures").get(0).asString());
    }

    @Test
    void shouldRefuseADirectoryThatHoldsARun()
    {
        new RunDirectory(temp.resolve("run")).saveManifest(RunManifest.describe(temp));
        assertThrows(IllegalArgumentException.class, () -> new RunDirectory(temp.resolve("run")));
    }

    @Test
    void shouldDescribeWhereARunWasMeasured()
    {
        final RunManifest described = RunManifest.describe(temp).put("workload", Map.of("seed", 42));
        final JsonNode manifest = new JsonMapper().readTree(described.toJson());
        assertTrue(manifest.get("date").asString().endsWith("Z"));
        assertEquals(System.getProperty("java.vm.version"), manifest.get("jvm").get("version").asString());
        assertTrue(manifest.get("jvm").get("flags").size() > 0, "surefire passes flags");
        assertTrue(manifest.get("jvm").get("collectors").size() > 0);
        assertEquals(Runtime.getRuntime().availableProcessors(), manifest.get("machine").get("cores").asInt());
        assertTrue(manifest.get("machine").get("kernel").asString().contains(System.getProperty("os.version")));
        for (final String key : List.of("cpu", "governor", "pinning", "load-average-at-start", "memory-bytes"))
        {
            assertTrue(manifest.get("machine").has(key), key);
        }
        assertEquals(42, manifest.get("workload").get("seed").asInt());
        assertTrue(manifest.get("git").has("commit") && manifest.get("git").has("dirty"));
    }

    @Test
    void shouldSayNothingOfACommitWhereThereIsNone()
    {
        final JsonNode manifest = new JsonMapper().readTree(RunManifest.describe(Path.of("/")).toJson());
        assertTrue(manifest.get("git").get("commit").isNull());
        assertTrue(manifest.get("git").get("dirty").isNull());
        assertFalse(manifest.get("machine").get("cores").isNull());
    }

    private Set<String> names(final String dir) throws IOException
    {
        try (Stream<Path> files = Files.list(temp.resolve(dir)))
        {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    private static Histogram interval(final int second, final long valueNs)
    {
        final Histogram histogram = LatencyTable.newHistogram();
        histogram.recordValue(valueNs);
        histogram.setStartTimeStamp(START_MS + second * 1_000L);
        histogram.setEndTimeStamp(START_MS + second * 1_000L + 1_000);
        return histogram;
    }
}
