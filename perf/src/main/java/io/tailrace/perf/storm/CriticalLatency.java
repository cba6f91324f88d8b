package io.tailrace.perf.storm;

import java.util.EnumMap;
import java.util.Map;

import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.workload.ArrivalSchedule;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * Latency of critical readings: from the <em>intended</em> time of a reading to the moment a subscriber has read the
 * alert that it caused, by the phase in which it was due.
 * <p>
 * Threading: {@link #onAlert} by the subscriber's thread, the rest by another. Hot path: allocation-free.
 */
final class CriticalLatency
{
    private static final long NEVER = Long.MAX_VALUE;

    private final Fleet fleet;
    private final ArrivalSchedule schedule;
    private final Map<Phase, SingleWriterRecorder> recorders = new EnumMap<>(Phase.class);
    private volatile long quietFrom = NEVER;
    private volatile long stormFrom = NEVER;
    private volatile long afterFrom = NEVER;
    private volatile long count;

    /**
     * @param fleet    of the critical devices.
     * @param schedule intended times of its readings, on the subscriber's clock.
     */
    CriticalLatency(final Fleet fleet, final ArrivalSchedule schedule)
    {
        this.fleet = fleet;
        this.schedule = schedule;
        for (final Phase phase : Phase.values())
        {
            recorders.put(phase, new SingleWriterRecorder(LatencyTable.MAX_LATENCY_NS, LatencyTable.DIGITS));
        }
    }

    /** Begins a phase with the readings that are due from now on. */
    void begin(final Phase phase, final long nowNs)
    {
        final long from = schedule.dueCount(nowNs);
        switch (phase)
        {
            case QUIET -> quietFrom = from;
            case STORM -> stormFrom = from;
            case AFTER -> afterFrom = from;
            default -> throw new IllegalArgumentException("phase=" + phase);
        }
    }

    /** An alert of a device was read. */
    void onAlert(final long deviceId, final long eventId, final long readNs)
    {
        final long index = fleet.indexOf(deviceId, eventId);
        recorders.get(phaseOf(index)).recordValue(LatencyTable.clamp(readNs - schedule.intendedNs(index)));
        count++;
    }

    /** @return what a phase has recorded since it was last asked, ns, a histogram of the caller's own. */
    Histogram takeInterval(final Phase phase)
    {
        return recorders.get(phase).getIntervalHistogram();
    }

    /** @return alerts that were read. */
    long count()
    {
        return count;
    }

    private Phase phaseOf(final long index)
    {
        return index >= afterFrom ? Phase.AFTER : index >= stormFrom ? Phase.STORM :
            index >= quietFrom ? Phase.QUIET : Phase.WARMUP;
    }
}
