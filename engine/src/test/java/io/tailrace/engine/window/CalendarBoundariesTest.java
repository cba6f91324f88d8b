package io.tailrace.engine.window;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;

import com.sun.management.ThreadMXBean;
import io.tailrace.engine.config.CalendarUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Windows worked out by hand from the published changes of clocks.
 */
class CalendarBoundariesTest
{
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);
    private static final int ROUNDS = 1_000;

    /** Columns: unit, zone, offset in minutes, start, end. */
    @ParameterizedTest
    @CsvSource({
        // The 30th of December 2011 does not exist: at its midnight, 10:00Z, clocks went from -10:00 to +14:00.
        "DAY, Pacific/Apia, 0, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
        "DAY, Pacific/Apia, 0, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
        "WEEK, Pacific/Apia, 0, 2011-12-26T10:00:00Z, 2012-01-01T10:00:00Z",
        "MONTH, Pacific/Apia, 0, 2011-12-01T10:00:00Z, 2011-12-31T10:00:00Z",
        "HOUR, Pacific/Apia, 0, 2011-12-30T09:00:00Z, 2011-12-30T10:00:00Z",
        "HOUR, Pacific/Apia, 0, 2011-12-30T10:00:00Z, 2011-12-30T11:00:00Z",
        // Of days that begin at 06:00 the 30th exists: clocks have passed its start at the change, six hours before the
        // start of the 31st.
        "DAY, Pacific/Apia, 360, 2011-12-29T16:00:00Z, 2011-12-30T10:00:00Z",
        "DAY, Pacific/Apia, 360, 2011-12-30T10:00:00Z, 2011-12-30T16:00:00Z",
        "DAY, Pacific/Apia, 360, 2011-12-30T16:00:00Z, 2011-12-31T16:00:00Z",

        // At 02:00 of +11:00, 15:00Z, back to 01:30; at 02:00 of +10:30, 15:30Z, on to 02:30.
        "HOUR, Australia/Lord_Howe, 0, 2019-04-06T13:00:00Z, 2019-04-06T14:00:00Z",
        "HOUR, Australia/Lord_Howe, 0, 2019-04-06T14:00:00Z, 2019-04-06T15:30:00Z",
        "HOUR, Australia/Lord_Howe, 0, 2019-04-06T15:30:00Z, 2019-04-06T16:30:00Z",
        "HOUR, Australia/Lord_Howe, 0, 2019-10-05T14:30:00Z, 2019-10-05T15:30:00Z",
        "HOUR, Australia/Lord_Howe, 0, 2019-10-05T15:30:00Z, 2019-10-05T16:00:00Z",
        "HOUR, Australia/Lord_Howe, 0, 2019-10-05T16:00:00Z, 2019-10-05T17:00:00Z",
        "DAY, Australia/Lord_Howe, 0, 2019-04-06T13:00:00Z, 2019-04-07T13:30:00Z",
        "DAY, Australia/Lord_Howe, 0, 2019-10-05T13:30:00Z, 2019-10-06T13:00:00Z",

        // At midnight of -05:00 on to 01:00; at 01:00 of -04:00 back to midnight.
        "DAY, America/Havana, 0, 2019-03-10T05:00:00Z, 2019-03-11T04:00:00Z",
        "HOUR, America/Havana, 0, 2019-03-10T05:00:00Z, 2019-03-10T06:00:00Z",
        "DAY, America/Havana, 0, 2019-11-03T04:00:00Z, 2019-11-04T05:00:00Z",
        "HOUR, America/Havana, 0, 2019-11-03T04:00:00Z, 2019-11-03T06:00:00Z",

        // At midnight of -03:00 on to 01:00; at midnight of -02:00 back to 23:00 of the day before.
        "DAY, America/Sao_Paulo, 0, 2018-11-03T03:00:00Z, 2018-11-04T03:00:00Z",
        "DAY, America/Sao_Paulo, 0, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z",
        "DAY, America/Sao_Paulo, 0, 2019-02-16T02:00:00Z, 2019-02-17T03:00:00Z",
        "HOUR, America/Sao_Paulo, 0, 2019-02-17T01:00:00Z, 2019-02-17T03:00:00Z",
        "MONTH, America/Sao_Paulo, 0, 2018-11-01T03:00:00Z, 2018-12-01T02:00:00Z",

        // +05:45; at midnight of 1986 clocks went on from +05:30, so that the first hour has 45 minutes.
        "DAY, Asia/Kathmandu, 0, 2019-12-31T18:15:00Z, 2020-01-01T18:15:00Z",
        "HOUR, Asia/Kathmandu, 0, 2019-12-31T18:15:00Z, 2019-12-31T19:15:00Z",
        "HOUR, Asia/Kathmandu, 0, 1985-12-31T18:30:00Z, 1985-12-31T19:15:00Z",

        "DAY, America/New_York, 0, 2020-03-08T05:00:00Z, 2020-03-09T04:00:00Z",
        "DAY, America/New_York, 0, 2020-11-01T04:00:00Z, 2020-11-02T05:00:00Z",
        "DAY, America/New_York, 360, 2020-03-07T11:00:00Z, 2020-03-08T10:00:00Z",
        "DAY, America/New_York, 360, 2020-10-31T10:00:00Z, 2020-11-01T11:00:00Z",
        // Days that begin at 02:30, which the 8th of March does not have.
        "DAY, America/New_York, 150, 2020-03-07T07:30:00Z, 2020-03-08T07:00:00Z",
        "DAY, America/New_York, 150, 2020-03-08T07:00:00Z, 2020-03-09T06:30:00Z",
        // Days that begin at 01:30, which the 1st of November has twice.
        "DAY, America/New_York, 90, 2020-11-01T05:30:00Z, 2020-11-02T06:30:00Z",
        "HOUR, America/New_York, 0, 2020-11-01T05:00:00Z, 2020-11-01T07:00:00Z",
        "HOUR, America/New_York, 15, 2020-03-08T06:15:00Z, 2020-03-08T07:00:00Z",
        "HOUR, America/New_York, 15, 2020-03-08T07:00:00Z, 2020-03-08T07:15:00Z",
        "HOUR, America/New_York, 15, 2020-03-08T07:15:00Z, 2020-03-08T08:15:00Z",
        "HOUR, America/New_York, 15, 2020-11-01T05:15:00Z, 2020-11-01T07:15:00Z",

        "WEEK, Europe/Berlin, 0, 2021-03-21T23:00:00Z, 2021-03-28T22:00:00Z",
        "WEEK, Europe/Berlin, 0, 2021-10-24T22:00:00Z, 2021-10-31T23:00:00Z",
        "WEEK, Europe/Berlin, 0, 2020-12-27T23:00:00Z, 2021-01-03T23:00:00Z",
        "WEEK, Europe/Berlin, 360, 2021-03-22T05:00:00Z, 2021-03-29T04:00:00Z",
        "MONTH, Europe/Berlin, 0, 2020-01-31T23:00:00Z, 2020-02-29T23:00:00Z",
        "MONTH, Europe/Berlin, 0, 2021-02-28T23:00:00Z, 2021-03-31T22:00:00Z",

        // Irish standard time is that of summer; clocks change as in London.
        "DAY, Europe/Dublin, 0, 2019-03-31T00:00:00Z, 2019-03-31T23:00:00Z",
        "DAY, Europe/Dublin, 0, 2019-10-26T23:00:00Z, 2019-10-28T00:00:00Z",

        // +01:00, and +00:00 in Ramadan: from the 5th of May to the 9th of June.
        "DAY, Africa/Casablanca, 0, 2019-05-04T23:00:00Z, 2019-05-06T00:00:00Z",
        "DAY, Africa/Casablanca, 0, 2019-06-09T00:00:00Z, 2019-06-09T23:00:00Z",

        // Two hours on and two hours back, both at 01:00Z.
        "DAY, Antarctica/Troll, 0, 2019-03-31T00:00:00Z, 2019-03-31T22:00:00Z",
        "DAY, Antarctica/Troll, 0, 2019-10-26T22:00:00Z, 2019-10-28T00:00:00Z",
        "HOUR, Antarctica/Troll, 0, 2019-03-31T01:00:00Z, 2019-03-31T02:00:00Z",
        "HOUR, Antarctica/Troll, 0, 2019-10-27T00:00:00Z, 2019-10-27T03:00:00Z",

        // Local mean time: -04:56:02 until 17:00Z, when 12:03:58 became noon again; +00:09:21.
        "DAY, America/New_York, 0, 1883-11-18T04:56:02Z, 1883-11-19T05:00:00Z",
        "HOUR, America/New_York, 0, 1883-11-18T15:56:02Z, 1883-11-18T16:56:02Z",
        "HOUR, America/New_York, 0, 1883-11-18T16:56:02Z, 1883-11-18T18:00:00Z",
        "DAY, Europe/Paris, 0, 1889-12-31T23:50:39Z, 1890-01-01T23:50:39Z",

        "HOUR, UTC, 0, 1969-12-31T23:00:00Z, 1970-01-01T00:00:00Z",
        "WEEK, UTC, 0, 1969-12-29T00:00:00Z, 1970-01-05T00:00:00Z",
        "MONTH, UTC, 0, 1900-02-01T00:00:00Z, 1900-03-01T00:00:00Z",
        "DAY, +05:30, 0, 2019-12-31T18:30:00Z, 2020-01-01T18:30:00Z"})
    void shouldGoFromOneStartOfALocalUnitToTheNext(
        final CalendarUnit every, final String zone, final long offsetMinutes, final Instant start, final Instant end)
    {
        final CalendarBoundaries boundaries =
            new CalendarBoundaries(every, ZoneId.of(zone), offsetMinutes * MINUTE_NS);
        final long startNs = ns(start);
        final long endNs = ns(end);
        for (final long timeNs : new long[] {startNs, startNs + 1, startNs + (endNs - startNs) / 2, endNs - 1})
        {
            boundaries.find(0);
            boundaries.find(timeNs);
            assertEquals(start, instant(boundaries.startNs()));
            assertEquals(end, instant(boundaries.endNs()));
        }
        final long index = boundaries.index();

        boundaries.find(startNs - 1);
        assertEquals(startNs, boundaries.endNs());
        assertTrue(boundaries.index() < index);
        boundaries.find(endNs);
        assertEquals(endNs, boundaries.startNs());
        assertTrue(boundaries.index() > index);
    }

    @Test
    void shouldNumberTheLastOfTheUnitsThatStartAtOnce()
    {
        final ZoneId apia = ZoneId.of("Pacific/Apia");
        final CalendarBoundaries days = new CalendarBoundaries(CalendarUnit.DAY, apia, 0);
        final long changeNs = ns(Instant.parse("2011-12-30T10:00:00Z"));
        days.find(changeNs - 1);
        assertEquals(LocalDate.of(2011, 12, 29).toEpochDay(), days.index());
        days.find(changeNs);
        assertEquals(LocalDate.of(2011, 12, 31).toEpochDay(), days.index());

        final CalendarBoundaries hours = new CalendarBoundaries(CalendarUnit.HOUR, apia, 0);
        hours.find(changeNs - 1);
        assertEquals(LocalDate.of(2011, 12, 29).toEpochDay() * 24 + 23, hours.index());
        hours.find(changeNs);
        assertEquals(LocalDate.of(2011, 12, 31).toEpochDay() * 24, hours.index());
    }

    @ParameterizedTest
    @CsvSource({
        "HOUR, 0, 1970-01-01T00:00:00Z", "HOUR, -1, 1969-12-31T23:59:59Z", "HOUR, 25, 1970-01-02T01:30:00Z",
        "DAY, 0, 1970-01-01T23:59:59Z", "DAY, -1, 1969-12-31T00:00:00Z", "DAY, 18262, 2020-01-01T12:00:00Z",
        "WEEK, 0, 1970-01-04T23:59:59Z", "WEEK, 1, 1970-01-05T00:00:00Z", "WEEK, -1, 1969-12-28T23:59:59Z",
        "MONTH, 0, 1970-01-31T23:59:59Z", "MONTH, -1, 1969-12-01T00:00:00Z", "MONTH, 600, 2020-01-31T00:00:00Z"})
    void shouldCountUnitsFromThatOfTheEpoch(final CalendarUnit every, final long index, final Instant time)
    {
        final CalendarBoundaries boundaries = new CalendarBoundaries(every, ZoneId.of("UTC"), 0);
        boundaries.find(ns(time));
        assertEquals(index, boundaries.index());
    }

    @ParameterizedTest
    @EnumSource(CalendarUnit.class)
    void shouldSaturateAtTheEndsOfTime(final CalendarUnit every)
    {
        for (final String zone : new String[] {"UTC", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"})
        {
            final CalendarBoundaries boundaries = new CalendarBoundaries(every, ZoneId.of(zone), 0);
            boundaries.find(Long.MIN_VALUE);
            final long firstIndex = boundaries.index();
            final long firstEndNs = boundaries.endNs();
            assertEquals(Long.MIN_VALUE, boundaries.startNs());
            assertTrue(firstEndNs > Long.MIN_VALUE && firstEndNs < Long.MIN_VALUE + 31 * 24 * HOUR_NS);
            boundaries.find(firstEndNs);
            assertEquals(firstEndNs, boundaries.startNs());
            assertEquals(firstIndex + 1, boundaries.index());

            boundaries.find(Long.MAX_VALUE);
            final long lastIndex = boundaries.index();
            final long lastStartNs = boundaries.startNs();
            assertEquals(Long.MAX_VALUE, boundaries.endNs());
            assertTrue(lastStartNs > Long.MAX_VALUE - 31 * 24 * HOUR_NS);
            boundaries.find(lastStartNs - 1);
            assertEquals(lastStartNs, boundaries.endNs());
            assertEquals(lastIndex - 1, boundaries.index());

            boundaries.locate(firstIndex);
            assertEquals(Long.MIN_VALUE, boundaries.startNs());
            assertEquals(firstEndNs, boundaries.endNs());
            boundaries.locate(lastIndex);
            assertEquals(lastStartNs, boundaries.startNs());
            assertEquals(Long.MAX_VALUE, boundaries.endNs());
        }
    }

    /** The last nanosecond of all, 23:47:16.854775807Z, as the start of a window of its own, and one before it. */
    @Test
    void shouldTellTheLastNanosecondFromTheEndOfTheWindowBeforeIt()
    {
        final long lastOfDayNs = Math.floorMod(Long.MAX_VALUE, 24 * HOUR_NS);
        final CalendarBoundaries days = new CalendarBoundaries(CalendarUnit.DAY, ZoneId.of("UTC"), lastOfDayNs);
        days.find(Long.MAX_VALUE - 1);
        assertEquals(Long.MAX_VALUE - 24 * HOUR_NS, days.startNs());
        assertEquals(Long.MAX_VALUE, days.endNs());
        final long index = days.index();
        days.find(Long.MAX_VALUE);
        assertEquals(Long.MAX_VALUE, days.startNs());
        assertEquals(Long.MAX_VALUE, days.endNs());
        assertEquals(index + 1, days.index());

        final long firstOfDayNs = Math.floorMod(Long.MIN_VALUE, 24 * HOUR_NS);
        final CalendarBoundaries first = new CalendarBoundaries(CalendarUnit.DAY, ZoneId.of("UTC"), firstOfDayNs + 1);
        first.find(Long.MIN_VALUE);
        assertEquals(Long.MIN_VALUE, first.startNs());
        assertEquals(Long.MIN_VALUE + 1, first.endNs());
    }

    @ParameterizedTest
    @EnumSource(CalendarUnit.class)
    void shouldAllocateNothingForReadingsThatAlternateBetweenAFewWindows(final CalendarUnit every)
    {
        final CalendarBoundaries boundaries = new CalendarBoundaries(every, ZoneId.of("America/New_York"), 0);
        final long[] times = new long[8];
        final long[] indexes = new long[times.length];
        boundaries.find(ns(Instant.parse("2020-11-01T05:30:00Z")));
        for (int i = 0; i < times.length; i += 2)
        {
            times[i] = boundaries.endNs() - 1;
            times[i + 1] = boundaries.endNs();
            indexes[i] = boundaries.index();
            indexes[i + 1] = boundaries.index() + 1;
            boundaries.find(boundaries.endNs());
        }
        assertAlternatingAllocatesNothing(boundaries, times, indexes);
    }

    @Test
    void shouldAllocateNothingForReadingsOfTheLastNanosecond()
    {
        final CalendarBoundaries boundaries = new CalendarBoundaries(CalendarUnit.DAY, ZoneId.of("UTC"), 0);
        boundaries.find(Long.MAX_VALUE);
        final long index = boundaries.index();
        assertAlternatingAllocatesNothing(
            boundaries, new long[] {Long.MAX_VALUE, 0, Long.MAX_VALUE - 1}, new long[] {index, 0, index});
    }

    private static void assertAlternatingAllocatesNothing(
        final CalendarBoundaries boundaries, final long[] times, final long[] indexes)
    {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        assertTrue(alternate(boundaries, times, indexes, 1));

        // Asking allocates the first time, and computing one window takes hundreds of bytes.
        threads.getThreadAllocatedBytes(thread);
        final long before = threads.getThreadAllocatedBytes(thread);
        final boolean isRight = alternate(boundaries, times, indexes, ROUNDS);
        final long allocated = threads.getThreadAllocatedBytes(thread) - before;
        boundaries.find(Long.MIN_VALUE);
        final long allocatedWithOneMore = threads.getThreadAllocatedBytes(thread) - before;

        assertTrue(isRight);
        assertTrue(allocated < ROUNDS, "allocated=" + allocated);
        assertTrue(allocatedWithOneMore > allocated, "nothing was measured");
    }

    private static boolean alternate(
        final CalendarBoundaries boundaries, final long[] times, final long[] indexes, final int rounds)
    {
        boolean isRight = true;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < times.length; i++)
            {
                boundaries.find(times[i]);
                isRight &= boundaries.index() == indexes[i];
                boundaries.locate(indexes[times.length - 1 - i]);
                isRight &= boundaries.index() == indexes[times.length - 1 - i];
            }
        }
        return isRight;
    }

    private static long ns(final Instant instant)
    {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    private static Instant instant(final long timeNs)
    {
        return Instant.EPOCH.plusNanos(timeNs);
    }
}
