package io.tailrace.perf.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

/** Run directories with figures of their own choosing, written as commands write them. */
public final class SampleRuns
{
    /** Name of a comparison that misses its bar, with characters that a page has to escape. */
    public static final String MISSED = "p99 <x> & \"y\", us";
    /** Name of a comparison that hits its bar. */
    public static final String HIT = "throughput, M events/s";
    /** Name of a comparison without a bar. */
    public static final String UNJUDGED = "ms, one against another";

    private static final long START_MS = 1_700_000_000_000L;

    private SampleRuns()
    {
    }

    /** @return the directory of a run that passed, whose latencies are so many us and up to a thousand times that. */
    public static Path passed(final Path dir, final long seed, final long medianUs)
    {
        final Report report = new Report()
            .figure("making one event, ns", "4.2")
            .compare(Comparison.of(HIT, new double[]{3, 4, 5}, new double[]{5, 5, 5}, Bar.atLeast(0.6)))
            .compare(Comparison.of(MISSED, new double[]{medianUs}, new double[]{1}, Bar.atMost(1.3)))
            .compare(Comparison.of(UNJUDGED, new double[]{0}, new double[]{0}, Bar.NONE))
            .overTime("exactly-once", 250_000_000L, List.of(100_000L, 0L, 200_000L))
            .overTime("too-short", 250_000_000L, List.of())
            .overTime("latency-exactly-once", 250_000_000L, List.of(50_000L, 50_000L));
        for (int second = 0; second < 3; second++)
        {
            addInterval(report, "latency-exactly-once", second, medianUs * 1_000);
            addInterval(report, "latency-in-memory", second, medianUs * 500);
            addInterval(report, "control", second, 60_000);
        }
        return save(report, dir, seed);
    }

    /** @return the directory of a run that failed, with figures of which none may be shown. */
    public static Path failed(final Path dir)
    {
        final Report report = new Report()
            .figure("figure of a failed run", 1)
            .compare(Comparison.of("comparison of a failed run", new double[]{1}, new double[]{1}, Bar.NONE));
        addInterval(report, "latency-of-a-failed-run", 0, 1_000);
        report.verdict().require(false, "missed its rate: 1 of 2");
        return save(report, dir, 1);
    }

    private static void addInterval(
        final Report report, final String name, final int second, final long medianNs)
    {
        final Histogram interval = LatencyTable.newHistogram();
        interval.recordValueWithCount(medianNs, 1_000);
        interval.recordValueWithCount(medianNs * 30, 90);
        interval.recordValueWithCount(medianNs * 1_000, 1);
        interval.setStartTimeStamp(START_MS + second * 1_000L);
        interval.setEndTimeStamp(START_MS + second * 1_000L + 1_000);
        report.percentiles(name, interval).interval(name, interval);
    }

    private static Path save(final Report report, final Path dir, final long seed)
    {
        report.save(new RunDirectory(dir), RunManifest.describe(dir.getParent())
            .put("command", "modes")
            .put("heading", "J1 against other promises")
            .put("workload", Map.of("seed", seed, "layout", "COMPACT", "rate", 200_000)));
        return dir;
    }
}
