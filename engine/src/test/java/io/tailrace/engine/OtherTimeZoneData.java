package io.tailrace.engine;

import io.tailrace.engine.config.EngineConfig;

/**
 * Engines that believe to have other time-zone data than this JVM, for tests outside this package.
 */
public final class OtherTimeZoneData
{
    private OtherTimeZoneData()
    {
    }

    /** Launches an engine that journals {@code version}. */
    public static Engine launch(final EngineConfig config, final String version)
    {
        return Engine.launch(new Engine.Context().config(config).timeZoneData(version));
    }

    /** @return the version of the data of this JVM. */
    public static String currentVersion()
    {
        return TimeZoneData.currentVersion();
    }
}
