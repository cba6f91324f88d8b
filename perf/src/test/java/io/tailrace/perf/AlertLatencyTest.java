package io.tailrace.perf;

import io.tailrace.perf.workload.AlertModel;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AlertLatencyTest
{
    private static final long START_NS = 7_000_000;
    private static final int COUNT = 1_000;

    private final ManualClock clock = new ManualClock(START_NS);
    private final ArrivalSchedule schedule = new ArrivalSchedule(START_NS, 1_000, COUNT);

    @Test
    void shouldMeasureFromTheIntendedTimeOfTheCause()
    {
        final AlertLatency latency = new AlertLatency(schedule, 0);
        clock.advance(500 * 1_000_000L + 4_321);
        latency.onAlert(500, true, clock.nanoTime());
        latency.onAlert(499, false, clock.nanoTime());
        final Histogram histogram = latency.takeInterval();
        assertEquals(2, histogram.getTotalCount());
        assertEquals(4_321, histogram.getMinValue(), 10);
        assertEquals(1_004_321, histogram.getMaxValue(), 1_000);
        assertEquals(0, latency.takeInterval().getTotalCount());
    }

    @Test
    void shouldRecordNeitherTheWarmUpNorWhatIsBehindTheSchedule()
    {
        final AlertLatency latency = new AlertLatency(schedule, 100);
        latency.onAlert(99, true, START_NS);
        latency.onAlert(COUNT, false, START_NS);
        assertEquals(0, latency.takeInterval().getTotalCount());
        assertEquals(2, latency.digest().count(), "checked all the same");
        latency.onAlert(100, true, START_NS);
        latency.onAlert(COUNT - 1, false, START_NS);
        assertEquals(2, latency.takeInterval().getTotalCount());
    }

    @Test
    void shouldTellMissingAndWrongAlertsFromTheModels()
    {
        final ReferenceWorkload workload =
            new ReferenceWorkload(1, 10, ReferenceWorkload.DISORDER_NS, 10_000);
        final AlertModel model = ReferenceJob.alertModel(workload, 100_000, 1_000_000_000L);
        assertTrue(model.alerts().count() > 10, model.alerts()::toString);
        assertTrue(model.applied() > 1_000 && model.applied() < 100_000);
        final AlertModel fewer = ReferenceJob.alertModel(workload, 50_000, 1_000_000_000L);
        assertFalse(model.alerts().isSameAs(fewer.alerts()));
    }
}
