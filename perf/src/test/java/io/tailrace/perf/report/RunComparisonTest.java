package io.tailrace.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RunComparisonTest
{
    @TempDir
    private Path temp;

    @Test
    void shouldCompareMediansAndPercentiles()
    {
        final RunComparison comparison = compare(passed("a", 1, 10), passed("b", 1, 20));
        assertEquals(List.of(), comparison.obstacles());
        assertEquals(List.of(), comparison.warnings());
        final String text = comparison.text().replaceAll(" +", " ");
        assertTrue(text.contains(
            SampleRuns.MISSED + "\n measured A 10.00 (10.00-10.00) B 20.00 (20.00-20.00) B/A 2.000"), text);
        assertTrue(text.contains("ratio A 10.000 B 20.000 B/A 2.000"), text);
        assertTrue(text.contains("latency-in-memory B/A 2.00"), text);
        assertTrue(text.contains("control B/A 1.000 1.000 1.000 1.000 1.000 1.000"), text);
    }

    @Test
    void shouldWarnOfWhatElseDiffers() throws IOException
    {
        final Path b = temp.resolve("b");
        SampleRuns.passed(b, 2, 10);
        final String manifest = Files.readString(b.resolve("manifest.json"));
        final String vendor = System.getProperty("java.vm.vendor");
        Files.writeString(b.resolve("manifest.json"),
            manifest.replace("COMPACT", "DEDICATED").replace("\"vendor\" : \"" + vendor, "\"vendor\" : \"Other"));
        final List<String> warnings = compare(passed("a", 1, 10), SavedRun.read(b)).warnings();
        assertTrue(warnings.contains("workload seed: 1 -> 2"), warnings::toString);
        assertTrue(warnings.contains("workload layout: COMPACT -> DEDICATED"), warnings::toString);
        assertTrue(warnings.contains("jvm vendor: " + vendor + " -> Other"), warnings::toString);
        assertEquals(3, warnings.size(), warnings::toString);
    }

    @Test
    void shouldNotCompareFailedRuns()
    {
        final SavedRun failed = SavedRun.read(SampleRuns.failed(temp.resolve("failed")));
        final RunComparison comparison = compare(passed("a", 1, 10), failed);
        assertEquals(1, comparison.obstacles().size());
        assertTrue(comparison.text().contains("INCOMPARABLE: " + failed.dir() + " failed: missed its rate: 1 of 2"));
        assertTrue(!comparison.text().contains("B/A"), comparison::text);
    }

    @Test
    void shouldNotCompareRunsOfDifferentCommands() throws IOException
    {
        final Path b = SampleRuns.passed(temp.resolve("b"), 1, 10);
        Files.writeString(b.resolve("manifest.json"),
            Files.readString(b.resolve("manifest.json")).replace("\"modes\"", "\"latency\""));
        assertEquals(
            List.of("commands differ: modes and latency"),
            compare(passed("a", 1, 10), SavedRun.read(b)).obstacles());
    }

    @Test
    void shouldNotCompareRunsWithNothingInCommon() throws IOException
    {
        final Path b = temp.resolve("b");
        Files.createDirectory(b);
        Files.writeString(b.resolve("manifest.json"), "{\"command\": \"modes\", \"status\": \"PASS\"}");
        assertEquals(
            List.of("no comparison and no histogram in common"),
            compare(passed("a", 1, 10), SavedRun.read(b)).obstacles());
    }

    private SavedRun passed(final String name, final long seed, final long medianUs)
    {
        return SavedRun.read(SampleRuns.passed(temp.resolve(name), seed, medianUs));
    }

    private static RunComparison compare(final SavedRun a, final SavedRun b)
    {
        return new RunComparison(a, b);
    }
}
