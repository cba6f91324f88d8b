package io.tailrace.engine.config;

/**
 * How event time is cut into windows: key {@code windows[].type}.
 */
public enum WindowType
{
    /** Windows of one size, end to end. */
    TUMBLING,

    /** Windows of one size that begin every slide. */
    SLIDING,

    /** Stretches without a pause of the gap or longer. */
    SESSION,

    /** Hours, days, weeks or months of a time zone. */
    CALENDAR
}
