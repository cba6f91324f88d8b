package io.tailrace.engine.time;

import java.util.Arrays;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;

/**
 * The global watermark over the sources that are not idle, exclusive: no further event is expected with event time
 * {@code < W}. See {@code engine/docs/SEMANTICS.md}, section 2.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free; {@link #onAccepted} costs one comparison unless the
 * source's greatest time grows, and then a loop over the sources.
 */
public final class WatermarkTracker
{
    /** No time, no watermark: smaller than every other. */
    public static final long NULL_TIME_NS = Long.MIN_VALUE;

    private final long outOfOrdernessNs;
    private final long idleAfterNs;
    private final int sourceCount;

    // Checkpointed.
    private final long[] maxTimeNs;
    private final boolean[] hasMaxTime;
    private final long[] emptySinceNs;
    private final boolean[] isIdle;
    private long watermarkNs = NULL_TIME_NS;
    private long engineTimeNs = NULL_TIME_NS;
    private long greatestTimeNs = NULL_TIME_NS;
    private boolean hasAnyMaxTime;
    private boolean isHeldAnew;

    /**
     * @param sourceCount      sources that the configuration names.
     * @param outOfOrdernessNs how far W stays behind the greatest time.
     * @param idleAfterNs      how long a source must be polled and empty to be left out.
     */
    public WatermarkTracker(final int sourceCount, final long outOfOrdernessNs, final long idleAfterNs)
    {
        this.sourceCount = sourceCount;
        this.outOfOrdernessNs = outOfOrdernessNs;
        this.idleAfterNs = idleAfterNs;
        maxTimeNs = new long[sourceCount];
        hasMaxTime = new boolean[sourceCount];
        emptySinceNs = new long[sourceCount];
        isIdle = new boolean[sourceCount];
        Arrays.fill(maxTimeNs, NULL_TIME_NS);
        Arrays.fill(emptySinceNs, NULL_TIME_NS);
    }

    /** Moves engine time T forward to a journalled ingest or control time. */
    public void onTime(final long timeNs)
    {
        if (timeNs > engineTimeNs)
        {
            engineTimeNs = timeNs;
        }
    }

    /** A source spoke, whatever became of its reading. */
    public void onReading(final int source)
    {
        emptySinceNs[source] = NULL_TIME_NS;
        if (isIdle[source])
        {
            isIdle[source] = false;
            // If all others are idle, W now follows this source alone.
            isHeldAnew = true;
        }
    }

    /**
     * An accepted reading was applied.
     *
     * @param effectiveTimeNs its event time, at most its ingest time where that is the reference clock.
     * @return whether W grew.
     */
    public boolean onAccepted(final int source, final long effectiveTimeNs)
    {
        if (effectiveTimeNs <= maxTimeNs[source] && hasMaxTime[source] && !isHeldAnew)
        {
            return false;
        }
        isHeldAnew = false;
        hasMaxTime[source] = true;
        maxTimeNs[source] = Math.max(maxTimeNs[source], effectiveTimeNs);
        hasAnyMaxTime = true;
        greatestTimeNs = Math.max(greatestTimeNs, effectiveTimeNs);
        return advance();
    }

    /**
     * A reading was applied that says nothing of the time.
     *
     * @return whether W grew, since its source is heard again.
     */
    public boolean onQuarantined()
    {
        if (!isHeldAnew)
        {
            return false;
        }
        isHeldAnew = false;
        return advance();
    }

    /** A tick says since when a source is polled and empty; {@link #NULL_TIME_NS}: it is not. */
    public void onEmptySince(final int source, final long sinceNs)
    {
        if (source < sourceCount)
        {
            emptySinceNs[source] = sinceNs;
        }
    }

    /**
     * A tick is complete.
     *
     * @return whether W grew.
     */
    public boolean onTick()
    {
        for (int source = 0; source < sourceCount; source++)
        {
            // Once idle, a source stays so until it speaks.
            isIdle[source] |= emptySinceNs[source] != NULL_TIME_NS &&
                SaturatingTime.subtract(engineTimeNs, emptySinceNs[source]) >= idleAfterNs;
        }
        return advance();
    }

    /** An incarnation begins: nobody has been seen idle yet. */
    public void onStarted()
    {
        Arrays.fill(emptySinceNs, NULL_TIME_NS);
        Arrays.fill(isIdle, false);
        isHeldAnew = true;
    }

    /**
     * The time up to which windows fire because of silence, after a complete tick.
     *
     * @return greatest event time + silence - out-of-orderness; {@link #NULL_TIME_NS} if there is no silence long
     *         enough.
     */
    public long silenceWatermarkNs()
    {
        final long sinceNs = silentSinceNs();
        if (sinceNs == NULL_TIME_NS || !hasAnyMaxTime)
        {
            return NULL_TIME_NS;
        }
        final long silenceNs = SaturatingTime.subtract(engineTimeNs, sinceNs);
        return silenceNs >= idleAfterNs ? silenceLimitNs(greatestTimeNs, silenceNs, outOfOrdernessNs) : NULL_TIME_NS;
    }

    /** @return the earliest engine time at which a source that is polled and empty becomes idle. */
    public long nextIdleNs()
    {
        long next = Long.MAX_VALUE;
        for (int source = 0; source < sourceCount; source++)
        {
            if (!isIdle[source] && emptySinceNs[source] != NULL_TIME_NS)
            {
                next = Math.min(next, SaturatingTime.add(emptySinceNs[source], idleAfterNs));
            }
        }
        return next;
    }

    /** @return the engine time at which the silence that lasts now fires windows that end at {@code endNs}. */
    public long silenceReachesNs(final long endNs)
    {
        final long sinceNs = silentSinceNs();
        if (sinceNs == NULL_TIME_NS || !hasAnyMaxTime || endNs == Long.MAX_VALUE)
        {
            return Long.MAX_VALUE;
        }
        final long silenceNs = SaturatingTime.add(SaturatingTime.subtract(endNs, greatestTimeNs), outOfOrdernessNs);
        return SaturatingTime.add(sinceNs, Math.max(silenceNs, idleAfterNs));
    }

    /** {@code max + silence - out-of-orderness} in the order that overflows only if the whole does. */
    static long silenceLimitNs(final long max, final long silenceNs, final long outOfOrdernessNs)
    {
        return max >= 0 ?
            SaturatingTime.add(SaturatingTime.subtract(max, outOfOrdernessNs), silenceNs) :
            SaturatingTime.subtract(SaturatingTime.add(max, silenceNs), outOfOrdernessNs);
    }

    /** Saves all. */
    public void save(final StateOutput out)
    {
        out.putLongs(maxTimeNs);
        out.putLongs(emptySinceNs);
        for (int source = 0; source < sourceCount; source++)
        {
            out.putBoolean(hasMaxTime[source]);
            out.putBoolean(isIdle[source]);
        }
        out.putLong(watermarkNs);
        out.putLong(engineTimeNs);
        out.putLong(greatestTimeNs);
        out.putBoolean(hasAnyMaxTime);
        out.putBoolean(isHeldAnew);
    }

    /** Restores all. */
    public void load(final StateInput in)
    {
        in.getLongs(maxTimeNs);
        in.getLongs(emptySinceNs);
        for (int source = 0; source < sourceCount; source++)
        {
            hasMaxTime[source] = in.getBoolean();
            isIdle[source] = in.getBoolean();
        }
        watermarkNs = in.getLong();
        engineTimeNs = in.getLong();
        greatestTimeNs = in.getLong();
        hasAnyMaxTime = in.getBoolean();
        isHeldAnew = in.getBoolean();
    }

    /** @return W, or {@link #NULL_TIME_NS}. */
    public long watermarkNs()
    {
        return watermarkNs;
    }

    /** @return T, or {@link #NULL_TIME_NS}. */
    public long engineTimeNs()
    {
        return engineTimeNs;
    }

    /** @return since when all sources are polled and empty, or {@link #NULL_TIME_NS} if one is not. */
    private long silentSinceNs()
    {
        long sinceNs = NULL_TIME_NS;
        for (int source = 0; source < sourceCount; source++)
        {
            if (emptySinceNs[source] == NULL_TIME_NS)
            {
                return NULL_TIME_NS;
            }
            sinceNs = Math.max(sinceNs, emptySinceNs[source]);
        }
        return sinceNs;
    }

    private boolean advance()
    {
        long min = Long.MAX_VALUE;
        boolean isHeld = false;
        for (int source = 0; source < sourceCount; source++)
        {
            if (hasMaxTime[source] && !isIdle[source])
            {
                min = Math.min(min, maxTimeNs[source]);
                isHeld = true;
            }
        }
        final long candidate = SaturatingTime.subtract(min, outOfOrdernessNs);
        if (isHeld && candidate > watermarkNs)
        {
            watermarkNs = candidate;
            return true;
        }
        return false;
    }
}
