package io.tailrace.engine.retention;

import java.util.Locale;

/**
 * How full the disk budget or the file system is.
 */
public enum DiskLevel
{
    /** Below all alarms. */
    NORMAL(0),
    /** First alarm. */
    RAISED(70),
    /** Second alarm: segments are purged whatever their age, the oldest first. */
    HIGH(85),
    /** Third alarm. */
    CRITICAL(95),
    /** Ingress is stopped. */
    FULL(100);

    private final int percent;

    DiskLevel(final int percent)
    {
        this.percent = percent;
    }

    /** @return percentage of the budget from which on it holds; {@link #FULL} holds a reserve before that. */
    public int percent()
    {
        return percent;
    }

    /** @return as it is printed. */
    public String text()
    {
        return name().toLowerCase(Locale.ROOT);
    }
}
