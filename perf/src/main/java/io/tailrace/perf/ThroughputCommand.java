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

/**
 * {@code throughput}: the reference job against raw recording and the plain loop, interleaved.
 */
@Command(
    name = "throughput",
    description = "Job J1 as fast as it goes, against raw recording and a plain loop, interleaved in one run.",
    mixinStandardHelpOptions = true)
final class ThroughputCommand extends MeasuringCommand
{
    static final String AGAINST_RAW = "(a) tailrace against (b) raw recording, M events/s";

    private static final double MILLION = 1e6;
    private static final int GENERATOR_CLAIMS = 200_000;
    private static final Bar AIM = Bar.atLeast(0.6);

    @Mixin
    private PairOptions pairs;

    @Mixin
    private EngineOptions engine;

    @Override
    void requireInRange()
    {
        pairs.requireInRange(this);
    }

    @Override
    String heading()
    {
        return "J1, exactly-once, against raw recording and the plain loop: " + pairs.pairs() + " interleaved pairs";
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = engine.workload();
        pairs.addTo(workload);
        return workload;
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final ThroughputRig rig = new ThroughputRig(
            new SaturationRig(seed(), engine.dir(), pairs.maxEvents()), JobVariant.exactlyOnce(engine.layout()));
        final Report report = new Report();
        if (pairs.warmup() > 0)
        {
            report.verdict().addAll(rig.runPair(pairs.warmupNs()).tailrace().verdict());
        }
        final List<ThroughputRig.Pair> done = new ArrayList<>();
        text.printf("%n%-5s %12s %14s %14s %14s %7s %7s  %s%n",
            "pair", "events", "(a) tailrace", "(b) raw", "(c) plain", "a/b", "a/c", "(events/s)");
        try (Control control = Control.start())
        {
            for (int i = 1; i <= pairs.pairs(); i++)
            {
                final ThroughputRig.Pair pair = rig.runPair(pairs.publishNs());
                done.add(pair);
                report.verdict().addAll(pair.tailrace().verdict());
                print(text, i, pair);
                addRow(report, pair);
            }
            control.addTo(report);
        }
        addFigures(report, done);
        return report.figure(
            "making one event, ns (in (a)'s publisher and in (c))",
            String.format(Locale.ROOT, "%.1f", rig.generatorNs(GENERATOR_CLAIMS)));
    }

    private static void print(final PrintWriter text, final int number, final ThroughputRig.Pair pair)
    {
        final SaturationRig.Run tailrace = pair.tailrace();
        text.printf(Locale.ROOT, "%-5d %12d %14.0f %14.0f %14.0f %7.3f %7.3f  %s%n",
            number,
            tailrace.events(),
            tailrace.rate(),
            pair.rawRate(),
            pair.plainRate(),
            tailrace.rate() / pair.rawRate(),
            tailrace.rate() / pair.plainRate(),
            tailrace.verdict());
        text.flush();
    }

    private static void addRow(final Report report, final ThroughputRig.Pair pair)
    {
        final Map<String, Object> row = pair.tailrace().row();
        row.put("raw-ns", pair.rawNs());
        row.put("plain-ns", pair.plainNs());
        pair.tailrace().addTo(report, "pairs", row);
    }

    private static void addFigures(final Report report, final List<ThroughputRig.Pair> pairs)
    {
        final double[] tailrace = figures(pairs, pair -> pair.tailrace().rate() / MILLION);
        report.compare(Comparison.of(
            AGAINST_RAW,
            tailrace,
            figures(pairs, pair -> pair.rawRate() / MILLION),
            AIM));
        report.compare(Comparison.of(
            "(a) tailrace against (c) plain loop, M events/s",
            tailrace,
            figures(pairs, pair -> pair.plainRate() / MILLION),
            AIM));
        report.figure("ring full, times per M events", Spread.of(figures(
            pairs, pair -> pair.tailrace().backPressured() * MILLION / pair.tailrace().events())).text(1));
        report.perEvent(
            "cpu ns/event",
            pairs.stream().map(pair -> pair.tailrace().usage().cpuNs()).toList(),
            pairs.stream().map(pair -> pair.tailrace().events()).toList());
    }

    private static double[] figures(
        final List<ThroughputRig.Pair> pairs, final ToDoubleFunction<ThroughputRig.Pair> figure)
    {
        return pairs.stream().mapToDouble(figure).toArray();
    }
}
