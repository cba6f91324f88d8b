package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import org.HdrHistogram.Histogram;

/**
 * What one recorder has recorded during a run: a histogram a second, and all of them together.
 * <p>
 * Threading: one thread, that samples.
 */
final class Latencies
{
    private final Supplier<Histogram> recorder;
    private final List<Histogram> intervals = new ArrayList<>();

    /** @param recorder gives what was recorded since it was last asked, ns, with time stamps. */
    Latencies(final Supplier<Histogram> recorder)
    {
        this.recorder = recorder;
    }

    /** Ends an interval. */
    void take()
    {
        intervals.add(recorder.get());
    }

    /** @param startTimeMs when the first interval really began, epoch ms; the recorder is older than that. */
    void startedAt(final long startTimeMs)
    {
        intervals.get(0).setStartTimeStamp(startTimeMs);
    }

    /** @return all intervals together, ns. */
    Histogram all()
    {
        final Histogram all = LatencyTable.newHistogram();
        intervals.forEach(all::add);
        return all;
    }

    /** Adds percentiles and intervals to a report; those of the same name go together. */
    void addTo(final Report report, final String name)
    {
        report.percentiles(name, all());
        intervals.forEach(interval -> report.interval(name, interval));
    }
}
