package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Spread;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.CloseHelper;
import org.agrona.concurrent.UnsafeBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code windows}: CPU time and allocation per event of each type of window against tumbling ones. All types take the
 * same events in turns, a round each, and who begins changes from round to round.
 */
@Command(
    name = "windows",
    description = "CPU time per event of each type of window in the operator core, against tumbling, interleaved.",
    mixinStandardHelpOptions = true)
final class WindowsCommand extends MeasuringCommand
{
    private static final int EVENTS_PER_ROUND = 200_000;

    @Option(names = "--rounds", defaultValue = "200", description = "Measured rounds (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
        names = "--warmup",
        defaultValue = "330",
        description = "Rounds before, of 0.2 s of event time: windows of 60 s must have filled " +
            "(default: ${DEFAULT-VALUE}).")
    private int warmup;

    @Override
    void requireInRange()
    {
        require(rounds >= 1 && warmup >= 0, "--rounds >= 1, --warmup >= 0");
    }

    @Override
    String heading()
    {
        return "Types of window in the operator core, against tumbling: " + rounds + " interleaved rounds";
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final List<WindowCost> costs = WindowCost.ofAllTypes();
        final Report report = new Report();
        try
        {
            measure(costs).forEach(report::figure);
            costs.forEach(cost -> cost.check(report.verdict()));
            return report;
        }
        finally
        {
            CloseHelper.closeAll(costs);
        }
    }

    private Map<String, Object> measure(final List<WindowCost> costs)
    {
        final ReferenceWorkload workload = new ReferenceWorkload(
            seed(), ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE);
        final UnsafeBuffer readings = WindowCost.readings(EVENTS_PER_ROUND);
        final double[][] nsPerEvent = new double[costs.size()][rounds];
        final long[] allocated = new long[costs.size()];
        final long[] resultsBefore = new long[costs.size()];
        for (int round = -warmup; round < rounds; round++)
        {
            workload.encode(readings, 0, (long)(round + warmup) * EVENTS_PER_ROUND, EVENTS_PER_ROUND);
            for (int turn = 0; turn < costs.size(); turn++)
            {
                final int i = Math.floorMod(round + turn, costs.size());
                final WindowCost cost = costs.get(i);
                if (round == 0)
                {
                    resultsBefore[i] = cost.results();
                }
                cost.run(readings, EVENTS_PER_ROUND);
                if (round >= 0)
                {
                    nsPerEvent[i][round] = (double)cost.cpuNs() / EVENTS_PER_ROUND;
                    allocated[i] += cost.allocatedBytes();
                }
            }
        }
        return figures(costs, nsPerEvent, allocated, resultsBefore);
    }

    /** Means over five parts of the run: windows fire every few rounds only, and that must not hide in a median. */
    private Map<String, Object> figures(
        final List<WindowCost> costs,
        final double[][] nsPerEvent,
        final long[] allocated,
        final long[] resultsBefore)
    {
        final long events = (long)rounds * EVENTS_PER_ROUND;
        final Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("type", "cpu ns/event: median (min-max) of 5 parts; against tumbling; results; bytes/event");
        final double[] tumbling = parts(nsPerEvent[0]);
        for (int i = 0; i < costs.size(); i++)
        {
            final double[] own = parts(nsPerEvent[i]);
            final double[] against = new double[own.length];
            for (int part = 0; part < own.length; part++)
            {
                against[part] = own[part] / tumbling[part];
            }
            figures.put(costs.get(i).name(), String.format(
                Locale.ROOT,
                "%-24s %-22s %10d  %s",
                Spread.of(own).text(1),
                Spread.of(against).text(2),
                costs.get(i).results() - resultsBefore[i],
                (double)allocated[i] / events));
        }
        return figures;
    }

    private static double[] parts(final double[] values)
    {
        final int count = Math.min(5, values.length);
        final double[] means = new double[count];
        for (int part = 0; part < count; part++)
        {
            final int from = part * values.length / count;
            final int to = (part + 1) * values.length / count;
            for (int i = from; i < to; i++)
            {
                means[part] += values[i] / (to - from);
            }
        }
        return means;
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = new LinkedHashMap<>();
        workload.put("events", "J1");
        workload.put("devices", ReferenceWorkload.DEVICES);
        workload.put("disorder-ns", ReferenceWorkload.DISORDER_NS);
        workload.put("events-per-second-of-event-time", ReferenceJob.EVENT_RATE);
        workload.put("events-per-round", EVENTS_PER_ROUND);
        workload.put("rounds", rounds);
        workload.put("warmup-rounds", warmup);
        workload.put("left-out", "ring, journal, results log, threads: the operator core alone");
        return workload;
    }
}
