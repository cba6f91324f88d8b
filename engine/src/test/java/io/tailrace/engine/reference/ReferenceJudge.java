package io.tailrace.engine.reference;

import java.math.BigInteger;

/**
 * What one reading alone tells: its time in nanoseconds, and whether that and its value are within bounds.
 */
final class ReferenceJudge
{
    private final ReferenceConfig config;

    ReferenceJudge(final ReferenceConfig config)
    {
        this.config = config;
    }

    /** Event time in ns of any size, or null if the unit is none. */
    BigInteger eventTimeOf(final ReferenceReading reading)
    {
        if (reading.timeUnit() < ReferenceTime.AUTO || reading.timeUnit() > ReferenceTime.NANOSECONDS)
        {
            return null;
        }
        final int unit = reading.timeUnit() != ReferenceTime.AUTO ?
            reading.timeUnit() : config.sourceUnits()[reading.source()];
        return ReferenceTime.nanoseconds(reading.eventTime(), unit);
    }

    /** The effective time of an accepted reading. */
    long effectiveTimeOf(final ReferenceReading reading, final long eventTimeNs)
    {
        return config.ingestReferenceClock() ? Math.min(eventTimeNs, reading.ingestTimeNs()) : eventTimeNs;
    }

    boolean isOld(final ReferenceReading reading, final long eventTimeNs)
    {
        return config.ingestReferenceClock() &&
            eventTimeNs < ReferenceTime.minus(reading.ingestTimeNs(), config.warnAgeNs());
    }

    /** The first reason that applies, or null. */
    ReferenceReason judge(final ReferenceReading reading, final BigInteger eventTime, final boolean hasRoomForDevice)
    {
        if (eventTime == null)
        {
            return ReferenceReason.TIME_UNIT;
        }
        if (!ReferenceTime.isLong(eventTime))
        {
            return ReferenceReason.TIME_RANGE;
        }
        if (!Double.isFinite(reading.value()))
        {
            return ReferenceReason.NOT_FINITE;
        }
        final long eventTimeNs = eventTime.longValueExact();
        if (eventTimeNs < config.earliestNs())
        {
            return ReferenceReason.BEFORE_EARLIEST;
        }
        if (config.ingestReferenceClock())
        {
            if (eventTimeNs > ReferenceTime.plus(reading.ingestTimeNs(), config.maxFutureNs()))
            {
                return ReferenceReason.FUTURE;
            }
            if (eventTimeNs < ReferenceTime.minus(reading.ingestTimeNs(), config.maxAgeNs()))
            {
                return ReferenceReason.TOO_OLD;
            }
        }
        return hasRoomForDevice ? null : ReferenceReason.DEVICES_EXHAUSTED;
    }
}
