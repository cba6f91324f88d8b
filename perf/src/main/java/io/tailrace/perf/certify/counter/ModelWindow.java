package io.tailrace.perf.certify.counter;

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
record ModelWindow(
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
    ModelFilter filter,
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
    public ModelWindow
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
}
