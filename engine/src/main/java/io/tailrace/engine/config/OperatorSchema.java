package io.tailrace.engine.config;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** The part of the table of keys that describes windows and alerts. */
final class OperatorSchema
{
    static final String NAME = "a name of letters, digits, '.', '_' and '-', at most 64, the first a letter or digit";

    private static final long MIN_SLIDE_NS = 1_000;
    private static final Pattern NAME_PATTERN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern CHANNEL_PATTERN = Pattern.compile("aeron:(ipc|udp)(\\?[!-~]{1,1000})?");

    private OperatorSchema()
    {
    }

    static boolean isName(final String name)
    {
        return name != null && NAME_PATTERN.matcher(name).matches();
    }

    static boolean isChannel(final String channel)
    {
        return channel != null && CHANNEL_PATTERN.matcher(channel).matches();
    }

    static Section<WindowConfig.Builder, WindowConfig> windows()
    {
        final Section<WindowConfig.Builder, WindowConfig> section = new Section<>(WindowConfig.Builder::build);
        section.key("name", ValueTypes.TEXT, WindowConfig.Builder::name, WindowConfig::name)
            .range(OperatorSchema::isName, NAME)
            .byDefault("required")
            .means("Unique among windows and alerts, also without regard to case; names the output.");
        section.key("type", ValueTypes.constants(WindowType.class), WindowConfig.Builder::type, WindowConfig::type)
            .means("How event time is cut.");
        section.key("size", ValueTypes.DURATION, WindowConfig.Builder::sizeNs, WindowConfig::sizeNs)
            .range((duration) -> duration > 0, "a duration > 0")
            .when((window) -> window.type() == WindowType.TUMBLING || window.type() == WindowType.SLIDING,
                "type: tumbling or sliding", 0L)
            .byDefault("required")
            .means("Length of a window.");
        section.key("slide", ValueTypes.DURATION, WindowConfig.Builder::slideNs, WindowConfig::slideNs)
            .range((duration) -> duration >= MIN_SLIDE_NS, "a duration >= 1us")
            .when((window) -> window.type() == WindowType.SLIDING, "type: sliding", 0L)
            .byDefault("required")
            .means("Distance of the starts of two windows, at most the size.");
        section.key("gap", ValueTypes.DURATION, WindowConfig.Builder::gapNs, WindowConfig::gapNs)
            .range((duration) -> duration > 0, "a duration > 0")
            .when((window) -> window.type() == WindowType.SESSION, "type: session", 0L)
            .byDefault("required")
            .means("Pause that ends a session.");
        section.key("every", ValueTypes.constants(CalendarUnit.class),
            WindowConfig.Builder::every, WindowConfig::every)
            .range((unit) -> unit != null, ValueTypes.constants(CalendarUnit.class).expected())
            .when((window) -> window.type() == WindowType.CALENDAR, "type: calendar", null)
            .byDefault("required")
            .means("Unit of local time; weeks begin on Monday.");
        section.key("zone", ValueTypes.ZONE, WindowConfig.Builder::zone, WindowConfig::zone)
            .when((window) -> window.type() == WindowType.CALENDAR, "type: calendar", WindowConfig.UTC)
            .means("Time zone of the unit.");
        section.key("offset", ValueTypes.DURATION, WindowConfig.Builder::offsetNs, WindowConfig::offsetNs)
            .when((window) -> window.type() != WindowType.SESSION, "type: tumbling, sliding or calendar", 0L)
            .means("Shift of the starts: against the epoch, less than the size (sliding: the slide) either way; of " +
                "calendar windows against the local start of the unit, from 0 to less than a day (hours: an hour).");
        section.key("key", ValueTypes.constants(KeyKind.class), WindowConfig.Builder::key, WindowConfig::key)
            .means("By what results are kept apart. With `watermark: device` it must name the device.");
        section.child("where", filter(), EventFilter::builder, WindowConfig.Builder::where, WindowConfig::where)
            .means("Which events are taken.");
        section.key("watermark", ValueTypes.constants(WatermarkKind.class).or("inherit", null),
            WindowConfig.Builder::watermark, WindowConfig::watermark)
            .means("Whose event time closes these windows; `inherit`: as `event-time.watermark` says.");
        section.key("allowed-lateness", ValueTypes.DURATION,
            WindowConfig.Builder::allowedLatenessNs, WindowConfig::allowedLatenessNs)
            .range((duration) -> duration >= 0, "a duration >= 0")
            .means("How long after the watermark passed its end a window still takes events and fires again.");
        section.key("panes", ValueTypes.PANES, WindowConfig.Builder::panes, WindowConfig::panes)
            .range((count) -> count >= 0 && count <= ConfigRules.MAX_PANES, "a whole number from 1 to 1048576 or auto")
            .means("Live panes per key at most, of sliding windows at least ceil(size / slide); `auto` is " +
                "ceil((out-of-orderness + allowed-lateness + max-future + size) / slide) + ceil(size / slide) + 1 " +
                "(max-future only with `reference-clock: ingest`), for sessions 64.");
        section.child("physics", physics(), PhysicsConfig::builder, WindowConfig.Builder::physics,
            WindowConfig::physics)
            .means("What is known of the measured process; only for advice.");
        return section;
    }

    static Section<AlertConfig.Builder, AlertConfig> alerts()
    {
        final Section<AlertConfig.Builder, AlertConfig> section = new Section<>(AlertConfig.Builder::build);
        section.key("name", ValueTypes.TEXT, AlertConfig.Builder::name, AlertConfig::name)
            .range(OperatorSchema::isName, NAME)
            .byDefault("required")
            .means("Unique among windows and alerts, also without regard to case.");
        section.inline("when", condition(), (builder) -> builder)
            .means("Which events are looked at, and which raise and clear the alert.");
        section.key("for", ValueTypes.DURATION, AlertConfig.Builder::forNs, AlertConfig::forNs)
            .range((duration) -> duration >= 0, "a duration >= 0")
            .means("How long the condition must hold in event time before the alert is raised.");
        section.key("priority", ValueTypes.PRIORITY, AlertConfig.Builder::priority, AlertConfig::priority)
            .range((priority) -> priority == 0 || priority == 1, ValueTypes.PRIORITY.expected())
            .means("Critical alerts are marked critical.");
        return section;
    }

    private static Section<AlertConfig.Builder, AlertConfig> condition()
    {
        final ValueType<Double> threshold = ValueTypes.NUMBER.or("none", Double.NaN);
        final Section<AlertConfig.Builder, AlertConfig> section = new Section<>(AlertConfig.Builder::build);
        section.key("metric", ValueTypes.METRICS,
            (builder, ids) -> builder.filter((filter) -> filter.metrics(longs(ids))),
            (alert) -> ids(alert.where()))
            .range(OperatorSchema::areIds, ValueTypes.METRICS.expected())
            .means("One metric or a list of them.");
        section.key("min", ValueTypes.NUMBER.or("none", Double.NEGATIVE_INFINITY),
            (builder, value) -> builder.filter((filter) -> filter.minValue(value)),
            (alert) -> alert.where().minValue())
            .range((value) -> value < Double.POSITIVE_INFINITY, "a number or none")
            .means("Smaller values are not looked at.");
        section.key("max", ValueTypes.NUMBER.or("none", Double.POSITIVE_INFINITY),
            (builder, value) -> builder.filter((filter) -> filter.maxValue(value)),
            (alert) -> alert.where().maxValue())
            .range((value) -> value > Double.NEGATIVE_INFINITY, "a number or none")
            .means("Greater values are not looked at.");
        section.key("quality", ValueTypes.QUALITY,
            (builder, code) -> builder.filter((filter) -> filter.maxQuality(code)),
            (alert) -> alert.where().maxQuality())
            .range(OperatorSchema::isQuality, ValueTypes.QUALITY.expected())
            .means("Readings of worse quality are not looked at.");
        section.key("above", threshold, AlertConfig.Builder::above, AlertConfig::above)
            .range((value) -> !value.isInfinite(), "a number")
            .means("A value above it raises the alert. An alert has one of `above` and `below`.");
        section.key("below", threshold, AlertConfig.Builder::below, AlertConfig::below)
            .range((value) -> !value.isInfinite(), "a number")
            .means("A value below it raises the alert.");
        section.key("clear-below", threshold, AlertConfig.Builder::clear,
            (alert) -> Double.isNaN(alert.above()) ? Double.NaN : alert.clear())
            .range((value) -> !value.isInfinite(), "a number or none")
            .when((alert) -> !Double.isNaN(alert.above()), "above is given", Double.NaN)
            .means("A value below it clears the alert; `none`: a value that is not above.");
        section.key("clear-above", threshold, AlertConfig.Builder::clear,
            (alert) -> Double.isNaN(alert.below()) ? Double.NaN : alert.clear())
            .range((value) -> !value.isInfinite(), "a number or none")
            .when((alert) -> !Double.isNaN(alert.below()), "below is given", Double.NaN)
            .means("A value above it clears the alert; `none`: a value that is not below.");
        return section;
    }

    private static Section<EventFilter.Builder, EventFilter> filter()
    {
        final Section<EventFilter.Builder, EventFilter> section = new Section<>(EventFilter.Builder::build);
        section.key("metric", ValueTypes.METRICS,
            (builder, ids) -> builder.metrics(longs(ids)), OperatorSchema::ids)
            .range(OperatorSchema::areIds, ValueTypes.METRICS.expected())
            .means("One metric or a list of them.");
        section.key("min", ValueTypes.NUMBER.or("none", Double.NEGATIVE_INFINITY),
            EventFilter.Builder::minValue, EventFilter::minValue)
            .range((value) -> value < Double.POSITIVE_INFINITY, "a number or none")
            .means("Smallest value.");
        section.key("max", ValueTypes.NUMBER.or("none", Double.POSITIVE_INFINITY),
            EventFilter.Builder::maxValue, EventFilter::maxValue)
            .range((value) -> value > Double.NEGATIVE_INFINITY, "a number or none")
            .means("Greatest value.");
        section.key("quality", ValueTypes.QUALITY, EventFilter.Builder::maxQuality, EventFilter::maxQuality)
            .range(OperatorSchema::isQuality, ValueTypes.QUALITY.expected())
            .means("Worst quality that is taken: `uncertain` takes good and uncertain readings.");
        return section;
    }

    private static Section<PhysicsConfig.Builder, PhysicsConfig> physics()
    {
        final Section<PhysicsConfig.Builder, PhysicsConfig> section = new Section<>(PhysicsConfig.Builder::build);
        section.key("anomaly-duration", ValueTypes.DECLARED_DURATION,
            PhysicsConfig.Builder::anomalyDurationNs, PhysicsConfig::anomalyDurationNs)
            .range((duration) -> duration >= 0, "a duration > 0 or none")
            .means("How long the anomaly lasts that the window shall show.");
        section.key("fastest-period", ValueTypes.DECLARED_DURATION,
            PhysicsConfig.Builder::fastestPeriodNs, PhysicsConfig::fastestPeriodNs)
            .range((duration) -> duration >= 0, "a duration > 0 or none")
            .means("Period of the fastest phenomenon of interest.");
        section.key("sample-rate", ValueTypes.RATE,
            PhysicsConfig.Builder::sampleRatePerSecond, PhysicsConfig::sampleRatePerSecond)
            .range((rate) -> rate >= 0 && rate < Double.POSITIVE_INFINITY, "a rate > 0 or none")
            .means("Readings of one device and metric.");
        section.key("cycle", ValueTypes.DECLARED_DURATION, PhysicsConfig.Builder::cycleNs, PhysicsConfig::cycleNs)
            .range((duration) -> duration >= 0, "a duration > 0 or none")
            .means("Period of the machine's working cycle.");
        return section;
    }

    private static boolean isQuality(final int code)
    {
        return code >= 0 && code <= 2 || code == EventFilter.ANY_QUALITY;
    }

    private static boolean areIds(final List<Long> ids)
    {
        return ids.stream().allMatch((id) -> id >= 0 && id <= ValueTypes.MAX_METRIC_ID);
    }

    private static List<Long> ids(final EventFilter filter)
    {
        return Arrays.stream(filter.metrics()).boxed().toList();
    }

    private static long[] longs(final List<Long> ids)
    {
        return ids.stream().mapToLong(Long::longValue).toArray();
    }
}
