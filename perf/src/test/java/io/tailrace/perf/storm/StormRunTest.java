package io.tailrace.perf.storm;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.ResidentMemory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StormRunTest
{
    private static final long SECOND_NS = 1_000_000_000L;

    private final StormRun run = new StormRun();

    @BeforeEach
    void runForSomeSeconds()
    {
        for (final Phase phase : StormRun.RECORDED)
        {
            run.onBegin(phase, phase.ordinal() * 10 * SECOND_NS);
            for (int second = 0; second < 8; second++)
            {
                run.onSecond(phase, histogram(1_000_000), new ResidentMemory(100 << 20, 0, 0));
            }
        }
        run.onStormEnd(8 * SECOND_NS);
    }

    @Test
    void shouldHitItsBarsIfNothingChanges()
    {
        final String text = printed();
        for (final String bar : List.of(
            "p99 of critical readings, storm against quiet, us",
            "resident memory of the engine, end of the storm against a quarter after its begin, MiB"))
        {
            assertTrue(line(text, bar).endsWith(": HIT"), text);
        }
        assertTrue(line(text, "heap of the engine used after collections, MiB, storm").endsWith("no collection"), text);
        assertTrue(line(text, "critical readings in the storm, % of the backlog").endsWith(" 1.00"), text);
        assertTrue(text.endsWith("PASS\n"), text);
    }

    @Test
    void shouldMissTheBarOfCriticalReadingsAndPass()
    {
        run.onRest(Phase.STORM, histogram(5_000_000));
        final String text = printed();
        assertTrue(line(text, "p99 of critical readings, storm against quiet, us").endsWith("<= 2.0: MISS"), text);
        assertTrue(text.endsWith("PASS\n"), text);
    }

    /** Its memory is resident from the start, and shows nothing of that. */
    @Test
    void shouldMissIfTheHeapFillsUp()
    {
        final List<HeapLog.Collection> collections = new ArrayList<>();
        collections.add(new HeapLog.Collection(5 * SECOND_NS, 1));
        collections.add(new HeapLog.Collection(19 * SECOND_NS, 2));
        for (int i = 0; i < 8; i++)
        {
            collections.add(new HeapLog.Collection((20 + i) * SECOND_NS, 10 + 10 * i));
        }
        collections.add(new HeapLog.Collection(30 * SECOND_NS, 7));
        run.onCollections(collections);
        final String text = printed();
        assertTrue(line(text, "heap of the engine used after collections, MiB, quiet")
            .endsWith("2 (2-2), collections 1"), text);
        assertTrue(line(text, "heap of the engine used after collections, MiB, storm")
            .endsWith("45 (10-80), collections 8"), text);
        assertTrue(line(text, "heap of the engine used after collections, MiB, after")
            .endsWith("7 (7-7), collections 1"), text);
        final String bar = line(
            text, "heap of the engine after collections, end of the storm against a quarter after its begin, MiB");
        assertTrue(bar.endsWith("<= 1.1: MISS"), text);
        assertTrue(bar.contains("ratio of medians 2.143"), text);
        assertEquals(-1, text.indexOf("FAIL"));
    }

    private String printed()
    {
        final Report report = new Report();
        run.addTo(report, 800);
        final StringWriter text = new StringWriter();
        report.print(new PrintWriter(text));
        return text.toString().replace("\r\n", "\n");
    }

    private static String line(final String text, final String begin)
    {
        return text.lines().filter(line -> line.startsWith(begin)).findFirst().orElse("");
    }

    private static Histogram histogram(final long latencyNs)
    {
        final Histogram histogram = LatencyTable.newHistogram();
        histogram.recordValue(latencyNs);
        return histogram;
    }
}
