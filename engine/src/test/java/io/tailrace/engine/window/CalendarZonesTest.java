package io.tailrace.engine.window;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.window.NaiveCalendar.Span;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * All zones of the data base: from 2000 to 2040 window by window, and on both sides of each change of their clocks.
 * Zones that have the same rules are one: a boundary depends on nothing else.
 */
class CalendarZonesTest
{
    private static final long FROM_NS = ns("2000-01-01T00:00:00Z");
    private static final long TO_NS = ns("2041-01-01T00:00:00Z");
    private static final long DAY_NS = TimeUnit.DAYS.toNanos(1);
    private static final Collection<ZoneId> ZONES = zones();

    @ParameterizedTest
    @EnumSource(value = CalendarUnit.class, names = {"DAY", "WEEK", "MONTH"})
    void shouldTileFourDecadesInEveryZone(final CalendarUnit every)
    {
        for (final ZoneId zone : ZONES)
        {
            assertWalk(new NaiveCalendar(every, zone, 0), new CalendarBoundaries(every, zone, 0), FROM_NS, TO_NS);
        }
    }

    /** From the first change a zone knows, often out of local mean time, to 2250. */
    @ParameterizedTest
    @EnumSource(CalendarUnit.class)
    void shouldStandOnBothSidesOfEachChangeOfClocks(final CalendarUnit every)
    {
        for (final long offsetNs : new long[] {0, TimeUnit.MINUTES.toNanos(every == CalendarUnit.HOUR ? 15 : 150) + 1})
        {
            int changes = 0;
            for (final ZoneId zone : ZONES)
            {
                changes += assertChanges(
                    new NaiveCalendar(every, zone, offsetNs), new CalendarBoundaries(every, zone, offsetNs), zone);
            }
            assertTrue(changes > 20_000, "changes=" + changes);
        }
    }

    @Test
    void shouldTileTheHoursAroundEachChangeOfClocks()
    {
        for (final ZoneId zone : ZONES)
        {
            final NaiveCalendar naive = new NaiveCalendar(CalendarUnit.HOUR, zone, 0);
            final CalendarBoundaries boundaries = new CalendarBoundaries(CalendarUnit.HOUR, zone, 0);
            for (final ZoneOffsetTransition transition : transitions(zone))
            {
                final long changeNs = TimeUnit.SECONDS.toNanos(transition.toEpochSecond());
                assertWalk(naive, boundaries, changeNs - 3 * DAY_NS, changeNs + 3 * DAY_NS);
            }
            for (long timeNs = FROM_NS; timeNs < TO_NS; timeNs += 97 * DAY_NS)
            {
                assertWalk(naive, boundaries, timeNs, timeNs + DAY_NS);
            }
        }
    }

    @Test
    @Tag("full")
    void shouldTileAllHoursInEveryZone()
    {
        for (final ZoneId zone : ZONES)
        {
            final NaiveCalendar naive = new NaiveCalendar(CalendarUnit.HOUR, zone, 0);
            final CalendarBoundaries boundaries = new CalendarBoundaries(CalendarUnit.HOUR, zone, 0);
            for (long timeNs = FROM_NS; timeNs < TO_NS; timeNs += 365 * DAY_NS)
            {
                assertWalk(naive, boundaries, timeNs, timeNs + 365 * DAY_NS);
            }
        }
    }

    /** Goes from end to end; messages are put together for failures alone, since this looks at millions of windows. */
    private static void assertWalk(
        final NaiveCalendar naive, final CalendarBoundaries boundaries, final long fromNs, final long toNs)
    {
        long timeNs = fromNs;
        long previousIndex = Long.MIN_VALUE;
        for (final Span expected : naive.walk(fromNs, toNs))
        {
            boundaries.find(timeNs);
            final boolean isExpected = boundaries.startNs() == expected.startNs() &&
                boundaries.endNs() == expected.endNs() && boundaries.index() == expected.index();
            final boolean isTiling = timeNs == fromNs || timeNs == boundaries.startNs();
            if (!isExpected || !isTiling || boundaries.index() <= previousIndex)
            {
                throw new AssertionError(naive + " from " + timeNs + ": expected " + expected + ", was " +
                    span(boundaries) + " after index " + previousIndex);
            }
            previousIndex = boundaries.index();
            timeNs = boundaries.endNs();
        }
        assertTrue(timeNs > toNs, naive::toString);
    }

    private static int assertChanges(
        final NaiveCalendar naive, final CalendarBoundaries boundaries, final ZoneId zone)
    {
        final List<ZoneOffsetTransition> transitions = NaiveCalendar.transitions(zone.getRules());
        transitions.removeIf((transition) -> transition.getDateTimeBefore().getYear() > 2250);
        for (final ZoneOffsetTransition transition : transitions)
        {
            final long changeNs = TimeUnit.SECONDS.toNanos(transition.toEpochSecond());
            // From behind: a window found before the change would answer for the time after it as well.
            for (final long timeNs : new long[] {changeNs + 1, changeNs, changeNs - 1})
            {
                boundaries.find(timeNs);
                assertTrue(boundaries.startNs() <= timeNs && timeNs < boundaries.endNs(), transition::toString);
                assertEquals(naive.find(timeNs), span(boundaries), () -> naive + " " + transition);
            }
        }
        return transitions.size();
    }

    private static Span span(final CalendarBoundaries boundaries)
    {
        return new Span(boundaries.startNs(), boundaries.endNs(), boundaries.index());
    }

    private static List<ZoneOffsetTransition> transitions(final ZoneId zone)
    {
        return NaiveCalendar.transitions(zone.getRules()).stream()
            .filter((transition) -> transition.getInstant().compareTo(Instant.parse("2000-01-01T00:00:00Z")) >= 0 &&
                transition.getInstant().isBefore(Instant.parse("2041-01-01T00:00:00Z")))
            .toList();
    }

    private static Collection<ZoneId> zones()
    {
        final Map<ZoneRules, ZoneId> zones = ZoneId.getAvailableZoneIds().stream()
            .sorted()
            .map(ZoneId::of)
            .collect(Collectors.toMap(ZoneId::getRules, (zone) -> zone, (first, second) -> first));
        final Map<String, ZoneId> sorted = new TreeMap<>();
        zones.values().forEach((zone) -> sorted.put(zone.getId(), zone));
        assertTrue(sorted.size() > 300, "zones=" + sorted.size());
        return sorted.values();
    }

    private static long ns(final String instant)
    {
        return TimeUnit.SECONDS.toNanos(Instant.parse(instant).getEpochSecond());
    }
}
