package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
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
        final List<LoneCore> costs = WindowCost.ofAllTypes();
        final Report report = new Report();
        try
        {
            measure(costs, report);
            costs.forEach(cost -> cost.check(report.verdict()));
            return report;
        }
        finally
        {
            CloseHelper.closeAll(costs);
        }
    }

    private void measure(final List<LoneCore> costs, final Report report)
    {
        final ReferenceWorkload workload = new ReferenceWorkload(
            seed(), ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE);
        final UnsafeBuffer readings = LoneCore.readings(EVENTS_PER_ROUND);
        final double[][] nsPerEvent = new double[costs.size()][rounds];
        final long[] allocated = new long[costs.size()];
        final long[] resultsBefore = new long[costs.size()];
        for (int round = -warmup; round < 0; round++)
        {
            runRound(costs, workload, readings, round);
        }
        for (int i = 0; i < costs.size(); i++)
        {
            resultsBefore[i] = costs.get(i).results();
        }
        try (Control control = Control.start())
        {
            for (int round = 0; round < rounds; round++)
            {
                runRound(costs, workload, readings, round);
                for (int i = 0; i < costs.size(); i++)
                {
                    nsPerEvent[i][round] = (double)costs.get(i).cpuNs() / EVENTS_PER_ROUND;
                    allocated[i] += costs.get(i).allocatedBytes();
                }
            }
            control.addTo(report);
        }
        addFigures(report, costs, nsPerEvent, allocated, resultsBefore);
    }

    private void runRound(
        final List<LoneCore> costs, final ReferenceWorkload workload, final UnsafeBuffer readings, final int round)
    {
        workload.encode(readings, 0, (long)(round + warmup) * EVENTS_PER_ROUND, EVENTS_PER_ROUND);
        for (int turn = 0; turn < costs.size(); turn++)
        {
            costs.get(Math.floorMod(round + turn, costs.size())).run(readings, EVENTS_PER_ROUND);
        }
    }

    /** Means over five parts of the run: windows fire every few rounds only, and that must not hide in a median. */
    private void addFigures(
        final Report report,
        final List<LoneCore> costs,
        final double[][] nsPerEvent,
        final long[] allocated,
        final long[] resultsBefore)
    {
        final long events = (long)rounds * EVENTS_PER_ROUND;
        final double[] first = parts(nsPerEvent[0]);
        for (int i = 0; i < costs.size(); i++)
        {
            final String name = costs.get(i).name();
            final double[] own = parts(nsPerEvent[i]);
            report.figure(name, String.format(
                Locale.ROOT,
                "cpu ns/event %s, %d results, %s bytes allocated/event",
                Spread.of(own).text(1),
                costs.get(i).results() - resultsBefore[i],
                (double)allocated[i] / events));
            report.compare(SteadyFigures.perEvent(
                name + ", bytes allocated against events", allocated[i], events, Bar.atMost(0)));
            if (i > 0)
            {
                report.compare(Comparison.of(
                    name + " against " + costs.get(0).name() + ", cpu ns/event", own, first, Bar.NONE));
            }
        }
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
        workload.put("layout", "none");
        workload.put("rate", "as fast as it goes");
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
