package io.tailrace.perf;

import java.util.function.LongConsumer;

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
}
