package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
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

    @Mixin
    private EngineOptions engine;

    @Override
    void requireInRange()
    {
        require(
            rate >= 1 && rate <= 100_000_000 && seconds >= 1 && seconds <= MAX_SECONDS && warmup >= 0 &&
            warmup <= MAX_SECONDS && windowMs >= 1 && devices >= 1,
            "--rate 1 to 100000000, --seconds 1 to " + MAX_SECONDS + ", --warmup 0 to " + MAX_SECONDS +
            ", --window >= 1, --devices >= 1");
    }

    @Override
    String heading()
    {
        return "J1, exactly-once, open loop: " + rate + " events/s for " + seconds + " s after " + warmup + " s";
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = engine.workload();
        workload.put("rate", rate);
        workload.put("events-per-second-of-event-time", rate);
        workload.put("devices", devices);
        workload.put("window-ns", TimeUnit.MILLISECONDS.toNanos(windowMs));
        workload.put("seconds", seconds);
        workload.put("warmup-seconds", warmup);
        return workload;
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final LoadTestRig.Report measured = new LoadTestRig(new LoadTestRig.Settings(
            seed(),
            engine.dir(),
            rate,
            devices,
            warmup,
            seconds,
            TimeUnit.MILLISECONDS.toNanos(windowMs),
            JobVariant.exactlyOnce(engine.layout()))).run();
        final LatencyTable table = new LatencyTable()
            .add("result, from intended time", measured.results())
            .add("result, from ingest (engine's own)", measured.engine())
            .add("publisher against schedule", measured.publisher())
            .add("control: idle thread's hiccups", measured.control());
        measured.usage().cycles().forEach((thread, cycles) -> table.add("duty cycles " + thread, cycles));
        text.println();
        text.print(table);
        text.println("published " + measured.published() + ", results read " + measured.windows() +
            ", claims that found the ring full " + measured.backPressured());

        final Report report = new Report();
        report.verdict().addAll(measured.verdict());
        measured.addTo(report, "latency");
        SteadyFigures.addTo(report, measured.usage(), measured.measured(), seconds);
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("result", LatencyTable.percentiles(measured.results()));
        figures.put("result-from-ingest", LatencyTable.percentiles(measured.engine()));
        figures.put("publisher-lateness", LatencyTable.percentiles(measured.publisher()));
        figures.put("control", LatencyTable.percentiles(measured.control()));
        figures.put("engine-duty-cycles", LatencyTable.percentiles(measured.usage().engineCycles()));
        figures.put("published", measured.published());
        figures.put("results-read", measured.windows());
        return report.entry("figures-ns", figures).entry("usage", measured.usage().toMap());
    }
}
