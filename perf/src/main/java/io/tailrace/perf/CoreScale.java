package io.tailrace.perf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Spread;
import io.tailrace.perf.report.Verdict;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * CPU time per event of several cores that differ in size. They take their events in turns, some of each at a time, and
 * who begins changes from turn to turn.
 * <pre>
 *   fill all keys | warm-up | part 1: turn turn turn ... | part 2: ... | flush, check
 * </pre>
 * A part is at least one window of the core with the most keys, so that every part has as many results per event as the
 * others.
 * <p>
 * Threading: one thread.
 */
final class CoreScale
{
    /** Most events of a turn. */
    static final int EVENTS_PER_TURN = 200_000;

    private static final double TOLERANCE = 0.99;

    private final List<ScaledCore> cores;
    private final long eventsPerPart;
    private final double[][] nsPerEvent;
    private final long[] results;
    private final long[] allocatedBytes;

    /**
     * @param cores         each with another size; closed by the caller.
     * @param parts         figures of each.
     * @param eventsPerPart of each core in each part.
     */
    CoreScale(final List<ScaledCore> cores, final int parts, final long eventsPerPart)
    {
        this.cores = cores;
        this.eventsPerPart = eventsPerPart;
        nsPerEvent = new double[cores.size()][parts];
        results = new long[cores.size()];
        allocatedBytes = new long[cores.size()];
    }

    /**
     * Measures.
     *
     * @param warmup    events of each core before, beside one for each key.
     * @param perWindow events of a key in a window, which the number of results is held against.
     * @param verdict   on all of it.
     */
    void measure(final long warmup, final int perWindow, final Verdict verdict)
    {
        final UnsafeBuffer readings = LoneCore.readings(EVENTS_PER_TURN);
        cores.forEach(core -> core.fill(readings, EVENTS_PER_TURN));
        run(readings, warmup, new long[cores.size()], new long[cores.size()]);
        final long[] resultsBefore = cores.stream().mapToLong(core -> core.core().results()).toArray();
        for (int part = 0; part < nsPerEvent[0].length; part++)
        {
            final long[] cpuNs = new long[cores.size()];
            run(readings, eventsPerPart, cpuNs, allocatedBytes);
            for (int i = 0; i < cpuNs.length; i++)
            {
                nsPerEvent[i][part] = (double)cpuNs[i] / eventsPerPart;
            }
        }
        for (int i = 0; i < cores.size(); i++)
        {
            results[i] = cores.get(i).core().results() - resultsBefore[i];
            checkResults(cores.get(i), results[i], perWindow, verdict);
            cores.get(i).finish(readings, verdict);
        }
    }

    private void run(
        final UnsafeBuffer readings, final long count, final long[] cpuNs, final long[] allocated)
    {
        int turn = 0;
        for (long done = 0; done < count; done += EVENTS_PER_TURN)
        {
            final int events = (int)Math.min(EVENTS_PER_TURN, count - done);
            for (int i = 0; i < cores.size(); i++)
            {
                final int which = (i + turn) % cores.size();
                final ScaledCore core = cores.get(which);
                core.run(readings, events);
                cpuNs[which] += core.core().cpuNs();
                allocated[which] += core.core().allocatedBytes();
            }
            turn++;
        }
    }

    /** As many windows must have ended as the events fill, whole ones, with a result for all but a few keys. */
    private void checkResults(
        final ScaledCore core, final long found, final int perWindow, final Verdict verdict)
    {
        final double windows = (double)events() / ((long)core.keys() * perWindow);
        final long perEnd = (long)core.keys() * core.operators();
        verdict.require(
            found >= TOLERANCE * Math.floor(windows) * perEnd && found <= Math.ceil(windows) * perEnd,
            "results, " + core.core().name() + ": found " + found + ", expected those of " + windows + " windows");
    }

    /** @return CPU time of a core, ns an event, of each part. */
    double[] nsPerEvent(final int core)
    {
        return nsPerEvent[core];
    }

    /** @return events that each core took when measured. */
    long events()
    {
        return eventsPerPart * nsPerEvent[0].length;
    }

    /** Adds a figure and a row for each core. */
    void addTo(final Report report, final String table)
    {
        for (int i = 0; i < cores.size(); i++)
        {
            final ScaledCore core = cores.get(i);
            report.figure(table + ", " + core.core().name(), String.format(
                Locale.ROOT,
                "cpu ns/event %s, /operator %.1f, %.4f results/event, %s bytes allocated/event",
                Spread.of(nsPerEvent[i]).text(1),
                Spread.of(nsPerEvent[i]).median() / core.operators(),
                (double)results[i] / events(),
                (double)allocatedBytes[i] / events()));
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("keys", core.keys());
            row.put("operators", core.operators());
            row.put("events", events());
            row.put("cpu-ns-per-event", nsPerEvent[i]);
            row.put("results", results[i]);
            row.put("allocated-bytes", allocatedBytes[i]);
            report.row(table, row);
        }
    }
}
