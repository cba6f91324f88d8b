package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code latency}: result latency of the reference job under an open load.
 */
@Command(
    name = "latency",
    description = "Result latency of job J1 from intended times, at a fixed rate.",
    mixinStandardHelpOptions = true)
final class LatencyCommand extends MeasuringCommand
{
    private static final int MAX_SECONDS = 3_600;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MAX_RATIO = 3;
    private static final long HALF_OF_SATURATION = 0;
    private static final long J1_WINDOW_MS = TimeUnit.NANOSECONDS.toMillis(ReferenceJob.WINDOW_NS);
    private static final String BARE = "bare recorded round trip";

    @Option(
        names = "--rate",
        defaultValue = "200000",
        description = "Events a second; 0: half of what this job takes, which is measured before (default: " +
            "${DEFAULT-VALUE}).")
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

    @Option(
        names = "--from",
        defaultValue = "embedded",
        description = "Who sends, and how: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); all but embedded " +
            "from another process.")
    private LoadSource from;

    @Mixin
    private EngineOptions engine;

    @Override
    void requireInRange()
    {
        require(
            rate >= 0 && rate <= 100_000_000 && seconds >= 1 && seconds <= MAX_SECONDS && warmup >= 0 &&
            warmup <= MAX_SECONDS && windowMs >= 1 && devices >= 1,
            "--rate 0 to 100000000, --seconds 1 to " + MAX_SECONDS + ", --warmup 0 to " + MAX_SECONDS +
            ", --window >= 1, --devices >= 1");
        require(
            rate != HALF_OF_SATURATION || isReference(),
            "a --rate other than 0: half of the saturation is that of J1 from an embedded publisher");
        require(
            !from.isOtherProcess() || ChildSender.isSupported(),
            "--from embedded: processes have one clock for intended times on Linux alone");
    }

    @Override
    String heading()
    {
        return "J1, exactly-once, open loop: " + (rate == HALF_OF_SATURATION ? "half of its saturation" :
            rate + " events/s") + " for " + seconds + " s after " + warmup +
            " s, from " + from;
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = engine.workload();
        workload.put("rate", rate == HALF_OF_SATURATION ? "half of saturation" : rate);
        workload.put("events-per-second-of-event-time", "as the rate");
        workload.put("devices", devices);
        workload.put("window-ns", TimeUnit.MILLISECONDS.toNanos(windowMs));
        workload.put("from", from.toString());
        workload.put("seconds", seconds);
        workload.put("warmup-seconds", warmup);
        workload.put(
            "alert", "above " + ReferenceJob.ALERT_ABOVE + ", clear-below " + ReferenceJob.ALERT_CLEAR + ", by device");
        return workload;
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final Report report = new Report();
        final long settled = rate == HALF_OF_SATURATION ? halfOfSaturation(text, report) : rate;
        report.figure("rate, events/s", settled);
        final LoadSettings settings = new LoadSettings(
            seed(),
            engine.dir(),
            settled,
            devices,
            warmup,
            seconds,
            TimeUnit.MILLISECONDS.toNanos(windowMs),
            JobVariant.exactlyOnce(engine.layout()),
            from,
            true);
        if (from == LoadSource.UDP)
        {
            // What a JVM takes that compiles everything yet is less than a socket's buffer holds back.
            new LoadTestRig(settings.rehearsal()).run();
        }
        final LoadReport measured = new LoadTestRig(settings).run();
        final RoundTripRig.Trip bare = new RoundTripRig(settings).run();
        print(text, measured, bare);

        report.verdict().addAll(measured.verdict());
        bare.verdict().failures().forEach(failure -> report.verdict().require(false, BARE + ": " + failure));
        measured.addTo(report, "latency");
        SteadyFigures.addTo(report, measured.usage(), measured.measured(), seconds);
        measured.first().addTo(report, "first-results");
        measured.alerts().addTo(report, "alerts");
        bare.addTo(report);
        compare(report, "window results", measured.results(), bare,
            isReference() ? Bar.atMost(MAX_RATIO) : Bar.NONE);
        compare(report, "the first result of each window", measured.first().all(), bare, Bar.NONE);
        if (measured.alerts().all().getTotalCount() > 0)
        {
            compare(report, "alerts", measured.alerts().all(), bare, Bar.NONE);
        }
        return report.entry("figures-ns", figures(measured, bare)).entry("usage", measured.usage().toMap());
    }

    /** Whether this is the job and the way that the bar is about; the round trip idles as the compact layout does. */
    private boolean isReference()
    {
        return !from.isOtherProcess() && devices == ReferenceWorkload.DEVICES && windowMs == J1_WINDOW_MS &&
            engine.layout() == Layout.COMPACT;
    }

    private long halfOfSaturation(final PrintWriter text, final Report report)
    {
        final SaturationRig.Run run =
            AlertSaturation.measure(seed(), engine.dir(), JobVariant.exactlyOnce(engine.layout()));
        report.verdict().addAll(run.verdict());
        report.figure("saturation of this job, events/s", Math.round(run.rate()));
        text.printf(
            Locale.ROOT, "saturation: %d events in %.1f s, %.0f events/s%n", run.events(), run.ns() / 1e9, run.rate());
        text.flush();
        return Math.max(ReferenceJob.CLAIM, (long)(run.rate() / 2));
    }

    private static void print(final PrintWriter text, final LoadReport measured, final RoundTripRig.Trip bare)
    {
        final LatencyTable table = new LatencyTable();
        measured.addTo(table);
        table.add(BARE, bare.all())
            .add("its publisher against schedule", bare.publisher().lateness())
            .add("control meanwhile", bare.time().control());
        text.println();
        text.print(table);
        text.println("published " + measured.publisher().published() + ", results read " + measured.windows() +
            ", claims that were refused " + measured.publisher().backPressured() + "; in the round trip " +
            bare.publisher().published() + " and " + bare.publisher().backPressured());
    }

    private static void compare(
        final Report report, final String what, final Histogram measured, final RoundTripRig.Trip bare, final Bar bar)
    {
        report.compare(Comparison.of(
            "p50 of " + what + " against the " + BARE + ", us", median(measured), median(bare.all()), bar));
    }

    private static double[] median(final Histogram histogram)
    {
        return new double[]{histogram.getValueAtPercentile(50) / NANOS_PER_MICRO};
    }

    private static Map<String, Object> figures(final LoadReport measured, final RoundTripRig.Trip bare)
    {
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("result", LatencyTable.percentiles(measured.results()));
        figures.put("first-result", LatencyTable.percentiles(measured.first().all()));
        figures.put("alert", LatencyTable.percentiles(measured.alerts().all()));
        figures.put("result-from-ingest", LatencyTable.percentiles(measured.engine()));
        figures.put("publisher-lateness", LatencyTable.percentiles(measured.publisher().lateness()));
        figures.put("control", LatencyTable.percentiles(measured.control()));
        figures.put("engine-duty-cycles", LatencyTable.percentiles(measured.usage().engineCycles()));
        figures.put("published", measured.publisher().published());
        figures.put("results-read", measured.windows());
        figures.put("round-trip", LatencyTable.percentiles(bare.all()));
        figures.put("round-trip-publisher-lateness", LatencyTable.percentiles(bare.publisher().lateness()));
        figures.put("round-trip-control", LatencyTable.percentiles(bare.time().control()));
        return figures;
    }
}
