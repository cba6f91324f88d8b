package io.tailrace.perf;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.engine.SupportedFeatures;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.Durability;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.workload.ReferenceWorkload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code modes}: what a stronger promise costs, at a subscriber of the recorded results on either side.
 */
@Command(
    name = "modes",
    description = "Job J1 exactly-once against weaker modes and a stronger durability, interleaved: throughput and " +
        "result latency.",
    mixinStandardHelpOptions = true)
final class ModesCommand extends MeasuringCommand
{
    private static final double MILLION = 1e6;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double PERCENTILE = 99;

    /** The latency runs of each mode, in whatever comparison. */
    private final Map<String, List<LoadReport>> runsByMode = new LinkedHashMap<>();

    @Mixin
    private PairOptions pairs;

    @Mixin
    private EngineOptions engine;

    @Option(
        names = "--rate",
        defaultValue = "200000",
        description = "Events a second of the latencies (default: ${DEFAULT-VALUE}).")
    private long rate;

    @Option(
        names = "--latency-seconds",
        defaultValue = "15",
        description = "How long latencies are recorded, after a fifth of it (default: ${DEFAULT-VALUE}).")
    private int latencySeconds;

    @Override
    void requireInRange()
    {
        pairs.requireInRange(this);
        require(
            rate >= 1 && rate <= 100_000_000 && latencySeconds >= 1 && latencySeconds <= 3_600,
            "--rate 1 to 100000000, --latency-seconds 1 to 3600");
    }

    @Override
    String heading()
    {
        return "J1 exactly-once against other promises: " + pairs.pairs() + " interleaved pairs of each";
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = engine.workload();
        pairs.addTo(workload);
        workload.put("rate-of-latencies", rate);
        workload.put("seconds-of-latencies", latencySeconds);
        return workload;
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final JobVariant job = JobVariant.exactlyOnce(engine.layout());
        final Report report = new Report();
        compare(
            text,
            report,
            job,
            job.mode("at-least-once", DeliveryMode.AT_LEAST_ONCE),
            Bar.atLeast(0.95),
            Bar.atMost(1.3));
        compare(text, report, job, job.mode("in-memory", DeliveryMode.IN_MEMORY), Bar.NONE, Bar.NONE);
        compare(
            text,
            report,
            job.durability("durability power", Durability.POWER),
            job.durability("durability process", Durability.PROCESS),
            Bar.NONE,
            Bar.NONE);
        runsByMode.forEach((name, runs) -> report.compare(Comparison.of(
            "bytes allocated by the engine thread against events, " + name,
            runs.stream().mapToDouble(run -> run.usage().engineAllocatedBytes()).toArray(),
            runs.stream().mapToDouble(LoadReport::measured).toArray(),
            SteadyFigures.hotBar())));
        return report;
    }

    private void compare(
        final PrintWriter text,
        final Report report,
        final JobVariant measured,
        final JobVariant against,
        final Bar throughput,
        final Bar latency)
    {
        final String name = measured.name() + " against " + against.name();
        final String refusal = refusal(against);
        if (!refusal.isEmpty())
        {
            text.println(name + ": not measured, " + refusal);
            report.figure(name, "not measured, " + refusal);
            return;
        }
        report.compare(SaturationPairs.measure(
            new SaturationRig(seed(), engine.dir(), pairs.maxEvents()), pairs, measured, against, text, report)
            .compare("throughput, M events/s, " + name, run -> run.rate() / MILLION, throughput));
        text.printf("%n%-20s %12s %12s %12s%n", "window results at", "events/s", "p50, us", "p99, us");
        final Interleaved<LoadReport> runs = Interleaved.run(
            pairs.pairs(), pair -> latency(text, report, measured), pair -> latency(text, report, against));
        report.compare(runs.compare("p50 of window results, us, " + name, run -> micros(run, 50), Bar.NONE));
        report.compare(runs.compare("p99 of window results, us, " + name, run -> micros(run, PERCENTILE), latency));
    }

    private LoadReport latency(final PrintWriter text, final Report report, final JobVariant variant)
    {
        final LoadReport run = new LoadTestRig(LoadSettings.of(
            seed(),
            engine.dir(),
            rate,
            Math.max(1, latencySeconds / 5),
            latencySeconds,
            variant)).run();
        text.printf(Locale.ROOT, "%-20s %12d %12.1f %12.1f  %s%n",
            variant.name(), rate, micros(run, 50), micros(run, PERCENTILE), run.verdict());
        text.flush();
        report.verdict().addAll(run.verdict());
        final Map<String, Object> row = run.usage().toMap();
        row.put("variant", variant.name());
        row.put("engine-bytes-per-event", (double)run.usage().engineAllocatedBytes() / run.measured());
        row.put("result-ns", LatencyTable.percentiles(run.results()));
        row.put("control-ns", LatencyTable.percentiles(run.control()));
        row.put("verdict", run.verdict().toString());
        report.row("latency-runs", row);
        runsByMode.computeIfAbsent(variant.name(), absent -> new ArrayList<>()).add(run);
        run.addTo(report, "latency-" + variant.name().replace(' ', '-'));
        return run;
    }

    /** @return why this version does not run a variant; empty if it does. */
    static String refusal(final JobVariant variant)
    {
        try
        {
            SupportedFeatures.require(ReferenceJob.config(
                Path.of("refused"),
                new ReferenceWorkload(
                    1, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE),
                ReferenceJob.WINDOW_NS,
                variant));
            return "";
        }
        catch (final ConfigurationException ex)
        {
            return ex.getMessage();
        }
    }

    private static double micros(final LoadReport run, final double percentile)
    {
        return run.results().getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }
}
