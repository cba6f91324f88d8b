package io.tailrace.perf;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.RunDirectory;
import io.tailrace.perf.report.RunManifest;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code latency}: result latency of the reference job under an open load.
 */
@Command(
    name = "latency",
    description = "Result latency of job J1 from intended times, at a fixed rate.",
    mixinStandardHelpOptions = true)
final class LatencyCommand implements Callable<Integer>
{
    private static final int MAX_SECONDS = 3_600;

    @Spec
    private CommandSpec spec;

    @Option(names = "--rate", defaultValue = "200000", description = "Events a second (default: ${DEFAULT-VALUE}).")
    private long rate;

    @Option(names = "--seconds", defaultValue = "20", description = "Measured (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
        names = "--warmup",
        defaultValue = "10",
        description = "Seconds at the same rate before, not recorded (default: ${DEFAULT-VALUE}).")
    private int warmup;

    @Option(
        names = "--window",
        defaultValue = "1000",
        description = "Size of the tumbling windows, ms (default: ${DEFAULT-VALUE}).")
    private long windowMs;

    @Option(names = "--devices", defaultValue = "10000", description = "Devices (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(names = "--seed", defaultValue = "1", description = "Of the workload (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
        names = "--layout",
        defaultValue = "compact",
        description = "Of the engine's threads: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Layout layout;

    @Option(
        names = "--dir",
        defaultValue = "${sys:java.io.tmpdir}",
        description = "Where the data directory is made and deleted (default: ${DEFAULT-VALUE}).")
    private Path dir;

    @Option(names = "--out", description = "Run directory: histograms and manifest (default: nowhere).")
    private Path out;

    @Override
    public Integer call()
    {
        requireInRange();
        final RunDirectory runDirectory = runDirectory(out, spec);
        final RunManifest manifest = RunManifest.describe(Path.of("")).put("workload", workload());
        final PrintWriter text = spec.commandLine().getOut();
        text.println("J1, exactly-once, open loop: " + rate + " events/s for " + seconds + " s after " + warmup + " s");
        text.println(manifest.summary());
        text.println(manifest.get("workload"));
        text.println(ReferenceJob.LEFT_OUT);
        text.flush();

        final LoadTestRig.Report report = new LoadTestRig(new LoadTestRig.Settings(
            seed, dir, rate, devices, warmup, seconds, TimeUnit.MILLISECONDS.toNanos(windowMs), layout)).run();
        text.println();
        text.print(new LatencyTable()
            .add("result, from intended time", report.results())
            .add("result, from ingest (engine's own)", report.engine())
            .add("publisher against schedule", report.publisher())
            .add("control: idle thread's hiccups", report.control()));
        text.println("published " + report.published() + ", results read " + report.windows() +
            ", claims that found the ring full " + report.backPressured());
        text.println(report.verdict());
        text.flush();
        if (null != runDirectory)
        {
            save(runDirectory, manifest, report);
        }
        return report.verdict().isPass() ? 0 : 1;
    }

    /** The run directory of a command, or null if none is asked for. */
    static RunDirectory runDirectory(final Path out, final CommandSpec spec)
    {
        try
        {
            return null == out ? null : new RunDirectory(out);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new ParameterException(spec.commandLine(), "--out: " + ex.getMessage(), ex);
        }
    }

    static void save(final RunDirectory directory, final RunManifest manifest, final LoadTestRig.Report report)
    {
        final Verdict verdict = report.verdict();
        directory.saveIntervals("latency", report.startTimeMs(), report.intervals(), verdict);
        directory.savePercentiles("latency", report.results(), verdict);
        directory.savePercentiles("control", report.control(), verdict);
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("result", percentiles(report.results()));
        figures.put("result-from-ingest", percentiles(report.engine()));
        figures.put("publisher-lateness", percentiles(report.publisher()));
        figures.put("control", percentiles(report.control()));
        figures.put("published", report.published());
        figures.put("results-read", report.windows());
        directory.saveManifest(manifest.verdict(verdict).put("figures-ns", figures));
    }

    private void requireInRange()
    {
        if (rate < 1 || rate > 100_000_000 || seconds < 1 || seconds > MAX_SECONDS || warmup < 0 ||
            warmup > MAX_SECONDS || windowMs < 1 || devices < 1)
        {
            throw new ParameterException(
                spec.commandLine(),
                "expected --rate 1 to 100000000, --seconds 1 to " + MAX_SECONDS + ", --warmup 0 to " + MAX_SECONDS +
                ", --window >= 1, --devices >= 1");
        }
    }

    private Map<String, Object> workload()
    {
        final Map<String, Object> workload = new LinkedHashMap<>();
        workload.put("job", "J1");
        workload.put("rate", rate);
        workload.put("devices", devices);
        workload.put("disorder-ns", ReferenceWorkload.DISORDER_NS);
        workload.put("window-ns", TimeUnit.MILLISECONDS.toNanos(windowMs));
        workload.put("claim", ReferenceJob.CLAIM);
        workload.put("seed", seed);
        workload.put("layout", layout.name());
        workload.put("seconds", seconds);
        workload.put("warmup-seconds", warmup);
        workload.put("checksums", true);
        workload.put("purge", "none");
        workload.put("left-out", ReferenceJob.LEFT_OUT);
        return workload;
    }

    private static Map<String, Object> percentiles(final Histogram histogram)
    {
        final Map<String, Object> percentiles = new LinkedHashMap<>();
        percentiles.put("samples", histogram.getTotalCount());
        for (final double percentile : LatencyTable.PERCENTILES)
        {
            percentiles.put(LatencyTable.heading(percentile), histogram.getValueAtPercentile(percentile));
        }
        return percentiles;
    }
}
