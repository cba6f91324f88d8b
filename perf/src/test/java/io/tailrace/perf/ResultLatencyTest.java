package io.tailrace.perf;

import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ClosingEvents;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class ResultLatencyTest
{
    private static final long EVENT_START_NS = ReferenceWorkload.EVENT_TIME_START_NS;
    private static final long START_NS = 5_000_000_000L;
    private static final long WINDOW_NS = 100_000_000L;
    private static final int COUNT = 10_001;
    private static final int EVENTS_PER_WINDOW = 100;

    private final ArrivalSchedule schedule = new ArrivalSchedule(START_NS, 1_000, COUNT);
    private final ClosingEvents closing =
        ClosingEvents.of(new ReferenceWorkload(1, 10, 0, 1_000), COUNT, WINDOW_NS, 0);

    @Test
    void shouldMeasureFromTheIntendedTimeOfTheClosingEvent()
    {
        final ResultLatency latency = new ResultLatency(schedule, closing, 0);
        latency.onWindow(EVENT_START_NS + WINDOW_NS, START_NS + WINDOW_NS + 12_345);
        final Histogram histogram = latency.takeInterval();
        assertEquals(1, histogram.getTotalCount());
        assertEquals(12_345, histogram.getMaxValue(), 16);
        assertEquals(0, latency.takeInterval().getTotalCount());
    }

    /** All results of a stall of ten windows come at once: each is late by as much as it was held up. */
    @Test
    void shouldChargeAStallToEveryResultThatItDelayed()
    {
        final ResultLatency latency = new ResultLatency(schedule, closing, 0);
        final long stallEndNs = START_NS + 20 * WINDOW_NS;
        for (int window = 1; window <= 100; window++)
        {
            final long closedNs = START_NS + window * WINDOW_NS;
            final boolean isStalled = window > 10 && window <= 20;
            latency.onWindow(EVENT_START_NS + window * WINDOW_NS, isStalled ? stallEndNs : closedNs);
        }
        final Histogram histogram = latency.takeInterval();
        assertEquals(100, histogram.getTotalCount());
        for (int window = 11; window < 20; window++)
        {
            final long lateNs = (20 - window) * WINDOW_NS;
            assertEquals(1, histogram.getCountBetweenValues(lateNs - WINDOW_NS / 2, lateNs + WINDOW_NS / 2));
        }
        assertEquals(9 * WINDOW_NS, histogram.getMaxValue(), 9 * WINDOW_NS / 500.0);
    }

    @Test
    void shouldRecordNeitherTheWarmUpNorWhatOnlyTheFlushCloses()
    {
        final ResultLatency latency = new ResultLatency(schedule, closing, 50 * EVENTS_PER_WINDOW);
        for (int window = 0; window <= 105; window++)
        {
            latency.onWindow(EVENT_START_NS + window * WINDOW_NS, START_NS + window * WINDOW_NS);
        }
        // Windows 50 to 100: the closing event of window 50 is the first one after the warm-up.
        assertEquals(51, latency.takeInterval().getTotalCount());
    }

    @Test
    void shouldRecordTheFirstResultOfEachWindowForItselfToo()
    {
        final ResultLatency latency = new ResultLatency(schedule, closing, 0);
        for (int window = 1; window <= 3; window++)
        {
            for (int device = 0; device < 10; device++)
            {
                latency.onWindow(
                    EVENT_START_NS + window * WINDOW_NS, START_NS + window * WINDOW_NS + 1_000 + device * 500);
            }
        }
        assertEquals(30, latency.takeInterval().getTotalCount());
        final Histogram first = latency.takeFirstInterval();
        assertEquals(3, first.getTotalCount());
        assertEquals(1_000, first.getMaxValue(), 1);
        assertEquals(0, latency.takeFirstInterval().getTotalCount());
    }
}
