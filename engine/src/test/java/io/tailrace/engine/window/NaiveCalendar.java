package io.tailrace.engine.window;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.engine.config.CalendarUnit;

/**
 * The definition of a calendar boundary taken literally: the stretches between the changes of a zone's clocks are gone
 * through in the order of time until one reaches the local time. Never asks the zone about a local time. For the years
 * 1800 to 2250.
 */
final class NaiveCalendar
{
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final Instant FOREVER = Instant.parse("2300-01-01T00:00:00Z");

    /** What the clocks show from one change to the next; seconds. */
    private record Stretch(long from, long to, int offset)
    {
    }

    /** A window and the number of its unit. */
    record Span(long startNs, long endNs, long index)
    {
    }

    private final CalendarUnit every;
    private final ZoneId zone;
    private final long offsetNs;
    private final List<Stretch> stretches = new ArrayList<>();

    NaiveCalendar(final CalendarUnit every, final ZoneId zone, final long offsetNs)
    {
        this.every = every;
        this.zone = zone;
        this.offsetNs = offsetNs;
        long from = Long.MIN_VALUE / NS_PER_SECOND;
        final ZoneRules rules = zone.getRules();
        ZoneOffset offset = rules.getOffset(Instant.ofEpochSecond(from));
        for (final ZoneOffsetTransition transition : transitions(rules))
        {
            stretches.add(new Stretch(from, transition.toEpochSecond(), offset.getTotalSeconds()));
            from = transition.toEpochSecond();
            offset = transition.getOffsetAfter();
        }
        stretches.add(new Stretch(from, FOREVER.getEpochSecond(), offset.getTotalSeconds()));
    }

    static List<ZoneOffsetTransition> transitions(final ZoneRules rules)
    {
        final List<ZoneOffsetTransition> transitions = new ArrayList<>();
        ZoneOffsetTransition transition = rules.nextTransition(Instant.ofEpochSecond(Long.MIN_VALUE / NS_PER_SECOND));
        while (transition != null && transition.getInstant().isBefore(FOREVER))
        {
            transitions.add(transition);
            transition = rules.nextTransition(transition.getInstant());
        }
        return transitions;
    }

    @Override
    public String toString()
    {
        return every + " " + zone + " offset " + offsetNs;
    }

    /** The window of a time. */
    Span find(final long timeNs)
    {
        return walk(timeNs, timeNs).get(0);
    }

    /** All windows that have a part of {@code [fromNs, toNs]}, in order. */
    List<Span> walk(final long fromNs, final long toNs)
    {
        final List<Span> spans = new ArrayList<>();
        // No clock is more than a day from UTC, and no change of clocks is of more than a day.
        LocalDateTime unit = unitStart(LocalDateTime.ofEpochSecond(
            Math.floorDiv(fromNs, NS_PER_SECOND), 0, ZoneOffset.UTC).minusDays(3));
        int stretch = 0;
        long startNs = Long.MIN_VALUE;
        LocalDateTime startUnit = null;
        while (startNs <= toNs)
        {
            final LocalDateTime local = unit.plusNanos(offsetNs);
            final long localSecond = local.toEpochSecond(ZoneOffset.UTC);
            while (stretches.get(stretch).to + stretches.get(stretch).offset <= localSecond)
            {
                stretch++;
            }
            final long second = localSecond - stretches.get(stretch).offset;
            final long boundaryNs = second < stretches.get(stretch).from ?
                stretches.get(stretch).from * NS_PER_SECOND : second * NS_PER_SECOND + local.getNano();
            if (boundaryNs > fromNs && boundaryNs > startNs)
            {
                spans.add(new Span(startNs, boundaryNs, ordinal(startUnit)));
            }
            startNs = boundaryNs;
            startUnit = unit;
            unit = plusOne(unit);
        }
        return spans;
    }

    private LocalDateTime unitStart(final LocalDateTime local)
    {
        final LocalDateTime day = local.truncatedTo(ChronoUnit.DAYS);
        return switch (every)
        {
            case HOUR, DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.with(TemporalAdjusters.firstDayOfMonth());
        };
    }

    private LocalDateTime plusOne(final LocalDateTime unit)
    {
        return switch (every)
        {
            case HOUR -> unit.plusHours(1);
            case DAY -> unit.plusDays(1);
            case WEEK -> unit.plusWeeks(1);
            case MONTH -> unit.plusMonths(1);
        };
    }

    private long ordinal(final LocalDateTime unit)
    {
        final LocalDateTime epoch = LocalDateTime.of(1970, 1, 1, 0, 0);
        return switch (every)
        {
            case HOUR -> ChronoUnit.HOURS.between(epoch, unit);
            case DAY -> ChronoUnit.DAYS.between(epoch, unit);
            case WEEK -> ChronoUnit.WEEKS.between(epoch.with(TemporalAdjusters.previous(DayOfWeek.MONDAY)), unit);
            case MONTH -> ChronoUnit.MONTHS.between(epoch, unit);
        };
    }
}
