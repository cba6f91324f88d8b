package io.tailrace.perf.certify.counter;

import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

import static io.tailrace.perf.certify.counter.ModelTime.big;
import static io.tailrace.perf.certify.counter.ModelTime.clamp;

/**
 * A window {@code [start, end)} in epoch ns. Bounds are computed exactly and clamped to the range of a long at the end.
 *
 * @param startNs inclusive.
 * @param endNs   exclusive.
 */
record ModelSpan(long startNs, long endNs) implements Comparable<ModelSpan>
{
    private static final BigInteger NS_PER_SECOND = big(1_000_000_000L);

    /** More units than any gap or overlap of local time is long, even the missing day of Samoa counted in hours. */
    private static final int CALENDAR_REACH = 40;

    private static final Comparator<ModelSpan> BY_START_THEN_END =
        Comparator.comparingLong(ModelSpan::startNs).thenComparingLong(ModelSpan::endNs);

    @Override
    public int compareTo(final ModelSpan that)
    {
        return BY_START_THEN_END.compare(this, that);
    }

    boolean isTouching(final ModelSpan that)
    {
        return startNs <= that.endNs && endNs >= that.startNs;
    }

    ModelSpan hullWith(final ModelSpan that)
    {
        return new ModelSpan(Math.min(startNs, that.startNs), Math.max(endNs, that.endNs));
    }

    /** The windows that an event time belongs to, in order of start; for sessions the interval it opens alone. */
    static List<ModelSpan> spansOf(final ModelWindow window, final long timeNs)
    {
        return switch (window.type())
        {
            case TUMBLING -> slidingSpans(timeNs, window.sizeNs(), window.sizeNs(), window.offsetNs());
            case SLIDING -> slidingSpans(timeNs, window.sizeNs(), window.slideNs(), window.offsetNs());
            case SESSION -> List.of(new ModelSpan(timeNs, ModelTime.plus(timeNs, window.gapNs())));
            case CALENDAR -> List.of(calendarSpan(timeNs, window.unit(), window.zone(), window.offsetNs()));
        };
    }

    private static List<ModelSpan> slidingSpans(
        final long timeNs, final long sizeNs, final long slideNs, final long offsetNs)
    {
        final List<ModelSpan> spans = new ArrayList<>();
        final BigInteger time = big(timeNs);
        BigInteger start = ModelTime.floorToMultiple(time.subtract(big(offsetNs)), slideNs).add(big(offsetNs));
        while (start.add(big(sizeNs)).compareTo(time) > 0)
        {
            spans.add(0, new ModelSpan(clamp(start), clamp(start.add(big(sizeNs)))));
            start = start.subtract(big(slideNs));
        }
        return spans;
    }

    private static ModelSpan calendarSpan(
        final long timeNs, final ModelWindow.CalendarUnit unit, final ZoneId zone, final long offsetNs)
    {
        final BigInteger time = big(timeNs);
        final Instant instant = Instant.ofEpochSecond(
            Math.floorDiv(timeNs, 1_000_000_000L), Math.floorMod(timeNs, 1_000_000_000L));
        final LocalDateTime unitStart = startOfUnit(LocalDateTime.ofInstant(instant, zone).minusNanos(offsetNs), unit);

        final TreeSet<BigInteger> boundaries = new TreeSet<>();
        for (int i = -CALENDAR_REACH; i <= CALENDAR_REACH; i++)
        {
            boundaries.add(boundary(plusUnits(unitStart, unit, i).plusNanos(offsetNs), zone));
        }
        return new ModelSpan(clamp(boundaries.floor(time)), clamp(boundaries.higher(time)));
    }

    private static LocalDateTime startOfUnit(final LocalDateTime local, final ModelWindow.CalendarUnit unit)
    {
        final LocalDateTime day = local.truncatedTo(ChronoUnit.DAYS);
        return switch (unit)
        {
            case HOUR -> local.truncatedTo(ChronoUnit.HOURS);
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    private static LocalDateTime plusUnits(
        final LocalDateTime start, final ModelWindow.CalendarUnit unit, final int count)
    {
        return switch (unit)
        {
            case HOUR -> start.plusHours(count);
            case DAY -> start.plusDays(count);
            case WEEK -> start.plusWeeks(count);
            case MONTH -> start.plusMonths(count);
        };
    }

    /** The first instant at which clocks in the zone have reached the local time. */
    private static BigInteger boundary(final LocalDateTime local, final ZoneId zone)
    {
        final ZoneOffsetTransition transition = zone.getRules().getTransition(local);
        final Instant instant = transition != null && transition.isGap() ?
            transition.getInstant() : local.toInstant(zone.getRules().getValidOffsets(local).get(0));
        return big(instant.getEpochSecond()).multiply(NS_PER_SECOND).add(big(instant.getNano()));
    }
}
