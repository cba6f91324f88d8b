package io.tailrace.engine.config;

/**
 * The unit of a calendar window: key {@code windows[].every}.
 */
public enum CalendarUnit
{
    /** The hour of local time. */
    HOUR,

    /** The day, of 23 to 25 hours where clocks change. */
    DAY,

    /** The week by ISO 8601, from Monday. */
    WEEK,

    /** The month. */
    MONTH
}
