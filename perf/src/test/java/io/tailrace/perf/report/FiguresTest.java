package io.tailrace.perf.report;

import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FiguresTest
{
    @Test
    void shouldTakeTheMedianAndTheExtremes()
    {
        assertEquals(new Spread(2, 1, 9), Spread.of(9, 1, 2));
        assertEquals(new Spread(2.5, 1, 9), Spread.of(9, 1, 2, 3));
        assertEquals("2.5 (1.0-9.0)", Spread.of(9, 1, 2, 3).text(1));
        assertThrows(IllegalArgumentException.class, Spread::of);
    }

    @Test
    void shouldKeepEveryReasonToFail()
    {
        final Verdict verdict = new Verdict();
        verdict.requireEqual(1, 1, "equal");
        verdict.require(true, "met");
        assertTrue(verdict.isPass());
        assertEquals("PASS", verdict.toString());
        verdict.requireEqual(1, 2, "events");
        final Verdict all = new Verdict();
        all.require(false, "slow");
        all.addAll(verdict);
        assertFalse(all.isPass());
        assertEquals(List.of("slow", "events: expected 1, found 2"), all.failures());
        assertEquals("FAIL: slow; events: expected 1, found 2", all.toString());
    }

    @Test
    void shouldPrintPercentilesInMicroseconds()
    {
        final Histogram histogram = LatencyTable.newHistogram();
        histogram.recordValueWithCount(1_000, 99);
        histogram.recordValueWithCount(LatencyTable.clamp(Long.MAX_VALUE), 1);
        histogram.recordValueWithCount(LatencyTable.clamp(-5), 100);
        final String[] lines = new LatencyTable().add("result", histogram).toString().split("\n");
        assertEquals("us samples p50 p90 p99 p99.9 p99.99 max", lines[0].replaceAll(" +", " "));
        assertTrue(lines[1].replaceAll(" +", " ").startsWith("result 200 0.0 1.0 1.0 "), lines[1]);
    }

    @Test
    void shouldSplitCpuTimeByThreadAndLeaveTheRestToTheJvm()
    {
        final Map<Long, String> names = Map.of(1L, "a", 2L, "b", 3L, "b");
        final ThreadCpuTimes before = new ThreadCpuTimes(Map.of(1L, 100L, 2L, 50L), names, 1_000);
        final ThreadCpuTimes after = new ThreadCpuTimes(Map.of(1L, 150L, 2L, 60L, 3L, 7L), names, 1_100);
        assertEquals(Map.of("a", 50L, "b", 17L, ThreadCpuTimes.JVM, 33L), after.since(before));
    }

    @Test
    void shouldMeasureTheCallingThreadUnderItsRole()
    {
        final ThreadCpuTimes before = ThreadCpuTimes.take("worker");
        long sink = 0;
        Map<String, Long> used = Map.of();
        for (long i = 0; i < 10_000_000_000L && used.getOrDefault("worker", 0L) < 1_000_000; i++)
        {
            sink += i * i;
            if (i % 1_000_000 == 0)
            {
                used = ThreadCpuTimes.take("worker").since(before);
            }
        }
        assertTrue(used.get("worker") >= 1_000_000, () -> "no CPU time");
        assertTrue(sink != 1);
    }
}
