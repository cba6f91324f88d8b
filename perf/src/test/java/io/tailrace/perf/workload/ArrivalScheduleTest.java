package io.tailrace.perf.workload;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ArrivalScheduleTest
{
    private static final long START_NS = -12_345;

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 7, 999, 200_000, 1_000_000, 3_333_333, 999_999_999, 1_000_000_000})
    void shouldHaveEachEventDueFromItsIntendedTimeOn(final long rate)
    {
        final ArrivalSchedule schedule = new ArrivalSchedule(START_NS, rate, 10_000);
        for (long index = 0; index < 10_000; index += 1 + index / 100)
        {
            final long intendedNs = schedule.intendedNs(index);
            assertEquals(index + 1, schedule.dueCount(intendedNs), "at event " + index);
            assertEquals(index, schedule.dueCount(intendedNs - 1), "just before event " + index);
        }
    }

    @Test
    void shouldKeepItsRateOverDaysWithoutDrift()
    {
        final long days = 30 * 86_400L;
        final ArrivalSchedule schedule = new ArrivalSchedule(START_NS, 3_333_333, 3_333_333 * days);
        assertEquals(START_NS + days * 1_000_000_000L, schedule.endNs());
        assertEquals(schedule.count(), schedule.dueCount(schedule.endNs()));
        assertEquals(3_333_333 * days - 3_333_332, schedule.dueCount(schedule.endNs() - 1_000_000_000L));
    }

    @Test
    void shouldHaveNothingDueBeforeItsStartAndNoMoreThanAllAfterItsEnd()
    {
        final ArrivalSchedule schedule = new ArrivalSchedule(START_NS, 10, 5);
        assertEquals(0, schedule.dueCount(START_NS - 1));
        assertEquals(0, schedule.dueCount(Long.MIN_VALUE / 2));
        assertEquals(1, schedule.dueCount(START_NS));
        assertEquals(5, schedule.dueCount(schedule.endNs() + 1_000_000_000L));
    }

    @Test
    void shouldRefuseWhatIsOutOfRange()
    {
        assertThrows(IllegalArgumentException.class, () -> new ArrivalSchedule(0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ArrivalSchedule(0, 1_000_000_001, 1));
        assertThrows(IllegalArgumentException.class, () -> new ArrivalSchedule(0, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> new ArrivalSchedule(0, 1, 1L << 31));
    }
}
