package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.CloseHelper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code scale}: what an event costs with more keys and with more operators, in the operator core alone and through the
 * whole engine.
 */
@Command(
    name = "scale",
    description = "CPU time per event with more keys and more operators, in the operator core and through the " +
        "whole engine, interleaved; and the memory of devices, keys and panes.",
    mixinStandardHelpOptions = true)
final class ScaleCommand extends MeasuringCommand
{
    /** Devices of the job that others are compared with. */
    static final int REFERENCE_KEYS = ReferenceWorkload.DEVICES;

    private static final int JUDGED_KEYS = 1_000_000;
    private static final Bar BAR = Bar.atMost(4);
    private static final int MIN_KEYS = 100;
    private static final int MAX_KEYS = 5_000_000;
    private static final int MAX_OPERATORS = 64;
    private static final int WINDOWS_PER_PART = 5;

    @Option(
        names = "--keys",
        split = ",",
        defaultValue = "1000,10000,100000,1000000",
        description = "Devices, each a key of its own (default: ${DEFAULT-VALUE}).")
    private List<Integer> keys;

    @Option(
        names = "--operators",
        split = ",",
        defaultValue = "1,2,4,8,16",
        description = "Windows over the same events, 10000 keys each (default: ${DEFAULT-VALUE}).")
    private List<Integer> operators;

    @Option(
        names = "--per-window",
        defaultValue = "20",
        description = "Events of a key in a window, with any number of keys (default: ${DEFAULT-VALUE}).")
    private int perWindow;

    @Option(
        names = "--pairs",
        defaultValue = "5",
        description = "Pairs of engines, and parts of the figures of the core (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
        names = "--warmup",
        defaultValue = "2000000",
        description = "Events of each core before it is measured (default: ${DEFAULT-VALUE}).")
    private long warmup;

    @Option(
        names = "--memory",
        split = ",",
        defaultValue = "10000,100000,1000000",
        description = "Devices whose memory is measured, each number in a JVM of its own (default: ${DEFAULT-VALUE}).")
    private List<Integer> memory;

    @Mixin
    private EngineOptions engine;

    @Override
    void requireInRange()
    {
        for (final int count : keys)
        {
            require(count >= MIN_KEYS && count <= MAX_KEYS, "--keys " + MIN_KEYS + " to " + MAX_KEYS);
        }
        for (final int count : operators)
        {
            require(count >= 1 && count <= MAX_OPERATORS, "--operators 1 to " + MAX_OPERATORS);
        }
        for (final int count : memory)
        {
            require(count >= MIN_KEYS && count <= MAX_KEYS, "--memory " + MIN_KEYS + " to " + MAX_KEYS);
        }
        require(
            perWindow >= 10 && perWindow <= 200 && pairs >= 1 && warmup >= 0,
            "--per-window 10 to 200, --pairs >= 1, --warmup >= 0");
    }

    @Override
    String heading()
    {
        return "J1 with " + keys + " keys, and with " + operators + " operators: " + pairs + " interleaved parts";
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = engine.workload();
        workload.put("rate", "as fast as it goes");
        workload.put("devices", keys);
        workload.put("operators", operators);
        workload.put("events-per-key-and-window", perWindow);
        workload.put("events-per-second-of-event-time", "devices * events-per-key-and-window");
        workload.put("pairs", pairs);
        workload.put("devices-of-memory", memory);
        workload.put("warmup-events-of-cores", warmup);
        workload.put("warmup-events-of-engines", (long)EngineScale.WARMUP_PER_KEY * mostKeys());
        return workload;
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final Report report = new Report();
        try (Control control = Control.start())
        {
            measureKeys(report);
            measureOperators(report);
            measureEngine(text, report);
            control.addTo(report);
        }
        for (final int count : memory)
        {
            MemoryScale.measure(count, engine, text, report);
        }
        return report;
    }

    private void measureKeys(final Report report)
    {
        final List<ScaledCore> cores = new ArrayList<>();
        try
        {
            for (final int count : keys)
            {
                cores.add(new ScaledCore(seed(), count, 1, perWindow));
            }
            final CoreScale scale = new CoreScale(cores, pairs, (long)perWindow * mostKeys());
            scale.measure(warmup, perWindow, report.verdict());
            scale.addTo(report, "core-by-keys");
            final int against = keys.indexOf(referenceKeys());
            for (int i = 0; i < keys.size(); i++)
            {
                if (i != against)
                {
                    report.compare(Comparison.of(
                        "operator core, " + keys.get(i) + " devices against " + keys.get(against) + ", cpu ns/event",
                        scale.nsPerEvent(i),
                        scale.nsPerEvent(against),
                        Bar.NONE));
                }
            }
        }
        finally
        {
            CloseHelper.closeAll(cores);
        }
    }

    private void measureOperators(final Report report)
    {
        final List<ScaledCore> cores = new ArrayList<>();
        try
        {
            for (final int count : operators)
            {
                cores.add(new ScaledCore(seed(), REFERENCE_KEYS, count, perWindow));
            }
            final CoreScale scale =
                new CoreScale(cores, pairs, (long)WINDOWS_PER_PART * perWindow * REFERENCE_KEYS);
            scale.measure(warmup, perWindow, report.verdict());
            scale.addTo(report, "core-by-operators");
            for (int i = 1; i < operators.size(); i++)
            {
                report.compare(Comparison.of(
                    "operator core, " + operators.get(i) + " operators against " + operators.get(0) +
                    ", cpu ns/event",
                    scale.nsPerEvent(i),
                    scale.nsPerEvent(0),
                    Bar.NONE));
            }
        }
        finally
        {
            CloseHelper.closeAll(cores);
        }
    }

    private void measureEngine(final PrintWriter text, final Report report)
    {
        final int reference = referenceKeys();
        final int most = mostKeys();
        if (most == reference)
        {
            report.figure("whole engine", "not measured, nothing to compare " + reference + " devices with");
            return;
        }
        final EngineScale rig =
            new EngineScale(seed(), engine.dir(), JobVariant.exactlyOnce(engine.layout()), perWindow, most);
        text.printf(
            "%n%-20s %12s %14s %12s %12s%n", "whole engine with", "events", "cpu ns/event", "ring full", "checkpoints");
        // For the compiler; makes the plain loop's answers too.
        report.verdict().addAll(rig.run(reference).verdict());
        final Interleaved<EngineScale.Run> runs = Interleaved.run(
            pairs, pair -> run(rig, most, text, report), pair -> run(rig, reference, text, report));
        report.compare(runs.compare(
            "whole engine, " + most + " devices against " + reference + ", cpu ns/event of the engine thread",
            EngineScale.Run::engineCpuNsPerEvent,
            most == JUDGED_KEYS && reference == REFERENCE_KEYS ? BAR : Bar.NONE));
    }

    private static EngineScale.Run run(
        final EngineScale rig, final int count, final PrintWriter text, final Report report)
    {
        final EngineScale.Run run = rig.run(count);
        text.printf(
            Locale.ROOT,
            "%-20s %12d %14.1f %12d %12d  %s%n",
            count + " devices",
            run.events(),
            run.engineCpuNsPerEvent(),
            run.backPressured(),
            run.usage().checkpoints(),
            run.verdict());
        text.flush();
        report.verdict().addAll(run.verdict());
        report.row("engine-runs", run.row());
        report.overTime(count + " devices", PublishedCounts.INTERVAL_NS, run.counts().perInterval());
        return run;
    }

    /** @return 10,000 devices, or the fewest if it is not asked for these and for more. */
    private int referenceKeys()
    {
        return keys.contains(REFERENCE_KEYS) && mostKeys() > REFERENCE_KEYS ? REFERENCE_KEYS : Collections.min(keys);
    }

    private int mostKeys()
    {
        return Collections.max(keys);
    }
}
