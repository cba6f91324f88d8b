package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.KeySweep;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An operator core of the reference job with a chosen number of keys and operators. A window always holds as many
 * events of a key: event time has the fewer events a second the fewer keys there are.
 * <pre>
 *   fill: an event to each key, then events of J1 until those and what disorder has put before have fired
 *   run ... | flush, check
 * </pre>
 * Threading: one thread.
 */
final class ScaledCore implements AutoCloseable
{
    /** A window is so much longer than the out-of-orderness, and less. */
    private static final int SETTLED_AFTER = 4;

    private final int keys;
    private final int operators;
    private final ReferenceWorkload workload;
    private final LoneCore core;
    private final long settled;
    private long next;

    /**
     * @param seed      of the workload.
     * @param keys      devices, and keys of each operator.
     * @param operators tumbling windows of the same size, so that each makes as many results as the others.
     * @param perWindow events of a key in a window, in the mean.
     */
    ScaledCore(final long seed, final int keys, final int operators, final int perWindow)
    {
        this.keys = keys;
        this.operators = operators;
        workload = workload(seed, keys, perWindow);
        final List<WindowConfig> windows = new ArrayList<>();
        for (int i = 0; i < operators; i++)
        {
            windows.add(WindowConfig.tumbling("w" + i, ReferenceJob.WINDOW_NS).key(KeyKind.DEVICE).build());
        }
        core = new LoneCore(
            keys + " keys, " + operators + " operators",
            LoneCore.config(keys, WatermarkKind.GLOBAL, ReferenceJob.dedup(), windows));
        final long window = (long)keys * perWindow;
        // The window before has what disorder puts there, and ends an out-of-orderness after its end.
        next = 2 * window;
        settled = 2 * window + window / SETTLED_AFTER;
    }

    /** @return the events of J1 over so many keys, at as many a second of event time as a window of 1 s holds. */
    static ReferenceWorkload workload(final long seed, final int keys, final int perWindow)
    {
        return new ReferenceWorkload(seed, keys, ReferenceWorkload.DISORDER_NS, (long)keys * perWindow);
    }

    /** Makes all keys, and goes on until each window that ends is a whole one. The ids of each device increase. */
    void fill(final UnsafeBuffer readings, final int capacity)
    {
        final KeySweep sweep = new KeySweep(0, 1, 0);
        for (int first = 0; first < keys; first += capacity)
        {
            final int count = Math.min(capacity, keys - first);
            sweep.encode(readings, 0, first, count);
            core.run(readings, count);
        }
        while (next < settled)
        {
            run(readings, (int)Math.min(capacity, settled - next));
        }
    }

    /** Takes the next events. */
    void run(final UnsafeBuffer readings, final int count)
    {
        workload.encode(readings, 0, next, count);
        core.run(readings, count);
        next += count;
    }

    /** Closes all windows, and judges whether each event was applied by each operator and is in a result of it. */
    void finish(final UnsafeBuffer readings, final Verdict verdict)
    {
        final long events = core.events();
        workload.encodeFlush(readings, 0, next, ReferenceJob.WINDOW_NS);
        core.run(readings, 1);
        core.check(verdict);
        verdict.requireEqual(keys, core.core().deviceCount(), "devices, " + core.name());
        verdict.requireEqual(events * operators, core.eventsInResults(), "events in all windows, " + core.name());
    }

    /** @return the core that takes them. */
    LoneCore core()
    {
        return core;
    }

    int keys()
    {
        return keys;
    }

    int operators()
    {
        return operators;
    }

    @Override
    public void close()
    {
        core.close();
    }
}
