package io.tailrace.engine.config;

import java.time.ZoneId;
import java.util.Objects;

/**
 * One window operator: an element of {@code windows}. What its type does not use is 0, null, or UTC.
 *
 * @param name unique among windows and alerts; also the name of its output.
 * @param type how event time is cut.
 * @param sizeNs length of a tumbling or sliding window, ns.
 * @param slideNs distance of the starts of sliding windows, ns, at most the size.
 * @param gapNs pause that ends a session, ns.
 * @param every unit of a calendar window.
 * @param zone time zone of a calendar window.
 * @param offsetNs shift of the starts against the epoch, ns; of a calendar window against the local start of its unit.
 * @param key by what panes are kept apart.
 * @param where which events it takes.
 * @param watermark whose event time closes these windows; null: that of {@link EventTimeConfig#watermark}.
 * @param allowedLatenessNs how long after the watermark passed its end a window still takes events, ns, from 0.
 * @param panes live panes per key at most; 0: as many as {@link #paneBound(EventTimeConfig)} says.
 * @param physics what is known of the process; {@link PhysicsConfig#NONE} if nothing.
 */
public record WindowConfig(
    String name, WindowType type, long sizeNs, long slideNs, long gapNs, CalendarUnit every, ZoneId zone,
    long offsetNs, KeyKind key, EventFilter where, WatermarkKind watermark, long allowedLatenessNs, int panes,
    PhysicsConfig physics)
{
    /** The zone of a calendar window that names none. */
    public static final ZoneId UTC = ZoneId.of("UTC");

    /** Live panes per key of a session window that names no bound. */
    public static final int SESSION_PANES = 64;

    private static final long HOUR_NS = 3_600_000_000_000L;
    private static final long DAY_NS = 24 * HOUR_NS;

    public WindowConfig
    {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(physics, "physics");
    }

    /** @return a builder with every value at its default. */
    public static Builder builder()
    {
        return new Builder();
    }

    /** @return a builder that holds the values of this record. */
    public Builder toBuilder()
    {
        return new Builder()
            .name(name)
            .type(type)
            .sizeNs(sizeNs)
            .slideNs(slideNs)
            .gapNs(gapNs)
            .every(every)
            .zone(zone)
            .offsetNs(offsetNs)
            .key(key)
            .where(where)
            .watermark(watermark)
            .allowedLatenessNs(allowedLatenessNs)
            .panes(panes)
            .physics(physics);
    }

    /** @return a builder of windows of one size, end to end. */
    public static Builder tumbling(final String name, final long sizeNs)
    {
        return builder().name(name).type(WindowType.TUMBLING).sizeNs(sizeNs);
    }

    /** @return a builder of windows of one size that begin every slide. */
    public static Builder sliding(final String name, final long sizeNs, final long slideNs)
    {
        return builder().name(name).type(WindowType.SLIDING).sizeNs(sizeNs).slideNs(slideNs);
    }

    /** @return a builder of windows that end with a pause. */
    public static Builder session(final String name, final long gapNs)
    {
        return builder().name(name).type(WindowType.SESSION).gapNs(gapNs);
    }

    /** @return a builder of windows of a unit of local time. */
    public static Builder calendar(final String name, final CalendarUnit every, final ZoneId zone)
    {
        return builder().name(name).type(WindowType.CALENDAR).every(every).zone(zone);
    }

    /** @return whose event time closes these windows: {@link #watermark()} if it is set, else that of all windows. */
    public WatermarkKind watermarkKind(final EventTimeConfig eventTime)
    {
        return null == watermark ? eventTime.watermark() : watermark;
    }

    /**
     * The bound of live panes per key: {@link #panes()} if it is set, else {@code ceil((out-of-orderness +
     * allowed-lateness + max-future + size) / slide) + ceil(size / slide) + 1}, where a tumbling window slides by its
     * size and a calendar window is as long as its unit can be and slides by as little as it can, but is alone at its
     * time; 64 for sessions. The first part can be open anyway: a clock that is ahead within {@code max-future} opens
     * windows before the watermark may come to them (only with the ingest time as reference clock). A reading after a
     * pause adds the second part before it moves the watermark.
     *
     * @param eventTime where out-of-orderness comes from.
     * @return panes, from 1; saturates at {@link Integer#MAX_VALUE}.
     */
    public int paneBound(final EventTimeConfig eventTime)
    {
        if (panes != 0)
        {
            return panes;
        }

        if (type == WindowType.SESSION)
        {
            return SESSION_PANES;
        }

        final long spare = windowsPerTime() + 1;
        final long aheadNs = eventTime.referenceClock() == ReferenceClock.INGEST ? eventTime.maxFutureNs() : 0;
        final long withAhead = saturatedSum(openPanes(eventTime, aheadNs), spare);
        // Without a useful bound of the future nobody is kept from working in the present.
        final long bound =
            withAhead <= ConfigRules.MAX_PANES ? withAhead : saturatedSum(openPanes(eventTime, 0), spare);
        return (int) Math.min(bound, Integer.MAX_VALUE);
    }

    /**
     * The panes that a key has open when its events come without pause: {@link #panes()} if it is set, else
     * {@code ceil((out-of-orderness + allowed-lateness + size) / slide) + 2}.
     *
     * @param eventTime where out-of-orderness comes from.
     * @return panes, from 1; saturates at {@link Integer#MAX_VALUE}.
     */
    public int usualPanes(final EventTimeConfig eventTime)
    {
        return panes != 0 || type == WindowType.SESSION ?
            paneBound(eventTime) : (int) Math.min(saturatedSum(openPanes(eventTime, 0), 2), Integer.MAX_VALUE);
    }

    private long openPanes(final EventTimeConfig eventTime, final long aheadNs)
    {
        final long slide = Math.max(1, shortestSlideNs());
        final long behindNs = saturatedSum(eventTime.outOfOrdernessNs(), allowedLatenessNs);
        final long span = saturatedSum(saturatedSum(behindNs, aheadNs), longestSizeNs());
        return span / slide + (span % slide == 0 ? 0 : 1);
    }

    /** @return most windows that one time is in. */
    long windowsPerTime()
    {
        return type == WindowType.SLIDING ? sizeNs / slideNs + (sizeNs % slideNs == 0 ? 0 : 1) : 1;
    }

    private long longestSizeNs()
    {
        return switch (type)
        {
            case TUMBLING, SLIDING -> sizeNs;
            case SESSION -> gapNs;
            case CALENDAR -> switch (every)
            {
                case HOUR -> 2 * HOUR_NS;
                case DAY -> DAY_NS + HOUR_NS;
                case WEEK -> 7 * DAY_NS + HOUR_NS;
                case MONTH -> 31 * DAY_NS + HOUR_NS;
            };
        };
    }

    private long shortestSlideNs()
    {
        return switch (type)
        {
            case TUMBLING -> sizeNs;
            case SLIDING -> slideNs;
            case SESSION -> gapNs;
            case CALENDAR -> switch (every)
            {
                case HOUR -> HOUR_NS;
                case DAY -> DAY_NS - HOUR_NS;
                case WEEK -> 7 * DAY_NS - HOUR_NS;
                case MONTH -> 28 * DAY_NS - HOUR_NS;
            };
        };
    }

    private static long saturatedSum(final long a, final long b)
    {
        final long sum = a + b;
        return a >= 0 && b >= 0 && sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** Collects the values of {@link WindowConfig}; what is not set has its documented default. */
    public static final class Builder
    {
        private String name;
        private WindowType type = WindowType.TUMBLING;
        private long sizeNs;
        private long slideNs;
        private long gapNs;
        private CalendarUnit every;
        private ZoneId zone = UTC;
        private long offsetNs;
        private KeyKind key = KeyKind.DEVICE_METRIC;
        private EventFilter where = EventFilter.ALL;
        private WatermarkKind watermark;
        private long allowedLatenessNs;
        private int panes;
        private PhysicsConfig physics = PhysicsConfig.NONE;

        private Builder()
        {
        }

        public Builder name(final String name)
        {
            this.name = name;
            return this;
        }

        public Builder type(final WindowType type)
        {
            this.type = type;
            return this;
        }

        public Builder sizeNs(final long sizeNs)
        {
            this.sizeNs = sizeNs;
            return this;
        }

        public Builder slideNs(final long slideNs)
        {
            this.slideNs = slideNs;
            return this;
        }

        public Builder gapNs(final long gapNs)
        {
            this.gapNs = gapNs;
            return this;
        }

        public Builder every(final CalendarUnit every)
        {
            this.every = every;
            return this;
        }

        public Builder zone(final ZoneId zone)
        {
            this.zone = zone;
            return this;
        }

        public Builder offsetNs(final long offsetNs)
        {
            this.offsetNs = offsetNs;
            return this;
        }

        public Builder key(final KeyKind key)
        {
            this.key = key;
            return this;
        }

        public Builder where(final EventFilter where)
        {
            this.where = where;
            return this;
        }

        public Builder watermark(final WatermarkKind watermark)
        {
            this.watermark = watermark;
            return this;
        }

        public Builder allowedLatenessNs(final long allowedLatenessNs)
        {
            this.allowedLatenessNs = allowedLatenessNs;
            return this;
        }

        public Builder panes(final int panes)
        {
            this.panes = panes;
            return this;
        }

        public Builder physics(final PhysicsConfig physics)
        {
            this.physics = physics;
            return this;
        }

        /** @return the record; whether its values go together is judged by {@link EngineConfig}. */
        public WindowConfig build()
        {
            return new WindowConfig(name, type, sizeNs, slideNs, gapNs, every, zone, offsetNs, key, where,
                watermark, allowedLatenessNs, panes, physics);
        }
    }
}
