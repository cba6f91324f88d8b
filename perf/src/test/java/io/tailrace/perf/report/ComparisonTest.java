package io.tailrace.perf.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ComparisonTest
{
    @TempDir
    private Path temp;

    @Test
    void shouldTakeTheRatioOfMediansAndTheSpreadOfPairs()
    {
        final Comparison comparison =
            Comparison.of("x", new double[]{1, 9, 4}, new double[]{2, 3, 4}, Bar.atLeast(0.95));
        assertEquals(4 / 3.0, comparison.ratio());
        assertEquals(new Spread(1, 0.5, 3), comparison.pairs());
        assertTrue(comparison.isHit());
        assertEquals(
            "4.00 (1.00-9.00) against 3.00 (2.00-4.00); ratio of medians 1.333, pairs 1.000 (0.500-3.000); " +
            ">= 0.95: HIT",
            comparison.text());
        assertThrows(
            IllegalArgumentException.class, () -> Comparison.of("x", new double[1], new double[2], Bar.NONE));
        assertThrows(
            IllegalArgumentException.class, () -> Comparison.of("x", new double[0], new double[0], Bar.NONE));
    }

    @Test
    void shouldHitABarAtItsLimitAndMissItBeyond()
    {
        assertTrue(Bar.atLeast(1.5).isHit(1.5));
        assertFalse(Bar.atLeast(1.5).isHit(Math.nextDown(1.5)));
        assertTrue(Bar.atMost(1.5).isHit(1.5));
        assertFalse(Bar.atMost(1.5).isHit(Math.nextUp(1.5)));
        assertEquals("<= 1.5: MISS", Bar.atMost(1.5).text(2));
        assertEquals("no bar", Bar.NONE.text(2));
        assertTrue(Bar.NONE.isHit(Double.NaN));
    }

    @Test
    void shouldReadABarBack()
    {
        for (final Bar bar : List.of(Bar.atLeast(0.95), Bar.atMost(1.5), Bar.NONE))
        {
            assertEquals(bar, Bar.parse(bar.text(1)));
        }
        for (final String text : List.of("", "> 1: HIT", ">= fast: HIT", ">= 1"))
        {
            assertThrows(IllegalArgumentException.class, () -> Bar.parse(text), text);
        }
    }

    @Test
    void shouldMissABarWithoutANumber()
    {
        final double[] none = {0};
        assertFalse(Comparison.of("x", none, none, Bar.atMost(1.5)).isHit());
        assertFalse(Comparison.of("x", none, none, Bar.atLeast(1.5)).isHit());
    }

    @Test
    void shouldPrintMissesAndSaveThemWithoutFailing() throws IOException
    {
        final Report report = new Report()
            .figure("figure", 7)
            .entry("silent", 8)
            .compare(Comparison.of("missed", new double[]{1}, new double[]{2}, Bar.atLeast(0.6)))
            .compare(Comparison.of("hit", new double[]{2}, new double[]{2}, Bar.atLeast(0.6)));
        report.row("pairs", Map.of("events", 1));
        final StringWriter text = new StringWriter();
        report.print(new PrintWriter(text));
        assertTrue(text.toString().contains("0.500, pairs 0.500 (0.500-0.500); >= 0.6: MISS"), text::toString);
        assertTrue(text.toString().contains(">= 0.6: HIT"), text::toString);
        assertTrue(text.toString().contains("PASS") && !text.toString().contains("silent"), text::toString);

        final JsonNode manifest = save(report);
        assertEquals("PASS", manifest.get("status").asString());
        assertEquals(7, manifest.get("figures").get("figure").asInt());
        assertEquals(8, manifest.get("silent").asInt());
        assertEquals(1, manifest.get("pairs").get(0).get("events").asInt());
        assertEquals(">= 0.6: MISS", manifest.get("comparisons").get("missed").get("bar").asString());
        assertEquals(0.5, manifest.get("comparisons").get("missed").get("ratio-of-medians").asDouble());
        assertEquals(2, manifest.get("comparisons").get("missed").get("against").get("median").asDouble());
    }

    @Test
    void shouldMarkWhatAFailedRunHasMeasured() throws IOException
    {
        final Histogram histogram = LatencyTable.newHistogram();
        histogram.recordValue(1_000);
        final Report report = new Report().percentiles("duty-cycles", histogram).interval("latency", histogram);
        report.verdict().requireEqual(2, 1, "events");
        assertEquals("FAIL", save(report).get("status").asString());
        assertTrue(Files.exists(temp.resolve("run/duty-cycles.hgrm.FAIL")));
        assertTrue(Files.exists(temp.resolve("run/latency.hlog.FAIL")));
    }

    @Test
    void shouldShowWhatThreadsUsedPerEventUnlessItIsNextToNothing()
    {
        final Report report = new Report().perEvent(
            "cpu", List.of(Map.of("a", 100L, "idle", 1L), Map.of("a", 400L, "b", 100L)), List.of(100L, 200L));
        final StringWriter text = new StringWriter();
        report.print(new PrintWriter(text));
        final String printed = text.toString().replaceAll(" +", " ");
        assertTrue(printed.contains("cpu a 1.5 (1.0-2.0)"), printed);
        assertTrue(printed.contains("cpu b 0.3 (0.0-0.5)") || printed.contains("cpu b 0.2 (0.0-0.5)"), printed);
        assertFalse(printed.contains("idle"), printed);
    }

    @Test
    void shouldSplitAllocatedBytesByThread()
    {
        final Map<Long, String> names = Map.of(1L, "a", 2L, "b", 3L, "b");
        final ThreadAllocations before = new ThreadAllocations(Map.of(1L, 100L, 2L, 50L), names);
        final ThreadAllocations after = new ThreadAllocations(Map.of(1L, 150L, 2L, 60L, 3L, 7L), names);
        assertEquals(Map.of("a", 50L, "b", 17L), after.since(before));
        assertTrue(ThreadAllocations.take().since(ThreadAllocations.take()).size() > 0);
    }

    private JsonNode save(final Report report)
    {
        report.save(new RunDirectory(temp.resolve("run")), RunManifest.describe(temp));
        return new JsonMapper().readTree(temp.resolve("run/manifest.json").toFile());
    }
}
