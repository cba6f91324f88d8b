package io.tailrace.engine.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.StringJoiner;

import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;

/**
 * What the outside oracle must know of a configuration, as the JSON that {@code config.py} reads. It carries the
 * reader's own understanding of the YAML to the oracle; {@code OracleConfigTest} holds that against JSON written by
 * hand.
 */
final class OracleConfig
{
    private OracleConfig()
    {
    }

    /**
     * Writes the JSON for a configuration.
     *
     * @param yaml configuration of the engine.
     * @param json file to write.
     */
    static void write(final Path yaml, final Path json) throws IOException
    {
        Files.writeString(json, of(ConfigFile.read(yaml).config()));
    }

    /** @return the JSON for a configuration, keys in the order of {@code config.py}. */
    static String of(final EngineConfig config)
    {
        final EventTimeConfig time = config.eventTime();
        final StringJoiner sources = new StringJoiner(",", "[", "]");
        for (final SourceConfig source : config.sources())
        {
            final int unit = source.timeUnit() == 0 ? time.timeUnit() : source.timeUnit();
            sources.add("{\"unit\":" + unit + "}");
        }
        final StringJoiner windows = new StringJoiner(",\n  ", "[\n  ", "]");
        for (final WindowConfig window : config.windows())
        {
            windows.add(window(window, time));
        }
        return new StringJoiner(",\n", "{\n", "}\n")
            .add(pair("outOfOrdernessNs", time.outOfOrdernessNs()))
            .add(pair("idleAfterNs", time.idleAfterNs()))
            .add(pair("earliestNs", orNull(time.earliestNs(), EventTimeConfig.NO_EARLIEST_NS)))
            .add(pair("maxFutureNs", orNull(time.maxFutureNs(), EventTimeConfig.NO_BOUND_NS)))
            .add(pair("maxAgeNs", orNull(time.maxAgeNs(), EventTimeConfig.NO_BOUND_NS)))
            .add(pair("referenceClock", quote(time.referenceClock().name().toLowerCase(Locale.ROOT))))
            .add(pair("sources", sources))
            .add(pair("maxDevices", config.limits().devices()))
            .add(pair("maxKeys", config.limits().keys()))
            .add(pair("dedup", dedup(config.dedup())))
            .add(pair("windows", windows))
            .toString();
    }

    private static String dedup(final DedupConfig dedup)
    {
        return new StringJoiner(", ", "{", "}")
            .add(pair("by", quote(dedup.by().name().toLowerCase(Locale.ROOT))))
            .add(pair("windowIds", dedup.windowIds()))
            .add(pair("ttlNs", dedup.ttlNs()))
            .add(pair("maxIds", dedup.maxIds()))
            .toString();
    }

    private static String window(final WindowConfig window, final EventTimeConfig time)
    {
        final EventFilter where = window.where();
        return new StringJoiner(", ", "{", "}")
            .add(pair("name", quote(window.name())))
            .add(pair("type", quote(window.type().name().toLowerCase(Locale.ROOT))))
            .add(pair("sizeNs", window.sizeNs()))
            .add(pair("offsetNs", window.offsetNs()))
            .add(pair("key", quote(key(window.key()))))
            .add(pair("metrics", Arrays.toString(where.metrics())))
            .add(pair("minValue", orNull(where.minValue())))
            .add(pair("maxValue", orNull(where.maxValue())))
            .add(pair("maxQuality", where.maxQuality() >= EventFilter.ANY_QUALITY ? "null" : where.maxQuality()))
            .add(pair("allowedLatenessNs", window.allowedLatenessNs()))
            .add(pair("maxPanes", window.paneBound(time)))
            .toString();
    }

    private static String key(final KeyKind key)
    {
        return switch (key)
        {
            case DEVICE -> "device";
            case DEVICE_METRIC -> "device+metric";
            case METRIC -> "metric";
            case ALL -> "all";
        };
    }

    private static String orNull(final long value, final long none)
    {
        return value == none ? "null" : Long.toString(value);
    }

    private static String orNull(final double bound)
    {
        return Double.isInfinite(bound) ? "null" : Double.toString(bound);
    }

    private static String quote(final String text)
    {
        return '"' + text + '"';
    }

    private static String pair(final String key, final Object value)
    {
        return quote(key) + ": " + value;
    }
}
