package io.tailrace.perf;

import java.util.List;
import java.util.function.LongConsumer;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class HiccupMeterTest
{
    private static final long INTERVAL_NS = HiccupMeter.INTERVAL_NS;

    private final ManualClock clock = new ManualClock(0);
    private long overshootNs;
    private final LongConsumer parker = parkNs -> clock.advance(parkNs + overshootNs);

    @Test
    void shouldRecordHowMuchLaterTheThreadWoke()
    {
        final HiccupMeter meter = new HiccupMeter(clock, parker, 0, Long.MAX_VALUE);
        overshootNs = 60_000;
        meter.doWork();
        assertEquals(1, meter.histogram().getTotalCount());
        assertEquals(60_000, meter.histogram().getMaxValue(), 100);
    }

    @Test
    void shouldRecordALongHiccupForEveryWakeUpThatItCost()
    {
        final HiccupMeter meter = new HiccupMeter(clock, parker, 0, Long.MAX_VALUE);
        overshootNs = 10 * INTERVAL_NS;
        meter.doWork();
        assertEquals(10, meter.histogram().getTotalCount());
        assertEquals(5, meter.histogram().getCountBetweenValues(5 * INTERVAL_NS + 500_000, 11 * INTERVAL_NS));
    }

    @Test
    void shouldRecordOnlyWhatBeginsWhileItIsMeasured()
    {
        final HiccupMeter meter = new HiccupMeter(clock, parker, 3 * INTERVAL_NS, 5 * INTERVAL_NS);
        for (int i = 0; i < 10; i++)
        {
            meter.doWork();
        }
        assertEquals(2, meter.histogram().getTotalCount());
    }

    @Test
    void shouldKeepTheHiccupsOfEachSecondWithItsTime()
    {
        final HiccupMeter meter = new HiccupMeter(clock, parker, 0, Long.MAX_VALUE);
        overshootNs = 500_000;
        for (int i = 0; i < 1_000; i++)
        {
            meter.doWork();
        }
        final List<Histogram> intervals = meter.intervals(5_000);
        assertEquals(2, intervals.size());
        assertEquals(667, intervals.get(0).getTotalCount());
        assertEquals(5_000, intervals.get(0).getStartTimeStamp());
        assertEquals(6_000, intervals.get(0).getEndTimeStamp());
        assertEquals(333, intervals.get(1).getTotalCount());
        assertEquals(6_000, intervals.get(1).getStartTimeStamp());
        assertEquals(1_000, meter.histogram().getTotalCount());
        assertEquals(500_000, meter.histogram().getMaxValue(), 1_000);
    }
}
