package io.tailrace.engine.overload;

import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.OverloadConfig;

/**
 * What backlog is and how much of it may come in beside live readings.
 *
 * @param age        which readings are backlog.
 * @param slots      slots of the ring that backlog may hold, from 1.
 * @param perSecond  readings of the backlog a second, of all sources; 0: no limit.
 * @param burstNs    how much of that may come at once, as the time in which the rate would bring it; above 0.
 * @param maxDevices devices in backlog that are followed, from 1.
 */
record BacklogConfig(BacklogAge age, int slots, double perSecond, long burstNs, int maxDevices)
{
    /** @throws IllegalArgumentException if a value is out of its range. */
    BacklogConfig
    {
        require(slots > 0, "slots", slots, "1 or more");
        require(burstNs > 0, "burstNs", burstNs, "1 or more");
        require(maxDevices > 0, "maxDevices", maxDevices, "1 or more");
        if (!(perSecond >= 0))
        {
            throw new IllegalArgumentException("perSecond=" + perSecond + ", expected 0 or more");
        }
    }

    /**
     * What a configuration says of backlog.
     *
     * @param config of an engine.
     * @return what is backlog there; null: nothing is.
     */
    static BacklogConfig of(final EngineConfig config)
    {
        final OverloadConfig overload = config.overload();
        if (!overload.isTellingBacklog(config.eventTime(), config.sources()))
        {
            return null;
        }
        final EventTimeConfig eventTime = config.eventTime();
        // A share of what bounds live readings too: of fewer slots it would be less of the throughput.
        final int slots = overload.slotLimit(config.sources(), config.limits().ringSlots());
        return new BacklogConfig(
            new BacklogAge(overload.backlogAfterNs(), eventTime.earliestNs(), eventTime.maxAgeNs()),
            Math.max(1, (int)(slots * overload.backlogShare())),
            overload.backlogRate(),
            overload.burstNs(),
            config.limits().devices());
    }

    private static void require(final boolean isValid, final String name, final long value, final String expected)
    {
        if (!isValid)
        {
            throw new IllegalArgumentException(name + "=" + value + ", expected " + expected);
        }
    }
}
