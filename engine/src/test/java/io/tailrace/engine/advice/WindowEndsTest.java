package io.tailrace.engine.advice;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.WindowConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class WindowEndsTest
{
    private static final long SECOND_NS = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"0, 10", "9, 10", "10, 20", "-1, 0", "-10, 0", "-11, -10"})
    void shouldEndTumblingWindows(final long time, final long end)
    {
        assertEquals(end, new WindowEnds(WindowConfig.tumbling("w", 10).build()).lastEndNs(time));
        assertEquals(
            end + 3, new WindowEnds(WindowConfig.tumbling("w", 10).offsetNs(3).build()).lastEndNs(time + 3));
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "2, 10", "3, 13", "5, 13", "-1, 7"})
    void shouldEndTheLastOfTheSlidingWindows(final long time, final long end)
    {
        assertEquals(end, new WindowEnds(WindowConfig.sliding("w", 10, 3).build()).lastEndNs(time));
    }

    @Test
    void shouldSaturateAtTheEndsOfTime()
    {
        final WindowEnds tumbling = new WindowEnds(WindowConfig.tumbling("w", SECOND_NS).build());
        assertEquals(Long.MAX_VALUE, tumbling.lastEndNs(Long.MAX_VALUE));
        assertEquals(Long.MAX_VALUE, new WindowEnds(WindowConfig.session("w", 5).build()).lastEndNs(Long.MAX_VALUE));
        final WindowEnds months = new WindowEnds(
            WindowConfig.calendar("w", CalendarUnit.MONTH, WindowConfig.UTC).build());
        assertEquals(Long.MAX_VALUE, months.lastEndNs(Long.MAX_VALUE));
        assertEquals(ns("1677-10-01T00:00:00Z"), months.lastEndNs(Long.MIN_VALUE));
    }

    @ParameterizedTest
    @CsvSource({
        // A day of 23 and one of 25 hours.
        "DAY, America/New_York, 0, 2024-03-10T05:00:00Z, 2024-03-11T04:00:00Z",
        "DAY, America/New_York, 0, 2024-11-04T04:59:59Z, 2024-11-04T05:00:00Z",
        "DAY, America/New_York, 0, 2024-11-03T04:00:00Z, 2024-11-04T05:00:00Z",
        // A shift that begins at six in the morning.
        "DAY, America/New_York, 6, 2024-03-10T09:59:59Z, 2024-03-10T10:00:00Z",
        "DAY, America/New_York, 6, 2024-03-10T10:00:00Z, 2024-03-11T10:00:00Z",
        // An hour whose start comes twice is longer by the overlap.
        "HOUR, America/New_York, 0, 2024-11-03T05:30:00Z, 2024-11-03T07:00:00Z",
        "HOUR, America/New_York, 0, 2024-11-03T06:30:00Z, 2024-11-03T07:00:00Z",
        "HOUR, America/New_York, 0, 2024-03-10T06:30:00Z, 2024-03-10T07:00:00Z",
        // Half an hour of overlap.
        "HOUR, Australia/Lord_Howe, 0, 2024-04-06T14:15:00Z, 2024-04-06T15:30:00Z",
        // The 30th of December 2011 did not exist in Samoa.
        "DAY, Pacific/Apia, 0, 2011-12-30T09:59:59Z, 2011-12-30T10:00:00Z",
        "DAY, Pacific/Apia, 0, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
        "WEEK, UTC, 0, 2024-06-09T23:59:59Z, 2024-06-10T00:00:00Z",
        "WEEK, UTC, 0, 2024-06-10T00:00:00Z, 2024-06-17T00:00:00Z",
        "MONTH, Europe/Berlin, 0, 2024-02-01T00:00:00Z, 2024-02-29T23:00:00Z"})
    void shouldEndUnitsOfLocalTime(
        final CalendarUnit every, final String zone, final int offsetHours, final String time, final String end)
    {
        final WindowEnds ends = new WindowEnds(WindowConfig.calendar("w", every, ZoneId.of(zone))
            .offsetNs(offsetHours * 3600 * SECOND_NS).build());
        assertEquals(Instant.parse(end), Instant.ofEpochSecond(0, ends.lastEndNs(ns(time))));
    }

    @Test
    void shouldEndEveryDayWhereTheNextBegins()
    {
        final ZoneId zone = ZoneId.of("America/New_York");
        final WindowEnds ends = new WindowEnds(WindowConfig.calendar("w", CalendarUnit.DAY, zone).build());
        for (LocalDateTime day = LocalDateTime.of(2024, 1, 1, 0, 0); day.getYear() == 2024; day = day.plusDays(1))
        {
            final long nextNs = day.plusDays(1).atZone(zone).toEpochSecond() * SECOND_NS;
            assertEquals(nextNs, ends.lastEndNs(day.atZone(zone).toEpochSecond() * SECOND_NS), day.toString());
            assertEquals(nextNs, ends.lastEndNs(nextNs - 1), day.toString());
        }
    }

    private static long ns(final String instant)
    {
        return Instant.parse(instant).getEpochSecond() * SECOND_NS;
    }
}
