package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import io.tailrace.engine.monitor.TrackedAgent;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code checkpoint}: what checkpoints every second cost the reference job, and how large an increment is.
 */
@Command(
    name = "checkpoint",
    description = "Job J1 with a checkpoint every second against none, interleaved: throughput, CPU time, duty " +
        "cycles of the engine thread at half of saturation; bytes of increments against full checkpoints.",
    mixinStandardHelpOptions = true)
final class CheckpointCommand extends MeasuringCommand
{
    private static final double MILLION = 1e6;
    private static final double PERCENT = 100;
    private static final double MICRO = 1e3;
    private static final double JUDGED_PERCENTILE = 99.99;
    private static final Bar STALLS = Bar.atMost(1.5);
    private static final Bar BYTES = Bar.atMost(0.1);
    private static final long HALF_OF_SATURATION = 0;

    @Mixin
    private PairOptions pairs;

    @Mixin
    private EngineOptions engine;

    @Option(
        names = "--rate",
        defaultValue = "0",
        description = "Events a second of the duty cycles; 0: half of what the same run has as its saturation " +
            "(default: ${DEFAULT-VALUE}).")
    private long rate;

    @Option(
        names = "--stall-seconds",
        defaultValue = "15",
        description = "How long duty cycles are recorded, after a fifth of it (default: ${DEFAULT-VALUE}).")
    private int stallSeconds;

    @Option(
        names = "--keys",
        split = ",",
        defaultValue = "10000,100000",
        description = "Keys in the state of which bytes are measured (default: ${DEFAULT-VALUE}).")
    private List<Integer> keys;

    @Override
    void requireInRange()
    {
        pairs.requireInRange(this);
        require(
            rate >= 0 && rate <= 100_000_000 && stallSeconds >= 1 && stallSeconds <= 3_600,
            "--rate 0 to 100000000, --stall-seconds 1 to 3600");
        for (final int count : keys)
        {
            require(count >= CheckpointSize.STRIDE, "--keys >= " + CheckpointSize.STRIDE);
        }
    }

    @Override
    String heading()
    {
        return "J1 with a checkpoint every second against none: " + pairs.pairs() + " interleaved pairs";
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = engine.workload();
        pairs.addTo(workload);
        workload.put("rate-of-duty-cycles", rate == HALF_OF_SATURATION ? "half of saturation" : rate);
        workload.put("seconds-of-duty-cycles", stallSeconds);
        workload.put("keys", keys);
        return workload;
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final JobVariant job = JobVariant.exactlyOnce(engine.layout());
        final JobVariant every = job.checkpointEvery("every 1 s", TimeUnit.SECONDS.toNanos(1));
        final JobVariant none = job.checkpointEvery("none", JobVariant.NO_CHECKPOINTS_NS);
        final Report report = new Report();
        final double saturation = measureThroughput(text, report, every, none);
        final long stallRate =
            rate == HALF_OF_SATURATION ? Math.max(ReferenceJob.CLAIM, (long)(saturation / 2)) : rate;
        measureStalls(text, report, every, none, stallRate);
        for (final int count : keys)
        {
            measureBytes(text, report, job, count);
        }
        return report;
    }

    /** @return events a second without checkpoints. */
    private double measureThroughput(
        final PrintWriter text, final Report report, final JobVariant every, final JobVariant none)
    {
        final Interleaved<SaturationRig.Run> runs = SaturationPairs.measure(
            new SaturationRig(seed(), engine.dir(), pairs.maxEvents()), pairs, every, none, text, report);
        final Comparison throughput =
            runs.compare("throughput with against without, M events/s", run -> run.rate() / MILLION, Bar.NONE);
        report.compare(throughput);
        report.compare(runs.compare(
            "engine thread, cpu ns/event, with against without", SaturationRig.Run::engineCpuNsPerEvent, Bar.NONE));
        report.compare(runs.compare(
            "all threads but the jvm's, cpu ns/event, with against without",
            SaturationRig.Run::cpuNsPerEvent,
            Bar.NONE));
        report.figure("checkpoints in each run with them", runs.measured().stream()
            .map(run -> run.usage().checkpoints()).toList());
        return throughput.against().median() * MILLION;
    }

    private void measureStalls(
        final PrintWriter text,
        final Report report,
        final JobVariant every,
        final JobVariant none,
        final long stallRate)
    {
        text.printf("%n%-20s %12s %12s  %s%n", "duty cycles at", "events/s", "checkpoints", "(engine thread)");
        final Interleaved<LoadReport> runs = Interleaved.run(
            pairs.pairs(),
            pair -> stalls(text, report, "with", every, stallRate),
            pair -> stalls(text, report, "without", none, stallRate));
        final LatencyTable table = new LatencyTable();
        addStalls(table, report, "with", runs.measured());
        addStalls(table, report, "without", runs.against());
        table.add("control: idle thread's hiccups, with", sum(runs.measured(), LoadReport::control));
        table.add("control: idle thread's hiccups, without", sum(runs.against(), LoadReport::control));
        text.println();
        text.print(table);
        for (final double percentile : LatencyTable.PERCENTILES)
        {
            report.compare(runs.compare(
                "duty cycle " + LatencyTable.heading(percentile) + ", us, with against without",
                run -> run.usage().engineCycles().getValueAtPercentile(percentile) / MICRO,
                percentile == JUDGED_PERCENTILE ? STALLS : Bar.NONE));
        }
        report.compare(runs.compare(
            "% of the time in duty cycles over 1 ms, with against without",
            run -> timeInStalls(run.usage().engineCycles()),
            Bar.NONE));
        report.compare(runs.compare(
            "engine thread at that rate, cpu ns/event, with against without",
            run -> (double)run.usage().engineCpuNs() / run.measured(),
            Bar.NONE));
        addAllocation(report, "with", runs.measured());
        addAllocation(report, "without", runs.against());
        report.figure("rate of the duty cycles, events/s", stallRate);
    }

    private LoadReport stalls(
        final PrintWriter text,
        final Report report,
        final String name,
        final JobVariant variant,
        final long stallRate)
    {
        final LoadReport run = new LoadTestRig(LoadSettings.of(
            seed(),
            engine.dir(),
            stallRate,
            Math.max(1, stallSeconds / 5),
            stallSeconds,
            variant)).run();
        text.printf(
            Locale.ROOT, "%-20s %12d %12d  %s%n", variant.name(), stallRate, run.usage().checkpoints(), run.verdict());
        text.flush();
        report.verdict().addAll(run.verdict());
        final Map<String, Object> row = run.usage().toMap();
        row.put("variant", variant.name());
        row.put("duty-cycle-ns", LatencyTable.percentiles(run.usage().engineCycles()));
        row.put("result-ns", LatencyTable.percentiles(run.results()));
        row.put("control-ns", LatencyTable.percentiles(run.control()));
        row.put("verdict", run.verdict().toString());
        report.row("duty-cycle-runs", row);
        run.addTo(report, "latency-" + name);
        return run;
    }

    private void addStalls(
        final LatencyTable table, final Report report, final String name, final List<LoadReport> runs)
    {
        final Histogram cycles = sum(runs, run -> run.usage().engineCycles());
        table.add("duty cycles of the engine thread, " + name, cycles);
        report.percentiles("duty-cycles-" + name, cycles);
        for (final LoadReport run : runs)
        {
            final Histogram interval = run.usage().engineCycles().copy();
            interval.setStartTimeStamp(run.startTimeMs());
            interval.setEndTimeStamp(run.startTimeMs() + TimeUnit.SECONDS.toMillis(stallSeconds));
            report.interval("duty-cycles-" + name, interval);
        }
    }

    private static void addAllocation(final Report report, final String name, final List<LoadReport> runs)
    {
        final List<Double> bytes = new ArrayList<>();
        runs.forEach(run -> bytes.add((double)run.usage().engineAllocatedBytes() / run.measured()));
        report.figure("engine thread, bytes allocated/event, " + name, bytes);
        report.figure("checkpoint's thread, bytes allocated/checkpoint, " + name, runs.stream()
            .map(run -> run.usage().allocatedBytes().getOrDefault("checkpoint", 0L) /
                Math.max(1, run.usage().checkpoints()))
            .toList());
    }

    /** Percentiles count cycles, and an idle thread makes many short ones: this counts the time. */
    static double timeInStalls(final Histogram cycles)
    {
        double allNs = 0;
        double stalledNs = 0;
        for (final HistogramIterationValue value : cycles.recordedValues())
        {
            final double ns = (double)value.getCountAtValueIteratedTo() * value.getValueIteratedTo();
            allNs += ns;
            stalledNs += value.getValueIteratedTo() > TrackedAgent.STALL_NS ? ns : 0;
        }
        return allNs == 0 ? 0 : PERCENT * stalledNs / allNs;
    }

    private void measureBytes(final PrintWriter text, final Report report, final JobVariant job, final int count)
    {
        final List<CheckpointSize> sizes = new ArrayList<>();
        for (int round = 0; round < pairs.pairs(); round++)
        {
            final CheckpointSize size = CheckpointSize.measure(engine.dir(), count, round, job);
            sizes.add(size);
            report.row("sizes", size.row());
            report.verdict().addAll(size.verdict());
            text.println(size.row());
            text.flush();
        }
        final String suffix = ", increment against full, " + count + " keys";
        report.compare(Comparison.of(
            "bytes" + suffix, figures(sizes, CheckpointSize::deltaBytes), figures(sizes, CheckpointSize::fullBytes),
            BYTES));
        report.compare(Comparison.of(
            "ms" + suffix, figures(sizes, CheckpointSize::deltaMs), figures(sizes, CheckpointSize::fullMs), Bar.NONE));
    }

    private static double[] figures(
        final List<CheckpointSize> sizes, final ToDoubleFunction<CheckpointSize> figure)
    {
        return sizes.stream().mapToDouble(figure).toArray();
    }

    private static Histogram sum(
        final List<LoadReport> runs,
        final Function<LoadReport, Histogram> histogram)
    {
        final Histogram sum = LatencyTable.newHistogram();
        runs.forEach(run -> sum.add(histogram.apply(run)));
        return sum;
    }
}
