package io.tailrace.engine.advice;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.config.CalendarUnit;
import io.tailrace.engine.config.WindowConfig;

/**
 * The end of the last window that an event time belongs to: once the watermark is as far past it as lateness allows,
 * the reading is late for all its windows. Of a session that is the interval which the reading opens alone, so that a
 * reading counts as late that in truth may extend a session that is still live.
 */
final class WindowEnds
{
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final WindowConfig window;
    private final long stepNs;

    // The calendar window that was computed last: readings that follow one another mostly share theirs.
    private long unitStartNs = Long.MAX_VALUE;
    private long unitEndNs = Long.MIN_VALUE;

    WindowEnds(final WindowConfig window)
    {
        this.window = window;
        this.stepNs = switch (window.type())
        {
            case TUMBLING -> window.sizeNs();
            case SLIDING -> window.slideNs();
            case SESSION, CALENDAR -> 0;
        };
    }

    /** @return end of the last window of an event time, epoch ns, exclusive; saturates. */
    long lastEndNs(final long timeNs)
    {
        return switch (window.type())
        {
            case TUMBLING, SLIDING ->
            {
                final long sinceOffsetNs = SaturatingTime.subtract(timeNs, window.offsetNs());
                final long startNs = SaturatingTime.subtract(timeNs, Math.floorMod(sinceOffsetNs, stepNs));
                yield SaturatingTime.add(startNs, window.sizeNs());
            }
            case SESSION -> SaturatingTime.add(timeNs, window.gapNs());
            case CALENDAR -> calendarEndNs(timeNs);
        };
    }

    private long calendarEndNs(final long timeNs)
    {
        if (timeNs < unitStartNs || timeNs >= unitEndNs)
        {
            final LocalDateTime local = LocalDateTime.ofInstant(
                Instant.ofEpochSecond(0, timeNs), window.zone()).minusNanos(window.offsetNs());
            final LocalDateTime start = startOfUnit(local, window.every());
            // Where clocks change, the unit of the local time may begin or end beside the instant.
            int unit = 0;
            while (boundaryNs(start, unit) > timeNs)
            {
                unit--;
            }
            while (boundaryNs(start, unit + 1) <= timeNs && boundaryNs(start, unit + 1) != Long.MAX_VALUE)
            {
                unit++;
            }
            unitStartNs = boundaryNs(start, unit);
            unitEndNs = boundaryNs(start, unit + 1);
        }
        return unitEndNs;
    }

    private static LocalDateTime startOfUnit(final LocalDateTime local, final CalendarUnit unit)
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

    /** The instant at which a unit begins, so many after another; in an overlap the first, in a gap its transition. */
    private long boundaryNs(final LocalDateTime unitStart, final int units)
    {
        final LocalDateTime start = switch (window.every())
        {
            case HOUR -> unitStart.plusHours(units);
            case DAY -> unitStart.plusDays(units);
            case WEEK -> unitStart.plusWeeks(units);
            case MONTH -> unitStart.plusMonths(units);
        };
        return epochNs(instantOf(start.plusNanos(window.offsetNs()), window.zone()));
    }

    private static Instant instantOf(final LocalDateTime local, final ZoneId zone)
    {
        final ZoneOffsetTransition transition = zone.getRules().getTransition(local);
        if (null == transition)
        {
            return local.toInstant(zone.getRules().getOffset(local));
        }
        return transition.isGap() ? transition.getInstant() : local.toInstant(transition.getOffsetBefore());
    }

    private static long epochNs(final Instant instant)
    {
        final long seconds = instant.getEpochSecond();
        if (Math.abs(seconds) > Long.MAX_VALUE / NANOS_PER_SECOND - 1)
        {
            return seconds < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return seconds * NANOS_PER_SECOND + instant.getNano();
    }
}
