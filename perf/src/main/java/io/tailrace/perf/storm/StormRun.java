package io.tailrace.perf.storm;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.perf.Control;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.Growth;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.ResidentMemory;
import io.tailrace.perf.report.Spread;
import org.HdrHistogram.Histogram;

/**
 * What was seen of a storm while it went on, and what is said of it.
 * <p>
 * Threading: one thread.
 */
final class StormRun
{
    /** Phases that are recorded. */
    static final List<Phase> RECORDED = List.of(Phase.QUIET, Phase.STORM, Phase.AFTER);
    /** How much slower the slowest of a hundred critical readings may be in the storm. */
    static final double MAX_RATIO = 2;
    /** How much the engine's memory may grow while the storm goes on. */
    static final double MAX_GROWTH = 1.1;

    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final double TAIL = 99;
    private static final double PERCENT = 100;

    private final Map<Phase, List<Histogram>> critical = new EnumMap<>(Phase.class);
    private final Map<Phase, Control> control = new EnumMap<>(Phase.class);
    private final Map<Phase, List<ResidentMemory>> memory = new EnumMap<>(Phase.class);
    private final Map<Phase, Long> beginNs = new EnumMap<>(Phase.class);
    private final Map<Phase, List<Double>> heap = new EnumMap<>(Phase.class);
    private final List<Long> settledPerSecond = new ArrayList<>();
    private long settled;
    private long stormNs;

    StormRun()
    {
        for (final Phase phase : RECORDED)
        {
            critical.put(phase, new ArrayList<>());
            memory.put(phase, new ArrayList<>());
            heap.put(phase, new ArrayList<>());
        }
    }

    /** Notes when a phase has begun, ns. */
    void onBegin(final Phase phase, final long nowNs)
    {
        beginNs.put(phase, nowNs);
    }

    /** Takes the collections of the engine's heap, each into the phase in which it was; after the last phase. */
    void onCollections(final List<HeapLog.Collection> collections)
    {
        for (final HeapLog.Collection collection : collections)
        {
            Phase of = Phase.WARMUP;
            for (final Map.Entry<Phase, Long> begin : beginNs.entrySet())
            {
                of = collection.timeNs() - begin.getValue() >= 0 ? begin.getKey() : of;
            }
            if (of != Phase.WARMUP)
            {
                heap.get(of).add(collection.usedMib());
            }
        }
    }

    /** Adds a second of a phase. */
    void onSecond(final Phase phase, final Histogram latency, final ResidentMemory resident)
    {
        critical.get(phase).add(latency);
        memory.get(phase).add(resident);
    }

    /** Adds what became of a phase after its last second. */
    void onRest(final Phase phase, final Histogram latency)
    {
        critical.get(phase).add(latency);
    }

    /** Adds the control of a phase that is over. */
    void onControl(final Phase phase, final Control of)
    {
        control.put(phase, of);
    }

    /** Notes how much of the backlog is settled, once a second. */
    void onSettled(final long count)
    {
        settledPerSecond.add(count - settled);
        settled = count;
    }

    /** Notes how long the storm was. */
    void onStormEnd(final long ns)
    {
        stormNs = ns;
    }

    /** @return how long the storm was, ns. */
    long stormNs()
    {
        return stormNs;
    }

    /** @return latency of the critical readings of a phase. */
    Histogram critical(final Phase phase)
    {
        final Histogram all = LatencyTable.newHistogram();
        critical.get(phase).forEach(all::add);
        return all;
    }

    /** @return lines of what was measured. */
    LatencyTable table(final Map<String, SenderReport> senders)
    {
        final LatencyTable table = new LatencyTable();
        RECORDED.forEach(phase -> table.add("critical, from intended time, " + phase, critical(phase)));
        senders.forEach((name, report) -> RECORDED.forEach(phase ->
        {
            if (report.lateness(phase).getTotalCount() > 0)
            {
                table.add("sender of " + name + " against schedule, " + phase, report.lateness(phase));
            }
        }));
        control.forEach((phase, of) -> table.add("control, " + phase, of.histogram()));
        return table;
    }

    /**
     * Adds everything to a report.
     *
     * @param readings of the backlog.
     */
    void addTo(final Report report, final long readings)
    {
        for (final Phase phase : RECORDED)
        {
            report.percentiles("critical-" + phase, critical(phase));
            critical.get(phase).forEach(interval -> report.interval("critical-" + phase, interval));
            if (control.containsKey(phase))
            {
                control.get(phase).addTo(report, Control.NAME + "-" + phase);
            }
            report.verdict().require(
                critical(phase).getTotalCount() > 0, "no critical reading was measured, phase " + phase);
        }
        report.overTime("storm, backlog acknowledged", SECOND_NS, settledPerSecond);
        report.figure("storm, s", String.format(Locale.ROOT, "%.1f", stormNs / NANOS_PER_SECOND))
            .figure("backlog, readings", readings)
            .figure("backlog acknowledged, readings/s", Math.round(readings * NANOS_PER_SECOND / stormNs))
            .figure("critical readings in the storm, % of the backlog", String.format(
                Locale.ROOT, "%.2f", PERCENT * critical(Phase.STORM).getTotalCount() / readings));
        compare(report, Phase.STORM, Bar.atMost(MAX_RATIO));
        compare(report, Phase.AFTER, Bar.NONE);
        addMemory(report);
        addHeap(report);
        final Map<String, Object> figures = new LinkedHashMap<>();
        for (final Phase phase : RECORDED)
        {
            figures.put("critical-" + phase, LatencyTable.percentiles(critical(phase)));
        }
        figures.put("storm", stormNs);
        report.entry("figures-ns", figures);
    }

    private void compare(final Report report, final Phase phase, final Bar bar)
    {
        report.compare(Comparison.of(
            "p99 of critical readings, " + phase + " against quiet, us", tail(phase), tail(Phase.QUIET), bar));
    }

    private double[] tail(final Phase phase)
    {
        return new double[]{critical(phase).getValueAtPercentile(TAIL) / NANOS_PER_MICRO};
    }

    private void addMemory(final Report report)
    {
        for (final Phase phase : RECORDED)
        {
            if (!memory.get(phase).isEmpty())
            {
                report.figure(
                    "resident memory of the engine, MiB, " + phase, ResidentMemory.text(memory.get(phase)));
            }
        }
        final List<ResidentMemory> storm = memory.get(Phase.STORM);
        if (ResidentMemory.isEnough(storm))
        {
            report.compare(ResidentMemory.growth(
                "resident memory of the engine, end of the storm against a quarter after its begin, MiB",
                storm,
                Bar.atMost(MAX_GROWTH)));
        }
        final Map<String, Object> saved = new LinkedHashMap<>();
        memory.forEach((phase, samples) -> saved.put(phase.toString(), samples));
        report.entry("resident-memory-bytes", saved);
    }

    private void addHeap(final Report report)
    {
        for (final Phase phase : RECORDED)
        {
            final double[] used = used(phase);
            report.figure("heap of the engine used after collections, MiB, " + phase,
                used.length == 0 ? "no collection" : Spread.of(used).text(0) + ", collections " + used.length);
        }
        if (Growth.isEnough(used(Phase.STORM).length))
        {
            report.compare(Growth.of(
                "heap of the engine after collections, end of the storm against a quarter after its begin, MiB",
                used(Phase.STORM),
                Bar.atMost(MAX_GROWTH)));
        }
        final Map<String, Object> saved = new LinkedHashMap<>();
        heap.forEach((phase, used) -> saved.put(phase.toString(), used));
        report.entry("heap-after-collections-mib", saved);
    }

    private double[] used(final Phase phase)
    {
        return heap.get(phase).stream().mapToDouble(Double::doubleValue).toArray();
    }
}
