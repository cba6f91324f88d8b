package io.tailrace.engine.reference;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * Sliding, session and calendar windows, and what a pane amounts to.
 */
class ReferenceWindowsTest
{
    private static final double HUGE = 1.7e308;

    @Test
    void shouldPutEventIntoEverySlidingWindowThatCoversIt()
    {
        final ReferenceScript script = ReferenceScript.of(ReferenceWindow.sliding("s", 10, 4)).event(9, 1);

        script.event(11, 2);
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());

        // Too late for [0,10), in time for the two after it.
        script.event(8, 4);
        assertEquals(List.of(), script.emitted());
        assertEquals(3, script.ledger("operator.0.applied"));

        script.event(7, 8).event(3, 16);
        assertEquals(List.of("0:1 late t=3 W=11"), script.emitted());

        script.event(14, 32).end();
        assertEquals(List.of(
            "0:1 [4,14) ON_TIME r0 n=4 sum=15.0",
            "0:1 [8,18) ON_TIME r0 n=4 sum=39.0",
            "0:1 [12,22) ON_TIME r0 n=1 sum=32.0"), script.emitted());
    }

    @Test
    void shouldAddSlidingEventToNoWindowUnlessAllFindRoom()
    {
        final ReferenceScript script = ReferenceScript.of(ReferenceWindow.sliding("s", 10, 4).withMaxPanes(3));

        // [0,10) [4,14) [8,18), then one more is one too many: [4,14) and [8,18) do not take the reading either.
        script.event(9, 1).event(12, 2);
        assertEquals(1, script.ledger("operator.0.exhausted:panes-exhausted"));
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());

        // [0,10) lives no more by W = 12. Windows that a reading is late for need no room.
        script.event(12, 4).event(9, 8).end();
        assertEquals(1, script.ledger("operator.0.exhausted:panes-exhausted"));
        assertEquals(List.of(
            "0:1 [4,14) ON_TIME r0 n=3 sum=13.0",
            "0:1 [8,18) ON_TIME r0 n=3 sum=13.0",
            "0:1 [12,22) ON_TIME r0 n=1 sum=4.0"), script.emitted());
        assertEquals(3, script.ledger("operator.0.applied"));
    }

    @Test
    void shouldLeaveNoKeyBehindWhereNoPaneFoundRoom()
    {
        final ReferenceScript script = new ReferenceScript(
            ReferenceConfig.historical(1, 0, 5, ReferenceWindow.sliding("s", 10, 4).withMaxPanes(2))
                .withLimits(8, 1, ReferenceConfig.NEVER));

        script.reading(0, 1, 9, 1).reading(0, 2, 10, 2).end();

        assertEquals(1, script.ledger("operator.0.exhausted:panes-exhausted"));
        assertEquals(List.of(
            "0:2 [4,14) ON_TIME r0 n=1 sum=2.0", "0:2 [8,18) ON_TIME r0 n=1 sum=2.0"), script.emitted());
    }

    @Test
    void shouldRefuseSlidingWindowsWithHoles()
    {
        assertThrows(IllegalArgumentException.class, () -> ReferenceWindow.sliding("s", 3, 4));
    }

    @Test
    void shouldMergeTouchingSessionsButNotThoseOneNanosecondApart()
    {
        final ReferenceScript script = new ReferenceScript(
            ReferenceConfig.historical(1, 100, 5, ReferenceWindow.session("s", 5)));
        script.event(0, 1).event(5, 2).event(11, 4).end();

        assertEquals(List.of(
            "0:1 [0,10) ON_TIME r0 n=2 sum=3.0", "0:1 [11,16) ON_TIME r0 n=1 sum=4.0"), script.emitted());
    }

    @Test
    void shouldRetractFiredSessionsThatGrowOrMergeBeforeTheNewFiring()
    {
        final ReferenceScript script = ReferenceScript.of(ReferenceWindow.session("s", 5).withLateness(20));
        script.event(0, 1).event(12, 2);
        assertEquals(List.of("0:1 [0,5) ON_TIME r0 n=1 sum=1.0"), script.emitted());

        script.event(3, 4);
        assertEquals(List.of(
            "0:1 [0,5) RETRACTED r1 n=1 sum=1.0", "0:1 [0,8) LATE r0 n=2 sum=5.0"), script.emitted());

        script.event(2, 8);
        assertEquals(List.of("0:1 [0,8) LATE r1 n=3 sum=13.0"), script.emitted());

        // Bridges [0,8) and [12,17): gone at once, the whole fires when the watermark reaches its end.
        script.event(8, 16);
        assertEquals(List.of("0:1 [0,8) RETRACTED r2 n=3 sum=13.0"), script.emitted());

        script.event(18, 32);
        assertEquals(List.of("0:1 [0,17) ON_TIME r0 n=5 sum=31.0"), script.emitted());
    }

    @Test
    void shouldRetractSeveralSessionsInOrderOfStart()
    {
        final ReferenceScript script = ReferenceScript.of(ReferenceWindow.session("s", 5).withLateness(100));
        script.event(6, 1).event(0, 2).event(30, 4);
        assertEquals(List.of(
            "0:1 [0,5) LATE r0 n=1 sum=2.0", "0:1 [6,11) ON_TIME r0 n=1 sum=1.0"), script.emitted());

        script.event(4, 8);
        assertEquals(List.of(
            "0:1 [0,5) RETRACTED r1 n=1 sum=2.0", "0:1 [6,11) RETRACTED r1 n=1 sum=1.0",
            "0:1 [0,11) LATE r0 n=3 sum=11.0"), script.emitted());
    }

    @Test
    void shouldRetractSessionsThatMergeAndFireTheWholeAtOnceIfItHasEnded()
    {
        final ReferenceScript script = ReferenceScript.of(ReferenceWindow.session("s", 5).withLateness(100));
        script.event(0, 1).event(7, 2).event(20, 4);
        assertEquals(List.of(
            "0:1 [0,5) ON_TIME r0 n=1 sum=1.0", "0:1 [7,12) ON_TIME r0 n=1 sum=2.0"), script.emitted());

        // W = 20 is beyond the end of [0,12).
        script.event(4, 8);
        assertEquals(List.of(
            "0:1 [0,5) RETRACTED r1 n=1 sum=1.0", "0:1 [7,12) RETRACTED r1 n=1 sum=2.0",
            "0:1 [0,12) LATE r0 n=3 sum=11.0"), script.emitted());

        // Only [0,12) has fired, [20,25) has not. The whole, [0,25), has not ended.
        script.event(11, 16).event(15, 32);
        assertEquals(List.of(
            "0:1 [0,12) RETRACTED r1 n=3 sum=11.0", "0:1 [0,16) LATE r0 n=4 sum=27.0",
            "0:1 [0,16) RETRACTED r1 n=4 sum=27.0"), script.emitted());

        script.end();
        assertEquals(List.of("0:1 [0,25) ON_TIME r0 n=6 sum=63.0"), script.emitted());
    }

    @Test
    void shouldFindRoomForASessionByWhatItTakesOver()
    {
        final ReferenceScript script = new ReferenceScript(
            ReferenceConfig.historical(1, 100, 5, ReferenceWindow.session("s", 5).withMaxPanes(2)));

        script.event(0, 1).event(10, 2).event(20, 4);
        assertEquals(1, script.ledger("operator.0.exhausted:panes-exhausted"));

        // One session grows, then both become one, and then there is room for another.
        script.event(-1, 8).event(5, 16).event(30, 32).event(40, 64).end();
        assertEquals(2, script.ledger("operator.0.exhausted:panes-exhausted"));
        assertEquals(List.of(
            "0:1 [-1,15) ON_TIME r0 n=4 sum=27.0", "0:1 [30,35) ON_TIME r0 n=1 sum=32.0"), script.emitted());
    }

    @Test
    void shouldRetractNothingForASessionThatFindsNoRoom()
    {
        final ReferenceScript script =
            ReferenceScript.of(ReferenceWindow.session("s", 5).withLateness(50).withMaxPanes(1));

        script.event(0, 1).event(20, 2).event(10, 4);

        assertEquals(List.of("0:1 [0,5) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        assertEquals(2, script.ledger("operator.0.exhausted:panes-exhausted"));
    }

    @Test
    void shouldJudgeLatenessOfASessionEventAfterMerging()
    {
        final ReferenceScript script = ReferenceScript.of(ReferenceWindow.session("s", 5));
        script.event(10, 1).event(14, 2);

        // [8,13) alone would be late by W = 14, but belongs to [10,19).
        script.event(8, 4).event(2, 8).end();

        assertEquals(List.of("0:1 late t=2 W=14", "0:1 [8,19) ON_TIME r0 n=3 sum=7.0"), script.emitted());
    }

    @Test
    void shouldNotMergeWithASessionThatIsNoLongerLive()
    {
        final ReferenceScript script = ReferenceScript.of(ReferenceWindow.session("s", 5));
        script.event(0, 1).reading(0, 2, 5, 2).event(3, 4).end();

        assertEquals(List.of(
            "0:1 [0,5) ON_TIME r0 n=1 sum=1.0",
            "0:1 [3,8) ON_TIME r0 n=1 sum=4.0",
            "0:2 [5,10) ON_TIME r0 n=1 sum=2.0"), script.emitted());
    }

    @ParameterizedTest
    @CsvSource({
        // A day of 25 hours, one of 23, and the hour that comes twice.
        "DAY, America/New_York, 0, 2023-11-05T12:00:00Z, 2023-11-05T04:00:00Z, 2023-11-06T05:00:00Z",
        "DAY, America/New_York, 0, 2024-03-10T12:00:00Z, 2024-03-10T05:00:00Z, 2024-03-11T04:00:00Z",
        "HOUR, America/New_York, 0, 2023-11-05T05:30:00Z, 2023-11-05T05:00:00Z, 2023-11-05T07:00:00Z",
        "HOUR, America/New_York, 0, 2023-11-05T06:30:00Z, 2023-11-05T05:00:00Z, 2023-11-05T07:00:00Z",
        "HOUR, America/New_York, 0, 2024-03-10T06:59:59Z, 2024-03-10T06:00:00Z, 2024-03-10T07:00:00Z",
        "HOUR, America/New_York, 0, 2024-03-10T07:00:00Z, 2024-03-10T07:00:00Z, 2024-03-10T08:00:00Z",
        // Clocks go back half an hour: the hour from 01:00 takes 90 minutes.
        "HOUR, Australia/Lord_Howe, 0, 2024-04-06T15:10:00Z, 2024-04-06T14:00:00Z, 2024-04-06T15:30:00Z",
        // No midnight: the day begins at one.
        "DAY, America/Sao_Paulo, 0, 2018-11-04T03:00:00Z, 2018-11-04T03:00:00Z, 2018-11-05T02:00:00Z",
        "DAY, America/Sao_Paulo, 0, 2018-11-04T02:59:59Z, 2018-11-03T03:00:00Z, 2018-11-04T03:00:00Z",
        // 23:00 comes twice, and is of the old day both times.
        "DAY, America/Sao_Paulo, 0, 2018-02-18T02:30:00Z, 2018-02-17T02:00:00Z, 2018-02-18T03:00:00Z",
        // The 30th of December was left out.
        "DAY, Pacific/Apia, 0, 2011-12-30T09:59:59Z, 2011-12-29T10:00:00Z, 2011-12-30T10:00:00Z",
        "DAY, Pacific/Apia, 0, 2011-12-30T10:00:00Z, 2011-12-30T10:00:00Z, 2011-12-31T10:00:00Z",
        "DAY, UTC, 21600, 2024-02-29T05:59:59Z, 2024-02-28T06:00:00Z, 2024-02-29T06:00:00Z",
        "DAY, UTC, 21600, 2024-02-29T06:00:00Z, 2024-02-29T06:00:00Z, 2024-03-01T06:00:00Z",
        "WEEK, Europe/Berlin, 0, 2024-04-01T00:00:00Z, 2024-03-31T22:00:00Z, 2024-04-07T22:00:00Z",
        "WEEK, Europe/Berlin, 0, 2024-03-31T21:59:59Z, 2024-03-24T23:00:00Z, 2024-03-31T22:00:00Z",
        "MONTH, Europe/Berlin, 0, 2024-03-15T00:00:00Z, 2024-02-29T23:00:00Z, 2024-03-31T22:00:00Z",
        "MONTH, UTC, 0, 1969-12-31T23:59:59Z, 1969-12-01T00:00:00Z, 1970-01-01T00:00:00Z"})
    void shouldBoundCalendarWindowsByLocalUnitStarts(
        final ReferenceWindow.CalendarUnit unit,
        final String zone,
        final long offsetSeconds,
        final Instant time,
        final Instant start,
        final Instant end)
    {
        final ReferenceWindow window =
            ReferenceWindow.calendar("c", unit, ZoneId.of(zone)).withOffset(offsetSeconds * 1_000_000_000L);

        assertEquals(List.of(new ReferenceSpan(nanoseconds(start), nanoseconds(end))),
            ReferenceSpan.spansOf(window, nanoseconds(time)));
    }

    @Test
    void shouldSaturateCalendarWindowsAtTheEndsOfTime()
    {
        final ReferenceWindow window =
            ReferenceWindow.calendar("c", ReferenceWindow.CalendarUnit.DAY, ZoneId.of("UTC"));

        assertEquals(Long.MIN_VALUE, ReferenceSpan.spansOf(window, Long.MIN_VALUE).get(0).startNs());
        assertEquals(Long.MAX_VALUE, ReferenceSpan.spansOf(window, Long.MAX_VALUE).get(0).endNs());
    }

    @Test
    void shouldTakeFirstAndLastByTimeThenArrival()
    {
        final ReferenceAggregate aggregate = ReferenceAggregate.of(List.of(
            new ReferenceAggregate.Entry(0, 5, 1), new ReferenceAggregate.Entry(1, 3, 2),
            new ReferenceAggregate.Entry(2, 3, 4), new ReferenceAggregate.Entry(3, 5, 8),
            new ReferenceAggregate.Entry(4, 4, 16)));

        assertEquals(2, aggregate.first());
        assertEquals(8, aggregate.last());
    }

    @Test
    void shouldOrderNegativeZeroBelowZero()
    {
        assertEquals(-0.0, aggregate(0.0, -0.0).min());
        assertEquals(0.0, aggregate(-0.0, 0.0, -0.0).max());
        assertEquals(-0.0, aggregate(-0.0, -0.0).max());
    }

    @Test
    void shouldComputeMeanAndStandardDeviation()
    {
        final ReferenceAggregate aggregate = aggregate(2, 4, 4, 4, 5, 5, 7, 9);

        assertEquals(32, aggregate.m2());
        assertEquals(5, aggregate.mean());
        assertEquals(2, aggregate.standardDeviation());
        assertEquals(0, aggregate(1e200).standardDeviation());
        assertEquals(2.0 / 3.0 / (1 << 20), aggregate(1e9, 1e9 + 0x1p-10, 1e9 + 0x1p-10).m2(), 1e-21);
    }

    @Test
    void shouldCompensateTheSum()
    {
        assertEquals(2, aggregate(1, 1e100, 1, -1e100).sum());
    }

    @Test
    void shouldKeepAnOverflowedSumInfiniteAndNeverNaN()
    {
        assertEquals(Double.POSITIVE_INFINITY, aggregate(HUGE, HUGE, -HUGE, -HUGE, -HUGE).sum());
        assertEquals(Double.NEGATIVE_INFINITY, aggregate(-HUGE, -HUGE, HUGE, HUGE).sum());
        assertEquals(Double.POSITIVE_INFINITY, aggregate(-HUGE, -HUGE, HUGE, HUGE).m2());
        assertEquals(0, aggregate(HUGE, -HUGE).sum());
        assertEquals(Double.POSITIVE_INFINITY, aggregate(HUGE, -HUGE).m2());
        assertEquals(Double.POSITIVE_INFINITY, aggregate(1e160, -1e160, 1).m2());
    }

    private static ReferenceAggregate aggregate(final double... values)
    {
        final List<ReferenceAggregate.Entry> entries = new ArrayList<>();
        for (final double value : values)
        {
            entries.add(new ReferenceAggregate.Entry(entries.size(), 0, value));
        }
        return ReferenceAggregate.of(entries);
    }

    private static long nanoseconds(final Instant instant)
    {
        return instant.getEpochSecond() * 1_000_000_000L;
    }
}
