package io.tailrace.engine.tail;

import java.util.Locale;

/**
 * The columns of a printed result, in their order. Numbers stand bare in JSON; ids are texts there, since a u64 does
 * not fit a JSON reader's double.
 */
public enum ResultColumn
{
    SEQUENCE(true),
    KIND(false),
    OPERATOR(false),
    DEVICE_ID(false),
    METRIC(false),
    WINDOW_START_MS(true),
    WINDOW_END_MS(true),
    COUNT(true),
    SUM(true),
    MIN(true),
    MAX(true),
    FIRST(true),
    LAST(true),
    MEAN(true),
    STDDEV(true),
    REVISION(true),
    TIMING(false),
    EVENT_ID(false),
    EVENT_TIME_MS(true),
    VALUE(true),
    REASON(false),
    LATE_BY_MS(true),
    THRESHOLD(true),
    SEVERITY(false),
    CAUSE_POSITION(true),
    EPOCH(true);

    private final boolean isNumber;

    ResultColumn(final boolean isNumber)
    {
        this.isNumber = isNumber;
    }

    /** @return whether its texts are numbers. */
    public boolean isNumber()
    {
        return isNumber;
    }

    /** @return the name in output. */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
