package io.tailrace.perf;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is said of an overload. A bar that is missed is shown; what must not be fails the run. */
class OverloadCommandTest
{
    private static final long MS = 1_000_000L;
    private static final long RATE = 1_000_000;

    private final OverloadPhase normal = phase("before", RATE, RATE, 2 * MS);

    @Test
    void shouldBoundTheWaitByThePlacesInWhichReadingsAre()
    {
        // 65,536 slots of the ring, and 8 MiB of the journal in slots of 64 bytes.
        assertEquals(196.608 * MS, OverloadCommand.mostWaitNs(RATE), 1);
        assertEquals(98.304 * MS, OverloadCommand.mostWaitNs(2 * RATE), 1);
    }

    @Test
    void shouldHoldTheLongestWaitAgainstItsBound()
    {
        final Report hit = judge(phase("overload", 3 * RATE, RATE, 190 * MS), normal);
        assertTrue(hit.verdict().isPass(), () -> hit.verdict().toString());
        assertTrue(line(hit, OverloadCommand.LONGEST_WAIT).endsWith("<= 1.0: HIT"), () -> printed(hit));

        final Report miss = judge(phase("overload", 3 * RATE, RATE, 200 * MS), normal);
        assertTrue(miss.verdict().isPass(), () -> miss.verdict().toString());
        assertTrue(line(miss, OverloadCommand.LONGEST_WAIT).endsWith("<= 1.0: MISS"), () -> printed(miss));
    }

    @Test
    void shouldMissIfItIsNotAsBeforeAfterwards()
    {
        final Report report = judge(phase("overload", 3 * RATE, RATE, MS), phase("after", RATE, RATE, 5 * MS));
        assertTrue(report.verdict().isPass(), () -> report.verdict().toString());
        assertTrue(line(report, "p99 of results from ingest, after the overload").endsWith("<= 2.0: MISS"));
        assertTrue(line(report, "p50 of results from ingest, after the overload").endsWith("<= 2.0: MISS"));
    }

    @Test
    void shouldFailIfItWasNoOverloadOrTheRestMissedItsRate()
    {
        assertEquals(
            List.of("no overload: 950000 of 1000000 that were offered were taken"),
            judge(phase("overload", RATE, 950_000, MS), normal).verdict().failures());
        assertEquals(
            List.of("after: missed its rate: 900000 of 1000000 were sent in time"),
            judge(phase("overload", 3 * RATE, RATE, MS), phase("after", RATE, 900_000, MS)).verdict().failures());
        assertEquals(
            List.of("overload: no result was measured"),
            judge(new OverloadPhase("overload", TimeUnit.SECONDS.toNanos(1), 3 * RATE, RATE, 1, List.of(), List.of()),
                normal).verdict().failures());
    }

    private Report judge(final OverloadPhase overload, final OverloadPhase after)
    {
        final Report report = new Report();
        OverloadCommand.judge(report, normal, overload, after);
        return report;
    }

    private static OverloadPhase phase(final String name, final long due, final long sent, final long waitNs)
    {
        final Histogram waits = LatencyTable.newHistogram();
        waits.recordValue(waitNs);
        return new OverloadPhase(name, TimeUnit.SECONDS.toNanos(1), due, sent, 1, List.of(waits), List.of());
    }

    private static String line(final Report report, final String begin)
    {
        return printed(report).lines().filter(line -> line.startsWith(begin)).findFirst().orElse("");
    }

    private static String printed(final Report report)
    {
        final StringWriter text = new StringWriter();
        report.print(new PrintWriter(text));
        return text.toString();
    }
}
