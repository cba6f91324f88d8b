package io.tailrace.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SavedRunTest
{
    @TempDir
    private Path temp;

    @Test
    void shouldReadBackWhatWasSaved()
    {
        final SavedRun run = SavedRun.read(SampleRuns.passed(temp.resolve("run"), 7, 10));
        assertTrue(run.isPass());
        assertEquals("run", run.name());
        assertEquals("modes", run.command());
        assertEquals("7", run.text("workload", "seed"));
        assertEquals("unknown", run.text("workload", "nothing"));
        assertEquals(List.of(SampleRuns.HIT, SampleRuns.MISSED, SampleRuns.UNJUDGED),
            run.comparisons().stream().map(Comparison::name).toList());
        final Comparison hit = run.comparisons().get(0);
        assertEquals(Comparison.of(hit.name(), new double[]{3, 4, 5}, new double[]{5, 5, 5}, Bar.atLeast(0.6)), hit);
        assertEquals(Bar.atMost(1.3), run.comparisons().get(1).bar());
        assertTrue(Double.isNaN(run.comparisons().get(2).ratio()));
        assertFalse(run.comparisons().get(2).bar().isSet());
    }

    @Test
    void shouldAddUpTheIntervalsOfEachLog()
    {
        final SavedRun run = SavedRun.read(SampleRuns.passed(temp.resolve("run"), 1, 10));
        assertEquals(Set.of("control", "latency-exactly-once", "latency-in-memory"), run.intervals().keySet());
        assertEquals(3, run.intervals().get("control").size());
        final Histogram latency = run.histograms().get("latency-exactly-once");
        assertEquals(3 * 1_091, latency.getTotalCount());
        assertEquals(10_000, latency.getValueAtPercentile(50), 10);
        assertEquals(10_000_000, latency.getMaxValue(), 10_000);
    }

    @Test
    void shouldReadRatesOverTime()
    {
        final SavedRun run = SavedRun.read(SampleRuns.passed(temp.resolve("run"), 1, 10));
        final RateOverTime rate = run.overTime().get(0);
        assertEquals("exactly-once", rate.name());
        assertEquals(800_000, rate.rate(2));
        assertEquals(new Spread(400_000, 0, 800_000), rate.spread());
        assertThrows(IllegalArgumentException.class, () -> new RateOverTime("none", 1, List.of()).spread());
    }

    @Test
    void shouldHoldNoFigureOfAFailedRun()
    {
        final SavedRun run = SavedRun.read(SampleRuns.failed(temp.resolve("run")));
        assertFalse(run.isPass());
        assertEquals(List.of("missed its rate: 1 of 2"), run.failures());
        assertTrue(run.comparisons().isEmpty() && run.histograms().isEmpty() && run.overTime().isEmpty());
    }

    @Test
    void shouldReadTheRunsRightBelowADirectory()
    {
        SampleRuns.passed(temp.resolve("all/b"), 1, 10);
        SampleRuns.failed(temp.resolve("all/a"));
        final Path alone = SampleRuns.passed(temp.resolve("alone"), 1, 10);
        assertEquals(List.of("alone", "a", "b"),
            SavedRun.readAll(List.of(alone, temp.resolve("all"))).stream().map(SavedRun::name).toList());
    }

    @Test
    void shouldRefuseWhatIsNoRun() throws IOException
    {
        assertThrows(IllegalArgumentException.class, () -> SavedRun.read(temp));
        assertThrows(IllegalArgumentException.class, () -> SavedRun.readAll(List.of(temp)));
        assertThrows(IllegalArgumentException.class, () -> SavedRun.readAll(List.of(temp.resolve("nowhere"))));
        Files.writeString(temp.resolve("manifest.json"), "{");
        assertThrows(IllegalArgumentException.class, () -> SavedRun.read(temp));
        Files.writeString(temp.resolve("manifest.json"),
            "{\"status\": \"PASS\", \"comparisons\": {\"x\": {\"measured\": {\"median\": \"fast\"}}}}");
        final IllegalArgumentException ex =
            assertThrows(IllegalArgumentException.class, () -> SavedRun.read(temp));
        assertTrue(ex.getMessage().contains("x: found \"fast\", expected a number"), ex::getMessage);
        Files.writeString(temp.resolve("manifest.json"),
            "{\"status\": \"PASS\", \"over-time\": [{\"name\": \"x\", \"counts\": [1]}]}");
        assertThrows(IllegalArgumentException.class, () -> SavedRun.read(temp));
    }

    @Test
    void shouldTakeAManifestWithoutStatusForAFailedRun() throws IOException
    {
        Files.writeString(temp.resolve("manifest.json"), "{}");
        assertFalse(SavedRun.read(temp).isPass());
    }

    @Test
    void shouldGiveNoFiguresOfAProfiledRunWhateverItsStatus()
    {
        System.setProperty(RunManifest.PROFILED_PROPERTY, "true");
        final Path profiled;
        try
        {
            profiled = SampleRuns.passed(temp.resolve("profiled"), 1, 10);
        }
        finally
        {
            System.clearProperty(RunManifest.PROFILED_PROPERTY);
        }
        final SavedRun run = SavedRun.read(profiled);
        assertEquals("PASS", run.manifest().path("status").asString());
        assertEquals(List.of("profiled: what runs under a profiler is no measurement"), run.failures());
        assertEquals(List.of(), run.comparisons());
        assertEquals(Set.of(), run.intervals().keySet());
        final SavedRun measured = SavedRun.read(SampleRuns.passed(temp.resolve("measured"), 1, 10));
        assertEquals(List.of(), measured.failures());
        assertEquals(1, new RunComparison(measured, run).obstacles().size());
    }

    @Test
    void shouldRefuseALogThatIsNone() throws IOException
    {
        final Path run = SampleRuns.passed(temp.resolve("run"), 1, 10);
        Files.writeString(run.resolve("latency-in-memory.hlog"), "0.0,1.0,1.0,HISTgarbage\n");
        assertThrows(IllegalArgumentException.class, () -> SavedRun.read(run));
    }
}
