package io.tailrace.perf;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.HeapCollections;
import io.tailrace.perf.report.Report;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SteadyFiguresTest
{
    private static final Map<String, Long> ALLOCATED = Map.of(
        "[journal,window,egress]", 100L,
        "ingress", 20L,
        "publisher", 3L,
        "checkpoint", 5_000L,
        "subscriber", 70_000L,
        "control", 800_000L,
        "main", 9_000_000L);

    @Test
    void shouldCountThreadsThatSeeEveryEvent()
    {
        assertEquals(123, SteadyFigures.hotBytes(usage(ALLOCATED, 0)));
        assertEquals(7, SteadyFigures.hotBytes(usage(Map.of("journal", 1L, "window", 2L, "egress", 4L), 0)));
        assertEquals(0, SteadyFigures.hotBytes(usage(Map.of("checkpoint", 1L), 0)));
    }

    @Test
    void shouldLeaveOutTheRigsThreads()
    {
        assertEquals(5_120, SteadyFigures.engineBytes(usage(ALLOCATED, 0)));
    }

    @Test
    void shouldHoldBytesOfAnEventAgainstTheirBars()
    {
        final Report report = new Report();
        SteadyFigures.addTo(report, usage(ALLOCATED, 0), 600_000, 60);
        assertEquals(3, print(report, "HIT"));
        SteadyFigures.addTo(report, usage(ALLOCATED, 1), 122_000, 60);
        assertEquals(3, print(report, "MISS"));
        assertTrue(report.verdict().isPass(), "a miss is no failure");
    }

    @Test
    void shouldPassABarOfZeroOnlyWithoutAnyByte()
    {
        assertTrue(SteadyFigures.perEvent("x", 0, 1_000_000, Bar.atMost(0)).isHit());
        assertFalse(SteadyFigures.perEvent("x", 1, 1_000_000, Bar.atMost(0)).isHit());
    }

    private static int print(final Report report, final String word)
    {
        final StringWriter text = new StringWriter();
        report.print(new PrintWriter(text));
        return text.toString().split(": " + word, -1).length - 1;
    }

    private static Usage usage(final Map<String, Long> allocated, final long collections)
    {
        return new Usage(Map.of(), allocated, Map.of(), 0, new HeapCollections(collections, 5 * collections));
    }
}
