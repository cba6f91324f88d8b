package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Spread;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code recovery}: how fast a journal is replayed and a checkpoint restored.
 */
@Command(
    name = "recovery",
    description = "Recovery of the whole journal against the live run that made it, and against a checkpoint with a " +
        "tail, interleaved; time to restore checkpoints by size.",
    mixinStandardHelpOptions = true)
final class RecoveryCommand extends MeasuringCommand
{
    private static final double MILLION = 1e6;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Bar REPLAY = Bar.atLeast(1.5);

    @Mixin
    private PairOptions pairs;

    @Mixin
    private EngineOptions engine;

    @Option(
        names = "--keys",
        split = ",",
        defaultValue = "10000,100000,1000000",
        description = "Keys in the checkpoints that are restored (default: ${DEFAULT-VALUE}).")
    private List<Integer> keys;

    @Override
    void requireInRange()
    {
        pairs.requireInRange(this);
        for (final int count : keys)
        {
            require(count >= 1, "--keys >= 1");
        }
    }

    @Override
    String heading()
    {
        return "Recovery of J1's journal against the live run that made it: " + pairs.pairs() + " interleaved pairs";
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = engine.workload();
        pairs.addTo(workload);
        workload.put("keys", keys);
        return workload;
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final JobVariant job = JobVariant.exactlyOnce(engine.layout());
        final Report report = new Report();
        final RecoveryRig rig = new RecoveryRig(new SaturationRig(seed(), engine.dir(), pairs.maxEvents()), job);
        if (pairs.warmup() > 0)
        {
            report.verdict().addAll(rig.run(pairs.warmupNs(), true).verdict());
        }
        try (Control control = Control.start())
        {
            measureReplay(text, report, rig);
            for (final int count : keys)
            {
                measureRestore(text, report, RestoreTime.measure(engine.dir(), count, pairs.pairs(), job));
            }
            control.addTo(report);
        }
        return report;
    }

    private static void measureRestore(final PrintWriter text, final Report report, final RestoreTime restored)
    {
        report.verdict().addAll(restored.verdict());
        report.row("restores", restored.row());
        text.println(restored.row());
        text.flush();
        report.figure("restore, ms, " + restored.keys() + " keys", Spread.of(restored.restoreMs()).text(1) + ", " +
            restored.bytes() + " bytes, " + restored.blocks() + " blocks");
    }

    private void measureReplay(final PrintWriter text, final Report report, final RecoveryRig rig)
    {
        text.printf("%n%-5s %12s %14s %14s %12s %12s%n",
            "pair", "events", "live, events/s", "replay, ev/s", "whole, ms", "tail, ms");
        final List<RecoveryRig.Pair> done = new ArrayList<>();
        for (int i = 0; i < pairs.pairs(); i++)
        {
            final RecoveryRig.Pair pair = rig.run(pairs.publishNs(), i % 2 == 0);
            done.add(pair);
            report.verdict().addAll(pair.verdict());
            pair.live().addTo(report, "pairs", pair.row());
            text.printf(Locale.ROOT, "%-5d %12d %14.0f %14.0f %12.1f %12.1f  %s%n",
                i + 1,
                pair.live().events(),
                pair.live().rate(),
                pair.replayRate(),
                pair.whole().durationNs() / NANOS_PER_MILLI,
                pair.tail().durationNs() / NANOS_PER_MILLI,
                pair.verdict());
            text.flush();
        }
        report.compare(Comparison.of(
            "recovery of the whole journal against live, M events/s",
            figures(done, pair -> pair.replayRate() / MILLION),
            figures(done, pair -> pair.live().rate() / MILLION),
            REPLAY));
        report.compare(Comparison.of(
            "checkpoint and a tenth behind it against the whole, ms",
            figures(done, pair -> pair.tail().durationNs() / NANOS_PER_MILLI),
            figures(done, pair -> pair.whole().durationNs() / NANOS_PER_MILLI),
            Bar.NONE));
        report.compare(Comparison.of(
            "the same with launch of archive and engine, ms",
            figures(done, pair -> pair.tailLaunchNs() / NANOS_PER_MILLI),
            figures(done, pair -> pair.wholeLaunchNs() / NANOS_PER_MILLI),
            Bar.NONE));
    }

    private static double[] figures(
        final List<RecoveryRig.Pair> pairs, final ToDoubleFunction<RecoveryRig.Pair> figure)
    {
        return pairs.stream().mapToDouble(figure).toArray();
    }
}
