package io.tailrace.perf.storm;

import io.tailrace.perf.workload.ArrivalSchedule;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class CriticalLatencyTest
{
    private static final long MS = 1_000_000L;

    private final Fleet fleet = new Fleet(500, 10, 1, 2, true, 0, 10);
    private final ArrivalSchedule schedule = new ArrivalSchedule(0, 1_000, 1_000_000);
    private final CriticalLatency latency = new CriticalLatency(fleet, schedule);

    @Test
    void shouldTakeThePhaseInWhichAReadingWasDue()
    {
        read(0, MS);
        latency.begin(Phase.QUIET, 20 * MS);
        // Due at the moment at which the phase begins: still the one before.
        read(20, MS);
        read(21, 5 * MS);
        latency.begin(Phase.STORM, 40 * MS);
        read(22, 50 * MS);
        read(41, 100 * MS);
        read(42, MS);
        latency.begin(Phase.AFTER, 60 * MS);
        read(43, 200 * MS);
        read(61, 2 * MS);
        assertEquals(8, latency.count());
        assertEquals(2, latency.takeInterval(Phase.WARMUP).getTotalCount());
        assertEquals(2, latency.takeInterval(Phase.QUIET).getTotalCount());
        assertEquals(3, latency.takeInterval(Phase.STORM).getTotalCount());
        assertEquals(1, latency.takeInterval(Phase.AFTER).getTotalCount());
        assertEquals(0, latency.takeInterval(Phase.AFTER).getTotalCount());
    }

    @Test
    void shouldMeasureFromTheIntendedTime()
    {
        latency.begin(Phase.QUIET, 10 * MS);
        read(12, 7 * MS);
        assertEquals(7.0 * MS, latency.takeInterval(Phase.QUIET).getMaxValue(), 0.01 * MS);
        assertThrows(IllegalArgumentException.class, () -> latency.begin(Phase.WARMUP, 0));
    }

    private void read(final long index, final long latencyNs)
    {
        latency.onAlert(500 + index % 10, index / 10 + 1, schedule.intendedNs(index) + latencyNs);
    }
}
