package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.Locale;

import io.tailrace.perf.report.Report;

/**
 * Two variants of the reference job as fast as they go, interleaved, each result checked against the plain loop.
 */
final class SaturationPairs
{
    private SaturationPairs()
    {
    }

    /**
     * Measures after a warm-up of both.
     *
     * @param rig      runs them.
     * @param pairs    how many, and how long.
     * @param measured what is judged.
     * @param against  what it is compared with.
     * @param text     gets a line for each run.
     * @param report   gets rows and verdicts.
     */
    static Interleaved<SaturationRig.Run> measure(
        final SaturationRig rig,
        final PairOptions pairs,
        final JobVariant measured,
        final JobVariant against,
        final PrintWriter text,
        final Report report)
    {
        if (pairs.warmup() > 0)
        {
            report.verdict().addAll(rig.runChecked(measured, pairs.warmupNs()).verdict());
            report.verdict().addAll(rig.runChecked(against, pairs.warmupNs()).verdict());
        }
        text.printf("%n%-20s %12s %14s %12s  %s%n", "as fast as it goes", "events", "events/s", "checkpoints", "");
        return Interleaved.run(
            pairs.pairs(),
            pair -> run(rig, measured, pairs.publishNs(), text, report),
            pair -> run(rig, against, pairs.publishNs(), text, report));
    }

    private static SaturationRig.Run run(
        final SaturationRig rig,
        final JobVariant variant,
        final long publishNs,
        final PrintWriter text,
        final Report report)
    {
        final SaturationRig.Run run = rig.runChecked(variant, publishNs);
        text.printf(
            Locale.ROOT,
            "%-20s %12d %14.0f %12d  %s%n",
            variant.name(),
            run.events(),
            run.rate(),
            run.usage().checkpoints(),
            run.verdict());
        text.flush();
        report.verdict().addAll(run.verdict());
        run.addTo(report, "throughput-runs", run.row());
        return run;
    }
}
