package io.tailrace.engine.config;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Digest of what affects results: the FNV-1a hash of 64 bits (Fowler, Noll, Vo; RFC 9923) over a canonical text in
 * UTF-8.
 * <p>
 * A line per value, {@code path=value}, in a fixed order. Enums stand by constant name, doubles by their bits, since
 * their text differs between JDKs. The mode stands there only if it is not the default. What the engine does outside
 * its operators is left out: directories, threads, durability, ingress, checkpoints, retention, sinks, physics. So are
 * {@code tick-interval}, because ticks are journalled, and {@code warn-age}, which only counts.
 */
final class ConfigDigest
{
    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final StringBuilder text = new StringBuilder(1024);

    private ConfigDigest()
    {
    }

    static long of(final EngineConfig config)
    {
        long hash = FNV_OFFSET_BASIS;
        for (final byte b : canonicalText(config).getBytes(StandardCharsets.UTF_8))
        {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }

        return hash;
    }

    static String canonicalText(final EngineConfig config)
    {
        final ConfigDigest digest = new ConfigDigest();
        digest.line("format", 1);
        if (config.mode() != DeliveryMode.EXACTLY_ONCE)
        {
            digest.line("mode", config.mode());
        }
        digest.line("limits.devices", config.limits().devices());
        digest.line("limits.keys", config.limits().keys());
        digest.line("limits.key-ttl", config.limits().keyTtlNs());
        config.metrics().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .forEach((entry) -> digest.line("metric", entry.getValue() + " " + entry.getKey()));
        config.sources().forEach((source) -> digest.line("source", source.timeUnit() + " " + source.name()));
        digest.eventTime(config.eventTime());
        digest.line("dedup.by", config.dedup().by());
        digest.line("dedup.window-ids", config.dedup().windowIds());
        digest.line("dedup.ttl", config.dedup().ttlNs());
        digest.line("dedup.max-ids", config.dedup().maxIds());
        config.windows().forEach((window) -> digest.window(window, config.eventTime()));
        config.alerts().forEach(digest::alert);
        return digest.text.toString();
    }

    private void eventTime(final EventTimeConfig eventTime)
    {
        line("event-time.unit", eventTime.timeUnit());
        line("event-time.out-of-orderness", eventTime.outOfOrdernessNs());
        line("event-time.watermark", eventTime.watermark());
        line("event-time.idle-after", eventTime.idleAfterNs());
        line("event-time.earliest", eventTime.earliestNs());
        line("event-time.max-future", eventTime.maxFutureNs());
        line("event-time.max-age", eventTime.maxAgeNs());
        line("event-time.reference-clock", eventTime.referenceClock());
    }

    private void window(final WindowConfig window, final EventTimeConfig eventTime)
    {
        line("window", window.name());
        line("type", window.type());
        line("size", window.sizeNs());
        line("slide", window.slideNs());
        line("gap", window.gapNs());
        line("every", window.every());
        line("zone", window.zone());
        line("offset", window.offsetNs());
        line("key", window.key());
        filter(window.where());
        line("watermark", window.watermarkKind(eventTime));
        line("allowed-lateness", window.allowedLatenessNs());
        line("panes", window.paneBound(eventTime));
    }

    private void alert(final AlertConfig alert)
    {
        line("alert", alert.name());
        filter(alert.where());
        line("above", bits(alert.above()));
        line("below", bits(alert.below()));
        line("clear", bits(alert.clear()));
        line("for", alert.forNs());
        line("priority", alert.priority());
    }

    private void filter(final EventFilter filter)
    {
        line("where.metric", Arrays.toString(filter.metrics()));
        line("where.min", bits(filter.minValue()));
        line("where.max", bits(filter.maxValue()));
        line("where.quality", filter.maxQuality());
    }

    private void line(final String key, final Object value)
    {
        text.append(key).append('=');
        text.append(value instanceof Enum<?> constant ? constant.name() : String.valueOf(value));
        text.append('\n');
    }

    private static String bits(final double value)
    {
        return Long.toHexString(Double.doubleToLongBits(value));
    }
}
