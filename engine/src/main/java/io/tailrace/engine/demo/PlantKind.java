package io.tailrace.engine.demo;

import io.tailrace.codec.TimeUnits;

/** The kinds of devices, how many of each a site has, and in which unit each sends its times. */
enum PlantKind
{
    /** Seconds, and says nothing about it. */
    METER("meter", 80, TimeUnits.AUTO, 1_000_000_000L),
    /** Milliseconds, likewise. */
    PUMP("pump", 24, TimeUnits.AUTO, 1_000_000L),
    /** Microseconds, and says so. */
    TANK("tank", 12, TimeUnits.MICROS, 1_000L),
    /** Nanoseconds, and says so. */
    STATION("station", 1, TimeUnits.NANOS, 1L);

    private final String text;
    private final int perSite;
    private final int timeUnit;
    private final long unitNs;

    PlantKind(final String text, final int perSite, final int timeUnit, final long unitNs)
    {
        this.text = text;
        this.perSite = perSite;
        this.timeUnit = timeUnit;
        this.unitNs = unitNs;
    }

    String text()
    {
        return text;
    }

    int perSite()
    {
        return perSite;
    }

    /** @return code in the reading. */
    int timeUnit()
    {
        return timeUnit;
    }

    /** @return nanoseconds of one unit. */
    long unitNs()
    {
        return unitNs;
    }
}
