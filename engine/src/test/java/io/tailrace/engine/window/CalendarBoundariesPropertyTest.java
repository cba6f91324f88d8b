package io.tailrace.engine.window;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.window.NaiveCalendar.Span;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Any zone, unit, offset and time from 1900 to 2200, against the definition taken literally; and what is kept of
 * windows found before changes nothing.
 */
class CalendarBoundariesPropertyTest
{
    private static final long FROM_NS = ns(Instant.parse("1900-01-01T00:00:00Z"));
    private static final long TO_NS = ns(Instant.parse("2200-01-01T00:00:00Z"));
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);
    private static final int STEPS = 400;

    @Property(tries = 4000)
    void shouldFindTheOneWindowOfATime(
        @ForAll final CalendarUnit every,
        @ForAll("zones") final ZoneId zone,
        @ForAll("parts") final double partOfOffset,
        @ForAll("times") final long timeNs)
    {
        final long offsetNs = offsetNs(every, partOfOffset);
        final CalendarBoundaries boundaries = new CalendarBoundaries(every, zone, offsetNs);
        boundaries.find(timeNs);
        final Span found = span(boundaries);

        assertTrue(found.startNs() <= timeNs && timeNs < found.endNs());
        assertEquals(new NaiveCalendar(every, zone, offsetNs).find(timeNs), found);
        for (final long edgeNs : new long[] {found.startNs(), found.endNs() - 1})
        {
            final CalendarBoundaries another = new CalendarBoundaries(every, zone, offsetNs);
            another.find(edgeNs);
            assertEquals(found, span(another));
        }
        boundaries.find(found.endNs());
        assertEquals(found.endNs(), boundaries.startNs());
        assertTrue(found.index() < boundaries.index());
    }

    @Property(tries = 2000)
    void shouldLocateAWindowByTheIndexThatAnyInstanceGave(
        @ForAll final CalendarUnit every,
        @ForAll("zones") final ZoneId zone,
        @ForAll("parts") final double partOfOffset,
        @ForAll("times") final long timeNs)
    {
        final long offsetNs = offsetNs(every, partOfOffset);
        final CalendarBoundaries boundaries = new CalendarBoundaries(every, zone, offsetNs);
        boundaries.find(timeNs);
        final Span found = span(boundaries);

        final CalendarBoundaries another = new CalendarBoundaries(every, zone, offsetNs);
        another.locate(found.index());
        assertEquals(found, span(another));
        boundaries.find(0);
        boundaries.locate(found.index());
        assertEquals(found, span(boundaries));
    }

    /** Near a few places, of which half are changes of clocks, in leaps and in small steps, by time and by index. */
    @Property(tries = 300)
    void shouldNotDependOnWhatWasFoundBefore(
        @ForAll final CalendarUnit every,
        @ForAll("zones") final ZoneId zone,
        @ForAll("parts") final double partOfOffset,
        @ForAll final long seed)
    {
        final Random random = new Random(seed);
        final long offsetNs = offsetNs(every, partOfOffset);
        final CalendarBoundaries boundaries = new CalendarBoundaries(every, zone, offsetNs);
        final List<ZoneOffsetTransition> transitions = NaiveCalendar.transitions(zone.getRules());
        transitions.removeIf((transition) -> transition.getDateTimeBefore().getYear() > 2200);
        final long[] places = new long[1 + random.nextInt(6)];
        for (int i = 0; i < places.length; i++)
        {
            places[i] = i % 2 == 0 || transitions.isEmpty() ?
                random.nextLong(FROM_NS, TO_NS) :
                ns(transitions.get(random.nextInt(transitions.size())).getInstant());
        }

        final List<Span> seen = new ArrayList<>();
        for (int step = 0; step < STEPS; step++)
        {
            if (!seen.isEmpty() && random.nextInt(3) == 0)
            {
                final Span earlier = seen.get(random.nextInt(seen.size()));
                boundaries.locate(earlier.index());
                assertEquals(earlier, span(boundaries), "step " + step);
                continue;
            }
            final long reachNs = HOUR_NS << random.nextInt(11);
            final long timeNs = places[random.nextInt(places.length)] + random.nextLong(-reachNs, reachNs);
            boundaries.find(timeNs);
            final CalendarBoundaries fresh = new CalendarBoundaries(every, zone, offsetNs);
            fresh.find(timeNs);
            assertEquals(span(fresh), span(boundaries), "step " + step + " time " + timeNs);
            seen.add(span(fresh));
        }
    }

    @Property(tries = 2000)
    void shouldTakeAnyTimeOfALong(
        @ForAll final CalendarUnit every,
        @ForAll("zones") final ZoneId zone,
        @ForAll("parts") final double partOfOffset,
        @ForAll final long timeNs)
    {
        final CalendarBoundaries boundaries = new CalendarBoundaries(every, zone, offsetNs(every, partOfOffset));
        boundaries.find(timeNs);
        final Span found = span(boundaries);

        assertTrue(found.startNs() <= timeNs);
        assertTrue(timeNs < found.endNs() || timeNs == Long.MAX_VALUE);
        boundaries.find(0);
        boundaries.locate(found.index());
        assertEquals(found, span(boundaries));
        boundaries.find(found.startNs());
        assertEquals(found, span(boundaries));
    }

    @Provide
    Arbitrary<ZoneId> zones()
    {
        return Arbitraries.of(ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList());
    }

    @Provide
    Arbitrary<Double> parts()
    {
        return Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.just(0.0)),
            Tuple.of(3, Arbitraries.doubles().between(0.0, true, 1.0, false)));
    }

    @Provide
    Arbitrary<Long> times()
    {
        return Arbitraries.longs().between(FROM_NS, TO_NS);
    }

    private static long offsetNs(final CalendarUnit every, final double part)
    {
        return (long)(part * (every == CalendarUnit.HOUR ? HOUR_NS : 24 * HOUR_NS));
    }

    private static long ns(final Instant instant)
    {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond());
    }

    private static Span span(final CalendarBoundaries boundaries)
    {
        return new Span(boundaries.startNs(), boundaries.endNs(), boundaries.index());
    }
}
