package io.tailrace.engine;

import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.config.WindowType;

/**
 * Refuses what a configuration may say but this version does not do: better no start than other results than asked for.
 */
public final class SupportedFeatures
{
    private SupportedFeatures()
    {
    }

    /**
     * Checks a configuration.
     *
     * @throws ConfigurationException naming the first key that asks for too much.
     */
    public static void require(final EngineConfig config)
    {
        require(config.mode() == DeliveryMode.EXACTLY_ONCE, "mode", config.mode(), "exactly-once");
        requireOperators(config);
        for (int i = 0; i < config.sources().size(); i++)
        {
            final SourceConfig source = config.sources().get(i);
            require(!source.ack(), "sources[" + i + "].ack", "true", "false");
        }
    }

    /** Checks what concerns the operators alone, as {@code batch} runs them. */
    public static void requireOperators(final EngineConfig config)
    {
        require(
            config.eventTime().watermark() == WatermarkKind.GLOBAL,
            "event-time.watermark",
            config.eventTime().watermark(),
            "global");
        require(config.dedup().by() == DedupBy.NONE, "dedup.by", config.dedup().by(), "none");
        require(config.alerts().isEmpty(), "alerts", config.alerts().size() + " alerts", "none");
        for (int i = 0; i < config.windows().size(); i++)
        {
            final WindowConfig window = config.windows().get(i);
            require(window.type() == WindowType.TUMBLING, "windows[" + i + "].type", window.type(), "tumbling");
        }
    }

    private static void require(final boolean isDone, final String key, final Object found, final String expected)
    {
        if (!isDone)
        {
            throw new ConfigurationException(
                key + ": found " + found.toString().toLowerCase().replace('_', '-') + ", expected " + expected +
                " (this version does nothing else)");
        }
    }
}
