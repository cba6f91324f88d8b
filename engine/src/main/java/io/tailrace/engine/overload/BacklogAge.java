package io.tailrace.engine.overload;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.config.EventTimeConfig;

/**
 * What a reading is by its age when it comes:
 * <pre>
 *     rejected   |        backlog         |      live
 *   -------------+------------------------+---------------------&gt; event time
 *      earliest, ingest time - max-age    ingest time - backlog-after
 * </pre>
 * What the operators will reject is neither: a clock that died in 1970 would wait in turn for nothing, and stand for a
 * lag of decades that nobody can work off.
 *
 * @param afterNs    a reading whose event time lies further before its ingest time is not live; from 0.
 * @param earliestNs event times before it are rejected, epoch ns; {@link EventTimeConfig#NO_EARLIEST_NS}: none.
 * @param maxAgeNs   event times further before the ingest time are rejected, from 0;
 *                   {@link EventTimeConfig#NO_BOUND_NS}: none.
 */
record BacklogAge(long afterNs, long earliestNs, long maxAgeNs)
{
    /** @throws IllegalArgumentException if a value is out of its range. */
    BacklogAge
    {
        if (afterNs < 0 || maxAgeNs < 0)
        {
            throw new IllegalArgumentException(
                "afterNs=" + afterNs + ", maxAgeNs=" + maxAgeNs + ", expected 0 or more");
        }
    }

    boolean isLive(final long eventTimeNs, final long nowNs)
    {
        return eventTimeNs >= SaturatingTime.subtract(nowNs, afterNs);
    }

    boolean isBacklog(final long eventTimeNs, final long nowNs)
    {
        return !isLive(eventTimeNs, nowNs) && eventTimeNs >= earliestNs &&
            (maxAgeNs == EventTimeConfig.NO_BOUND_NS || eventTimeNs >= SaturatingTime.subtract(nowNs, maxAgeNs));
    }
}
