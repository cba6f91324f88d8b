package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.ResidentMemory;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code overload}: more than the engine takes, for a while, and what is left of it afterwards.
 */
@Command(
    name = "overload",
    description = "Offers job J1 several times what it takes: how long what is admitted waits, and whether " +
        "everything is as before afterwards.",
    mixinStandardHelpOptions = true)
final class OverloadCommand extends MeasuringCommand
{
    /** How much worse a tenth of saturation may be after the overload than it was before. */
    static final double MAX_RATIO = 2;
    /** How much the process may grow while it is overloaded. */
    static final double MAX_GROWTH = 1.1;

    /** Who offers. */
    enum From
    {
        /** A publisher of the engine. */
        EMBEDDED,
        /** Another process, by datagrams with acknowledgements. */
        UDP
    }

    /** Name of the comparison. */
    static final String LONGEST_WAIT = "longest wait of what was admitted, against its bound, us";

    /** Readings that may be appended to the journal and not be recorded: the driver's window of half a term. */
    private static final int UNRECORDED = ArchiveConfig.DEFAULT_TERM_LENGTH / 2 / MessageLayout.SLOT_LENGTH;
    private static final int MAX_SECONDS = 3_600;
    private static final double MAX_FACTOR = 100;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double TAIL = 99;
    private static final double SHARE_IN_TIME = PublisherReport.REQUIRED_SHARE;
    /** Of what is offered: if more is taken, saturation was measured too low. */
    private static final double MOST_TAKEN = 0.9;

    @Option(
        names = "--factor",
        defaultValue = "3",
        description = "Of saturation that is offered (default: ${DEFAULT-VALUE}).")
    private double factor;

    @Option(names = "--seconds", defaultValue = "60", description = "Of overload (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
        names = "--normal-seconds",
        defaultValue = "30",
        description = "At a tenth of saturation: before, and twice after, of which the first is recovery (default: " +
            "${DEFAULT-VALUE}).")
    private int normalSeconds;

    @Option(
        names = "--saturation-seconds",
        defaultValue = "15",
        description = "For which saturation is measured, after a third of that (default: ${DEFAULT-VALUE}).")
    private int saturationSeconds;

    @Option(
        names = "--from",
        defaultValue = "embedded",
        description = "Who offers: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); udp from another process, " +
            "with acknowledgements.")
    private From from;

    @Mixin
    private EngineOptions engine;

    @Override
    void requireInRange()
    {
        require(factor >= 1 && factor <= MAX_FACTOR, "--factor 1 to " + (int)MAX_FACTOR);
        require(
            seconds >= 1 && seconds <= MAX_SECONDS && normalSeconds >= 1 && normalSeconds <= MAX_SECONDS &&
            saturationSeconds >= 1 && saturationSeconds <= MAX_SECONDS,
            "--seconds, --normal-seconds and --saturation-seconds 1 to " + MAX_SECONDS);
        require(
            from == From.EMBEDDED || ChildSender.isSupported(),
            "--from embedded: processes have one clock for intended times on Linux alone");
    }

    @Override
    String heading()
    {
        return String.format(
            Locale.ROOT,
            "J1, exactly-once, open loop: %.1f times its saturation for %d s, a tenth of it for %d s before and " +
                "twice after, from %s",
            factor,
            seconds,
            normalSeconds,
            from.name().toLowerCase(Locale.ROOT));
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = engine.workload();
        workload.put("purge", "what is older than 15 s and covered by a checkpoint");
        workload.put("from", from.name().toLowerCase(Locale.ROOT));
        workload.put("factor", factor);
        workload.put("seconds", seconds);
        workload.put("normal-seconds", normalSeconds);
        workload.put("saturation-seconds", saturationSeconds);
        return workload;
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final Report report = new Report();
        final OverloadRig rig = new OverloadRig(
            seed(), engine.dir(), JobVariant.exactlyOnce(engine.layout()), from == From.UDP, text);
        final OverloadRig.Phases phases;
        try (Control control = Control.start())
        {
            phases = rig.run(
                new OverloadRig.Lengths(factor, seconds, normalSeconds, saturationSeconds), report);
            control.addTo(report);
        }
        print(text, phases.all());
        report.figure("saturation, events/s", Math.round(phases.saturation().rate()));
        phases.all().forEach(phase -> add(report, phase));
        judge(report, phases.before(), phases.overload(), phases.after());
        return report;
    }

    private static void print(final PrintWriter text, final List<OverloadPhase> phases)
    {
        final LatencyTable table = new LatencyTable();
        phases.forEach(phase -> table.add("result, from ingest, " + phase.name(), phase.allWaits()));
        text.println();
        text.print(table);
    }

    private static void add(final Report report, final OverloadPhase phase)
    {
        report.figure(phase.name() + ": events/s admitted", Math.round(phase.rate()))
            .figure(phase.name() + ": due, sent, left with the sender, refusals",
                phase.due() + ", " + phase.sent() + ", " + phase.left() + ", " + phase.refusals())
            .figure(phase.name() + ": resident memory, MiB", ResidentMemory.text(phase.memory()))
            .percentiles("wait-" + phase.name(), phase.allWaits())
            .row("phases", phase.toMap());
        phase.waits().forEach(interval -> report.interval("wait-" + phase.name(), interval));
    }

    /** Judges the phases; a bar that is missed is no reason to fail. */
    static void judge(
        final Report report, final OverloadPhase before, final OverloadPhase overload, final OverloadPhase after)
    {
        for (final OverloadPhase normal : List.of(before, after))
        {
            report.verdict().require(
                normal.sent() >= normal.due() * SHARE_IN_TIME,
                normal.name() + ": missed its rate: " + normal.sent() + " of " + normal.due() + " were sent in time");
        }
        for (final OverloadPhase phase : List.of(before, overload, after))
        {
            report.verdict().require(phase.allWaits().getTotalCount() > 0, phase.name() + ": no result was measured");
        }
        report.verdict().require(
            overload.sent() < overload.due() * MOST_TAKEN,
            "no overload: " + overload.sent() + " of " + overload.due() + " that were offered were taken");
        report.compare(Comparison.of(
            LONGEST_WAIT,
            new double[]{overload.allWaits().getMaxValue() / NANOS_PER_MICRO},
            new double[]{mostWaitNs(overload.rate()) / NANOS_PER_MICRO},
            Bar.atMost(1)));
        for (final double percentile : new double[]{50, TAIL})
        {
            report.compare(Comparison.of(
                LatencyTable.heading(percentile) + " of results from ingest, after the overload against before, us",
                new double[]{micros(after.allWaits(), percentile)},
                new double[]{micros(before.allWaits(), percentile)},
                Bar.atMost(MAX_RATIO)));
        }
        if (ResidentMemory.isEnough(overload.memory()))
        {
            report.compare(ResidentMemory.growth(
                "resident memory, end of the overload against a quarter after its begin, MiB",
                overload.memory(),
                Bar.atMost(MAX_GROWTH)));
        }
    }

    /**
     * How long what is admitted may wait for its result: all places are bounded in which readings are between the two,
     * and a reading that finds them full waits until they have emptied once, as fast as they did on average.
     *
     * @param rate readings admitted a second.
     * @return ns.
     */
    static double mostWaitNs(final double rate)
    {
        return (LimitsConfig.builder().build().ringSlots() + UNRECORDED) * NANOS_PER_SECOND / rate;
    }

    private static double micros(final Histogram histogram, final double percentile)
    {
        return histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }
}
