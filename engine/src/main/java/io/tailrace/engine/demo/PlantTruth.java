package io.tailrace.engine.demo;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import io.tailrace.codec.Timing;

/**
 * What must come out, kept by the simulator in order of arrival: it knows which readings it has spoilt, sorts the
 * others into plain maps of windows, and writes down each result at the moment at which it is due.
 * <p>
 * Windows live in a map by end; those of one end in the order in which they came to be. Time is the greatest time
 * that a valid reading has had, less the out-of-orderness: a window is due when it has reached its end, and takes
 * nothing more when it has reached its end and lateness.
 * <p>
 * Threading: one thread. Memory: the windows that may still take readings.
 */
final class PlantTruth implements Supplier<ResultRow>
{
    private static final int REASONS = 16;

    private final Plant plant;
    private final List<PlantWindow> windows;
    private final List<TreeMap<Long, Map<PaneKey, TruthPane>>> open;
    private final Deque<ResultRow> due = new ArrayDeque<>();

    private long watermarkNs = Long.MIN_VALUE;
    private boolean isEnded;

    private long accepted;
    private long old;
    private final long[] rejected = new long[REASONS];
    private final long[] applied;
    private final long[] filtered;
    private final long[] late;

    /**
     * @param plant   from its beginning, for this truth alone.
     * @param windows in the order of the configuration.
     */
    PlantTruth(final Plant plant, final List<PlantWindow> windows)
    {
        this.plant = plant;
        this.windows = windows;
        open = windows.stream().map(window -> new TreeMap<Long, Map<PaneKey, TruthPane>>()).toList();
        applied = new long[windows.size()];
        filtered = new long[windows.size()];
        late = new long[windows.size()];
    }

    /** @return the next result that must come out, or null if there is none any more. */
    @Override
    public ResultRow get()
    {
        while (due.isEmpty() && !isEnded)
        {
            final PlantReading reading = plant.next();
            if (null == reading)
            {
                isEnded = true;
                fire(watermarkNs, Long.MAX_VALUE);
            }
            else if (reading.fault() != PlantFault.NONE)
            {
                rejected[reading.fault().reason()]++;
                due.add(judged(reading, JudgedRow.BEFORE_OPERATORS, reading.fault().reason()));
            }
            else
            {
                accept(reading);
            }
        }
        return due.poll();
    }

    /** @return valid readings so far. */
    long accepted()
    {
        return accepted;
    }

    /** @return those of them that are hours old. */
    long old()
    {
        return old;
    }

    /** @return readings rejected for a reason so far. */
    long rejected(final int reason)
    {
        return rejected[reason];
    }

    /** @return readings rejected so far. */
    long rejected()
    {
        return Arrays.stream(rejected).sum();
    }

    /** @return readings that an operator has taken. */
    long applied(final int operator)
    {
        return applied[operator];
    }

    /** @return readings that were not for an operator. */
    long filtered(final int operator)
    {
        return filtered[operator];
    }

    /** @return readings that came too late for an operator. */
    long late(final int operator)
    {
        return late[operator];
    }

    private void accept(final PlantReading reading)
    {
        accepted++;
        old += reading.isOld() ? 1 : 0;
        for (int i = 0; i < windows.size(); i++)
        {
            if (windows.get(i).takes(reading.metric()))
            {
                take(i, windows.get(i), reading);
            }
            else
            {
                filtered[i]++;
            }
        }
        final long beforeNs = watermarkNs;
        if (reading.timeNs() - PlantWindow.OUT_OF_ORDERNESS_NS > beforeNs)
        {
            watermarkNs = reading.timeNs() - PlantWindow.OUT_OF_ORDERNESS_NS;
            fire(beforeNs, watermarkNs);
        }
    }

    private void take(final int operator, final PlantWindow window, final PlantReading reading)
    {
        final long startNs = reading.timeNs() / window.sizeNs() * window.sizeNs();
        final long endNs = startNs + window.sizeNs();
        if (watermarkNs >= endNs + window.latenessNs())
        {
            late[operator]++;
            due.add(judged(reading, operator, 0));
            return;
        }
        applied[operator]++;
        final PaneKey key =
            new PaneKey(window.byDevice() ? reading.deviceId() : 0, window.byMetric() ? reading.metric() : 0);
        final TruthPane pane = open.get(operator)
            .computeIfAbsent(endNs, end -> new LinkedHashMap<>())
            .computeIfAbsent(key, absent -> new TruthPane(key.deviceId(), key.metric()));
        pane.add(reading.timeNs(), reading.steps());
        if (watermarkNs >= endNs)
        {
            due.add(pane.fire(operator, startNs, endNs, Timing.LATE));
        }
    }

    /** Fires the windows that end after one time and up to another, and forgets what takes nothing more. */
    private void fire(final long afterNs, final long untilNs)
    {
        for (int i = 0; i < windows.size(); i++)
        {
            final int operator = i;
            final PlantWindow window = windows.get(i);
            open.get(i).subMap(afterNs, false, untilNs, true).forEach((endNs, panes) -> panes.values().forEach(
                pane -> due.add(pane.fire(operator, endNs - window.sizeNs(), endNs, Timing.ON_TIME))));
            open.get(i).headMap(watermarkNs - window.latenessNs(), true).clear();
        }
    }

    private JudgedRow judged(final PlantReading reading, final int operator, final int reason)
    {
        return new JudgedRow(
            operator,
            reason,
            reading.eventId(),
            reading.deviceId(),
            reading.metric(),
            reading.time(),
            reading.timeUnit(),
            reading.timeNs(),
            reading.value(),
            watermarkNs);
    }

    private record PaneKey(long deviceId, long metric)
    {
    }
}
