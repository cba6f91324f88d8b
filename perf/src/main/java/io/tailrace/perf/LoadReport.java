package io.tailrace.perf;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;
import org.HdrHistogram.Histogram;

/**
 * What a run of the {@link LoadTestRig} has measured, ns.
 *
 * @param time      the measured seconds, with the control's hiccups.
 * @param latency   of window results.
 * @param first     of the first result of each window.
 * @param alerts    of alerts, raised and cleared; empty if the job has none.
 * @param engine    from ingest stamp to append in the results log, as the engine records it.
 * @param publisher how the sender fared.
 * @param usage     during the measured time.
 * @param measured  events of the measured time.
 * @param windows   window results read, warm-up included.
 * @param verdict   on the run.
 */
record LoadReport(
    MeasuredSeconds time,
    Latencies latency,
    Latencies first,
    Latencies alerts,
    Histogram engine,
    PublisherReport publisher,
    Usage usage,
    long measured,
    long windows,
    Verdict verdict)
{
    /** @return latencies of all window results. */
    Histogram results()
    {
        return latency.all();
    }

    /** @return hiccups of the idle thread. */
    Histogram control()
    {
        return time.control();
    }

    /** @return when recording began, epoch ms. */
    long startTimeMs()
    {
        return time.startTimeMs();
    }

    /** Adds the lines of what was measured to a table. */
    void addTo(final LatencyTable table)
    {
        table.add("result, from intended time", results())
            .add("first result of a window", first.all())
            .add("alert, from intended time", alerts.all())
            .add("result, from ingest (engine's own)", engine)
            .add("publisher against schedule", publisher.lateness())
            .add("control: idle thread's hiccups", control());
        usage.cycles().forEach((thread, cycles) -> table.add("duty cycles " + thread, cycles));
    }

    /**
     * Adds what is saved of every run: latencies, the control's hiccups, and the rate over time.
     *
     * @param report of the command.
     * @param name   of the latencies' files; runs of the same name go together.
     */
    void addTo(final Report report, final String name)
    {
        latency.addTo(report, name);
        time.addControl(report, Control.NAME);
        report.overTime(name, PublishedCounts.INTERVAL_NS, publisher.counts());
    }
}
