package io.tailrace.engine.reference;

import java.time.ZoneId;

/**
 * One window operator. Fields that its type does not use are 0 or null.
 *
 * @param name              of the operator.
 * @param type              shape of its windows.
 * @param sizeNs            length of a tumbling or sliding window.
 * @param slideNs           distance of the starts of sliding windows, at most {@code sizeNs}.
 * @param gapNs             silence that ends a session.
 * @param unit              of a calendar window.
 * @param zone              of a calendar window.
 * @param offsetNs          shift of the starts; of calendar windows: local time of day (of the hour for hours).
 * @param key               what panes are kept apart by.
 * @param allowedLatenessNs how long after its end a window still takes events.
 * @param filter            what passes.
 * @param maxPanesPerKey    live panes that one key may hold.
 * @param watermark         which watermark lateness and firing go by.
 */
public record ReferenceWindow(
    String name,
    Type type,
    long sizeNs,
    long slideNs,
    long gapNs,
    CalendarUnit unit,
    ZoneId zone,
    long offsetNs,
    Key key,
    long allowedLatenessNs,
    ReferenceFilter filter,
    int maxPanesPerKey,
    Watermark watermark)
{
    /** Shape of windows. */
    public enum Type
    {
        /** Side by side, of one size. */
        TUMBLING,
        /** Overlapping, of one size. */
        SLIDING,
        /** As long as events follow one another closely. */
        SESSION,
        /** From one local unit start to the next. */
        CALENDAR
    }

    /** Length of calendar windows. */
    public enum CalendarUnit
    {
        /** Local hour. */
        HOUR,
        /** Local day. */
        DAY,
        /** Local week, from Monday (ISO 8601). */
        WEEK,
        /** Local month. */
        MONTH
    }

    /** What panes are kept apart by. */
    public enum Key
    {
        /** One key per device. */
        DEVICE(1),
        /** One key per device and metric. */
        DEVICE_METRIC(3),
        /** One key per metric. */
        METRIC(2),
        /** A single key. */
        ALL(0);

        private final int parts;

        Key(final int parts)
        {
            this.parts = parts;
        }

        /**
         * The parts as they stand in a result.
         *
         * @return bit 0: keyed by device, bit 1: keyed by metric.
         */
        public int parts()
        {
            return parts;
        }
    }

    /** Whose time a window goes by. */
    public enum Watermark
    {
        /** That of all sources together. */
        GLOBAL,
        /** That of the device of the key. */
        DEVICE
    }

    /** Checks what the model relies on. */
    public ReferenceWindow
    {
        final boolean isUsable = switch (type)
        {
            case TUMBLING -> sizeNs > 0;
            case SLIDING -> slideNs > 0 && slideNs <= sizeNs;
            case SESSION -> gapNs > 0;
            case CALENDAR -> unit != null && zone != null;
        };
        final boolean hasItsWatermark = watermark == Watermark.GLOBAL || (key.parts() & 1) != 0;
        if (!isUsable || !hasItsWatermark || allowedLatenessNs < 0 || maxPanesPerKey < 1)
        {
            throw new IllegalArgumentException(
                "name=" + name + " type=" + type + " size=" + sizeNs + " slide=" + slideNs + " gap=" + gapNs +
                " lateness=" + allowedLatenessNs + " panes=" + maxPanesPerKey +
                " key=" + key + " watermark=" + watermark);
        }
    }

    /**
     * A tumbling window by device and metric, by global time, without lateness or filter.
     *
     * @param name   of the operator.
     * @param sizeNs of a window.
     * @return the window.
     */
    public static ReferenceWindow tumbling(final String name, final long sizeNs)
    {
        return plain(name, Type.TUMBLING, sizeNs, 0, 0, null, null);
    }

    /**
     * A sliding window by device and metric, by global time, without lateness or filter.
     *
     * @param name    of the operator.
     * @param sizeNs  of a window.
     * @param slideNs between two starts, at most {@code sizeNs}.
     * @return the window.
     */
    public static ReferenceWindow sliding(final String name, final long sizeNs, final long slideNs)
    {
        return plain(name, Type.SLIDING, sizeNs, slideNs, 0, null, null);
    }

    /**
     * A session window by device and metric, by global time, without lateness or filter.
     *
     * @param name  of the operator.
     * @param gapNs that ends a session.
     * @return the window.
     */
    public static ReferenceWindow session(final String name, final long gapNs)
    {
        return plain(name, Type.SESSION, 0, 0, gapNs, null, null);
    }

    /**
     * A calendar window by device and metric, by global time, without lateness or filter.
     *
     * @param name of the operator.
     * @param unit of a window.
     * @param zone in which units begin.
     * @return the window.
     */
    public static ReferenceWindow calendar(final String name, final CalendarUnit unit, final ZoneId zone)
    {
        return plain(name, Type.CALENDAR, 0, 0, 0, unit, zone);
    }

    /**
     * The same with another offset.
     *
     * @param newOffsetNs shift of the starts.
     * @return the window.
     */
    public ReferenceWindow withOffset(final long newOffsetNs)
    {
        return new ReferenceWindow(name, type, sizeNs, slideNs, gapNs, unit, zone, newOffsetNs, key,
            allowedLatenessNs, filter, maxPanesPerKey, watermark);
    }

    /**
     * The same with another key.
     *
     * @param newKey what panes are kept apart by.
     * @return the window.
     */
    public ReferenceWindow withKey(final Key newKey)
    {
        return new ReferenceWindow(name, type, sizeNs, slideNs, gapNs, unit, zone, offsetNs, newKey,
            allowedLatenessNs, filter, maxPanesPerKey, watermark);
    }

    /**
     * The same with another lateness.
     *
     * @param newAllowedLatenessNs not negative.
     * @return the window.
     */
    public ReferenceWindow withLateness(final long newAllowedLatenessNs)
    {
        return new ReferenceWindow(name, type, sizeNs, slideNs, gapNs, unit, zone, offsetNs, key,
            newAllowedLatenessNs, filter, maxPanesPerKey, watermark);
    }

    /**
     * The same with another filter.
     *
     * @param newFilter what passes.
     * @return the window.
     */
    public ReferenceWindow withFilter(final ReferenceFilter newFilter)
    {
        return new ReferenceWindow(name, type, sizeNs, slideNs, gapNs, unit, zone, offsetNs, key,
            allowedLatenessNs, newFilter, maxPanesPerKey, watermark);
    }

    /**
     * The same with another bound of panes.
     *
     * @param newMaxPanesPerKey at least 1.
     * @return the window.
     */
    public ReferenceWindow withMaxPanes(final int newMaxPanesPerKey)
    {
        return new ReferenceWindow(name, type, sizeNs, slideNs, gapNs, unit, zone, offsetNs, key,
            allowedLatenessNs, filter, newMaxPanesPerKey, watermark);
    }

    /**
     * The same with another kind of watermark.
     *
     * @param newWatermark device only with a key that names the device.
     * @return the window.
     */
    public ReferenceWindow withWatermark(final Watermark newWatermark)
    {
        return new ReferenceWindow(name, type, sizeNs, slideNs, gapNs, unit, zone, offsetNs, key,
            allowedLatenessNs, filter, maxPanesPerKey, newWatermark);
    }

    private static ReferenceWindow plain(
        final String name,
        final Type type,
        final long sizeNs,
        final long slideNs,
        final long gapNs,
        final CalendarUnit unit,
        final ZoneId zone)
    {
        return new ReferenceWindow(name, type, sizeNs, slideNs, gapNs, unit, zone, 0, Key.DEVICE_METRIC,
            0, ReferenceFilter.ALL, Integer.MAX_VALUE, Watermark.GLOBAL);
    }
}
