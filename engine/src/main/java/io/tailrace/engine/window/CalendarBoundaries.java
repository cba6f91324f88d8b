package io.tailrace.engine.window;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;

import io.tailrace.engine.config.CalendarUnit;

/**
 * Calendar windows: {@code [start, end)} from one start of a local unit to the next, {@code offset} added to both on
 * the local time line. A start is the first instant at which the clocks of the zone have reached that local time:
 * where clocks go back it is the first of the two, where they go forward over it the instant of the change. Units that
 * start at the same instant are one window, and boundaries strictly increase.
 * <p>
 * Example: in New York the day of 2020-03-08 lasts 23 hours, [05:00Z, 04:00Z); on 2020-11-01 the hour of 01:00 lasts
 * two, since its start comes twice and that of 02:00 once.
 * <p>
 * Threading: one thread.
 * <p>
 * Hot path: the window last found costs two comparisons, a window found recently a few more. Any other is computed by
 * {@code java.time}, which allocates: about once per window, and windows are hours.
 * <p>
 * Memory: 1 KB. Recently found windows are kept in 16 sets of two. The span of time that the set is chosen by is
 * shorter than a usual window, so that at most two of them meet in it: readings on both sides of one boundary, in
 * whatever order, find both.
 */
final class CalendarBoundaries extends WindowPolicy
{
    private static final long NS_PER_SECOND = 1_000_000_000L;
    private static final long SECONDS_PER_HOUR = 3_600;
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long HOURS_PER_DAY = 24;
    private static final long DAYS_PER_WEEK = 7;

    /** The Monday before the epoch, which was a Thursday, in days. */
    private static final long FIRST_MONDAY = -3;
    private static final LocalDate EPOCH = LocalDate.of(1970, 1, 1);
    private static final long FIRST_MONTH = EPOCH.getLong(ChronoField.PROLEPTIC_MONTH);

    private static final Instant FIRST_INSTANT = instantOf(Long.MIN_VALUE);
    private static final Instant LAST_INSTANT = instantOf(Long.MAX_VALUE);

    // A window kept is an entry of four longs, of which the last is unused: a set of two is as long as a cache line.
    private static final int START = 0;
    private static final int LAST = 1;
    private static final int INDEX = 2;
    private static final int ENTRY_LENGTH = 4;
    private static final int SET_LENGTH = 2 * ENTRY_LENGTH;
    private static final int SETS = 16;

    private final CalendarUnit every;
    private final ZoneRules rules;
    private final long offsetNs;
    private final int spanShift;
    private final long[] recent = new long[SETS * SET_LENGTH];

    private long startNs;
    /** The last nanosecond of the window; unlike its end it is exact where the end is past the range of a long. */
    private long lastNs;
    private long index;

    /**
     * Stands at the window of time 0.
     *
     * @param every    unit of local time.
     * @param zone     whose clocks show that time.
     * @param offsetNs shift of the starts on the local time line, from 0 to less than a day (hours: an hour).
     */
    CalendarBoundaries(final CalendarUnit every, final ZoneId zone, final long offsetNs)
    {
        this.every = every;
        this.rules = zone.getRules();
        this.offsetNs = offsetNs;
        this.spanShift = spanShiftOf(every);
        for (int entry = 0; entry < recent.length; entry += ENTRY_LENGTH)
        {
            recent[entry + START] = Long.MAX_VALUE;
            recent[entry + LAST] = Long.MIN_VALUE;
        }
        compute(0);
    }

    /**
     * Moves to the window of a time.
     *
     * @param timeNs epoch nanoseconds, any value.
     */
    @Override
    void find(final long timeNs)
    {
        if (timeNs < startNs || timeNs > lastNs)
        {
            findAnother(timeNs);
        }
    }

    /**
     * Moves to a window by its number.
     *
     * @param windowIndex that {@link #index} gave after {@link #find}, here or at another instance of the same unit,
     *                    zone and offset.
     */
    @Override
    void locate(final long windowIndex)
    {
        if (windowIndex == index)
        {
            return;
        }
        for (int entry = 0; entry < recent.length; entry += ENTRY_LENGTH)
        {
            if (recent[entry + INDEX] == windowIndex && recent[entry + START] <= recent[entry + LAST])
            {
                restore(entry);
                return;
            }
        }
        moveTo(windowIndex, boundary(windowIndex), boundary(windowIndex + 1));
        keep(setOf(startNs));
    }

    /** @return first nanosecond of the window; at the beginning of the range of a long it saturates. */
    @Override
    long startNs()
    {
        return startNs;
    }

    /** @return first nanosecond after the window; at the end of the range of a long it saturates. */
    @Override
    long endNs()
    {
        return lastNs == Long.MAX_VALUE ? Long.MAX_VALUE : lastNs + 1;
    }

    /**
     * Number of the window: that of its local unit, counted from the one in which 1970-01-01T00:00 lies (weeks from
     * Monday 1969-12-29). Of several units that start at one instant the last one counts. So numbers strictly increase
     * with time, by 1 except where clocks have gone forward over whole units.
     *
     * @return the number; negative before 1970.
     */
    @Override
    long index()
    {
        return index;
    }

    private void findAnother(final long timeNs)
    {
        final int set = setOf(timeNs);
        if (isIn(set, timeNs))
        {
            restore(set);
        }
        else if (isIn(set + ENTRY_LENGTH, timeNs))
        {
            restore(set + ENTRY_LENGTH);
        }
        else
        {
            compute(timeNs);
            keep(set);
        }
    }

    private int setOf(final long timeNs)
    {
        return ((int)(timeNs >> spanShift) & (SETS - 1)) * SET_LENGTH;
    }

    private boolean isIn(final int entry, final long timeNs)
    {
        return timeNs >= recent[entry + START] && timeNs <= recent[entry + LAST];
    }

    private void restore(final int entry)
    {
        startNs = recent[entry + START];
        lastNs = recent[entry + LAST];
        index = recent[entry + INDEX];
    }

    /** Of the two windows in the set, the one that came first gives way. */
    private void keep(final int set)
    {
        System.arraycopy(recent, set, recent, set + ENTRY_LENGTH, ENTRY_LENGTH);
        recent[set + START] = startNs;
        recent[set + LAST] = lastNs;
        recent[set + INDEX] = index;
    }

    /**
     * The clocks show the time's unit, so they have reached its start; where they have gone back, they may have reached
     * starts after it before. Where several units start at once, this goes on to the last of them.
     */
    private void compute(final long timeNs)
    {
        final Instant time = instantOf(timeNs);
        final LocalDateTime local = LocalDateTime.ofEpochSecond(
            time.getEpochSecond(), time.getNano(), rules.getOffset(time));
        long unit = unitOf(local.minusNanos(offsetNs));
        Instant end = boundary(unit + 1);
        while (!end.isAfter(time))
        {
            unit++;
            end = boundary(unit + 1);
        }
        moveTo(unit, boundary(unit), end);
    }

    private void moveTo(final long unit, final Instant start, final Instant end)
    {
        index = unit;
        startNs = clampedNs(start);
        lastNs = end.isAfter(LAST_INSTANT) ? Long.MAX_VALUE : clampedNs(end) - 1;
    }

    /** The first instant at which the clocks have reached the start of a unit. */
    private Instant boundary(final long unit)
    {
        final LocalDateTime local = startOf(unit).plusNanos(offsetNs);
        final ZoneOffsetTransition transition = rules.getTransition(local);
        if (transition == null)
        {
            return local.toInstant(rules.getOffset(local));
        }

        return transition.isGap() ? transition.getInstant() : local.toInstant(transition.getOffsetBefore());
    }

    private long unitOf(final LocalDateTime local)
    {
        final long day = local.toLocalDate().toEpochDay();
        return switch (every)
        {
            case HOUR -> day * HOURS_PER_DAY + local.getHour();
            case DAY -> day;
            case WEEK -> Math.floorDiv(day - FIRST_MONDAY, DAYS_PER_WEEK);
            case MONTH -> local.getLong(ChronoField.PROLEPTIC_MONTH) - FIRST_MONTH;
        };
    }

    private LocalDateTime startOf(final long unit)
    {
        return switch (every)
        {
            case HOUR -> LocalDateTime.ofEpochSecond(unit * SECONDS_PER_HOUR, 0, ZoneOffset.UTC);
            case DAY -> LocalDateTime.ofEpochSecond(unit * SECONDS_PER_DAY, 0, ZoneOffset.UTC);
            case WEEK -> LocalDateTime.ofEpochSecond(
                (unit * DAYS_PER_WEEK + FIRST_MONDAY) * SECONDS_PER_DAY, 0, ZoneOffset.UTC);
            case MONTH -> EPOCH.plusMonths(unit).atStartOfDay();
        };
    }

    /** Power of two of the longest span, in nanoseconds, that is shorter than the unit: 37 min, 20 h, 6.5 d, 26 d. */
    private static int spanShiftOf(final CalendarUnit every)
    {
        return switch (every)
        {
            case HOUR -> 41;
            case DAY -> 46;
            case WEEK -> 49;
            case MONTH -> 51;
        };
    }

    private static Instant instantOf(final long timeNs)
    {
        return Instant.ofEpochSecond(Math.floorDiv(timeNs, NS_PER_SECOND), Math.floorMod(timeNs, NS_PER_SECOND));
    }

    private static long clampedNs(final Instant instant)
    {
        if (instant.isBefore(FIRST_INSTANT))
        {
            return Long.MIN_VALUE;
        }
        if (instant.isAfter(LAST_INSTANT))
        {
            return Long.MAX_VALUE;
        }
        final long second = instant.getEpochSecond();
        // In the first second of all the product alone would be out of range.
        return second < 0 ?
            (second + 1) * NS_PER_SECOND + (instant.getNano() - NS_PER_SECOND) :
            second * NS_PER_SECOND + instant.getNano();
    }
}
