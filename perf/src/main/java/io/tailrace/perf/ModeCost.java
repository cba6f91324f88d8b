package io.tailrace.perf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.Verdict;

/**
 * What exactly-once costs in throughput, measured briefly: job J1 as fast as it goes in each mode in turn, results
 * checked against the plain loop. {@code modes} measures the same longer, and latencies.
 *
 * @param comparisons of exactly-once with each weaker mode.
 * @param conditions  that the figures depend on.
 * @param verdict     on all runs.
 */
public record ModeCost(List<Comparison> comparisons, Map<String, Object> conditions, Verdict verdict)
{
    private static final long MAX_EVENTS = 20_000_000;
    private static final double MILLION = 1e6;

    /**
     * Measures, after a warm-up of each mode.
     *
     * @param dir     where data directories are made and deleted.
     * @param seed    of the workload.
     * @param seconds that each run is fed.
     * @param rounds  of all modes; another one begins each.
     * @return the cost.
     * @throws IllegalStateException if there is no room in the directory.
     */
    public static ModeCost measure(final Path dir, final long seed, final int seconds, final int rounds)
    {
        final JobVariant exactlyOnce = JobVariant.exactlyOnce(Layout.COMPACT);
        final List<JobVariant> variants = List.of(
            exactlyOnce,
            exactlyOnce.mode("at-least-once", DeliveryMode.AT_LEAST_ONCE),
            exactlyOnce.mode("in-memory", DeliveryMode.IN_MEMORY));
        final SaturationRig rig = new SaturationRig(seed, dir, MAX_EVENTS);
        final Verdict verdict = new Verdict();
        final double[][] rates = new double[variants.size()][rounds];
        // Round -1 is the warm-up.
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < variants.size(); i++)
            {
                final int which = (i + round + 1) % variants.size();
                final SaturationRig.Run run =
                    rig.runChecked(variants.get(which), TimeUnit.SECONDS.toNanos(seconds));
                verdict.addAll(run.verdict());
                if (round >= 0)
                {
                    rates[which][round] = run.rate() / MILLION;
                }
            }
        }
        final List<Comparison> comparisons = new ArrayList<>();
        for (int i = 1; i < variants.size(); i++)
        {
            comparisons.add(Comparison.of("throughput, M events/s, exactly-once against " + variants.get(i).name(),
                rates[0], rates[i], Bar.NONE));
        }
        return new ModeCost(List.copyOf(comparisons), conditions(seconds, rounds), verdict);
    }

    /** @return the conditions in a line, for people. */
    public String conditionsText()
    {
        return "job J1 (not the configuration above), " + conditions.get("pairs") + " interleaved pairs of " +
            conditions.get("seconds") + " s after a warm-up, embedded source, durability process, " +
            "one machine with everything else on it";
    }

    private static Map<String, Object> conditions(final int seconds, final int rounds)
    {
        final Map<String, Object> conditions = new LinkedHashMap<>();
        conditions.put("job", "J1");
        conditions.put("pairs", rounds);
        conditions.put("seconds", seconds);
        conditions.put("warmup-seconds", seconds);
        conditions.put("max-events", MAX_EVENTS);
        conditions.put("source", "embedded");
        conditions.put("durability", "process");
        conditions.put("layout", Layout.COMPACT.name());
        conditions.put("left-out", ReferenceJob.LEFT_OUT);
        return conditions;
    }
}
