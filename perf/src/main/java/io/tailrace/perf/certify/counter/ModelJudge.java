package io.tailrace.perf.certify.counter;

import java.math.BigInteger;

/**
 * What one reading alone tells: its time in nanoseconds, and whether that and its value are within bounds.
 */
final class ModelJudge
{
    private final ModelConfig config;

    ModelJudge(final ModelConfig config)
    {
        this.config = config;
    }

    /** Event time in ns of any size, or null if the unit is none. */
    BigInteger eventTimeOf(final ModelReading reading)
    {
        if (reading.timeUnit() < ModelTime.AUTO || reading.timeUnit() > ModelTime.NANOSECONDS)
        {
            return null;
        }
        final int unit = reading.timeUnit() != ModelTime.AUTO ?
            reading.timeUnit() : config.sourceUnits()[reading.source()];
        return ModelTime.nanoseconds(reading.eventTime(), unit);
    }

    /** The effective time of an accepted reading. */
    long effectiveTimeOf(final ModelReading reading, final long eventTimeNs)
    {
        return config.ingestReferenceClock() ? Math.min(eventTimeNs, reading.ingestTimeNs()) : eventTimeNs;
    }

    boolean isOld(final ModelReading reading, final long eventTimeNs)
    {
        return config.ingestReferenceClock() &&
            eventTimeNs < ModelTime.minus(reading.ingestTimeNs(), config.warnAgeNs());
    }

    /** The first reason that applies, or null. */
    ModelReason judge(final ModelReading reading, final BigInteger eventTime, final boolean hasRoomForDevice)
    {
        if (eventTime == null)
        {
            return ModelReason.TIME_UNIT;
        }
        if (!ModelTime.isLong(eventTime))
        {
            return ModelReason.TIME_RANGE;
        }
        if (!Double.isFinite(reading.value()))
        {
            return ModelReason.NOT_FINITE;
        }
        final long eventTimeNs = eventTime.longValueExact();
        if (eventTimeNs < config.earliestNs())
        {
            return ModelReason.BEFORE_EARLIEST;
        }
        if (config.ingestReferenceClock())
        {
            if (eventTimeNs > ModelTime.plus(reading.ingestTimeNs(), config.maxFutureNs()))
            {
                return ModelReason.FUTURE;
            }
            if (eventTimeNs < ModelTime.minus(reading.ingestTimeNs(), config.maxAgeNs()))
            {
                return ModelReason.TOO_OLD;
            }
        }
        return hasRoomForDevice ? null : ModelReason.DEVICES_EXHAUSTED;
    }
}
