package io.tailrace.engine;

import java.nio.charset.StandardCharsets;
import java.time.zone.ZoneRulesProvider;

import io.tailrace.codec.sbe.StartedEncoder;

/**
 * The time-zone data by which calendar windows are computed, as far as {@code Started} messages name it.
 */
final class TimeZoneData
{
    /** Every provider of time-zone data has this zone. */
    private static final String ZONE = "UTC";

    private static final int VERSION_LENGTH = StartedEncoder.tzVersionLength();

    private TimeZoneData()
    {
    }

    /** @return the version of the data of this JVM, such as {@code 2025b}, as a {@code Started} message holds it. */
    static String currentVersion()
    {
        return stored(ZoneRulesProvider.getVersions(ZONE).lastEntry().getKey());
    }

    /** @return a version as it is read back from a message: ASCII, cut to 8 characters. */
    static String stored(final String version)
    {
        final String ascii = new String(version.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
        return ascii.substring(0, Math.min(VERSION_LENGTH, ascii.length()));
    }

    /**
     * Results follow other data from here on.
     *
     * @param position journal position of the {@code Started} message that says so.
     * @param from     version before.
     * @param to       version from there on.
     */
    record Change(long position, String from, String to)
    {
    }
}
