package io.tailrace.perf.workload;

import java.util.Arrays;

/**
 * A plain calculation of which alerts the events of a run cause, for whoever checks the engine's: a device is raised by
 * a value above one number and cleared by one below another; an event that is older than another of its device before
 * it changes nothing.
 * <p>
 * Threading: one thread. Memory: 9 bytes a device.
 */
public final class AlertModel
{
    private final double above;
    private final double clearBelow;
    private final long[] latestNs;
    private final boolean[] isRaised;
    private final AlertDigest alerts = new AlertDigest();
    private long applied;

    /**
     * @param devices    ids from 0.
     * @param above      a greater value raises.
     * @param clearBelow a smaller value clears.
     */
    public AlertModel(final int devices, final double above, final double clearBelow)
    {
        this.above = above;
        this.clearBelow = clearBelow;
        latestNs = new long[devices];
        Arrays.fill(latestNs, Long.MIN_VALUE);
        isRaised = new boolean[devices];
    }

    /**
     * Takes all events of a run.
     *
     * @param workload the events.
     * @param count    how many of them were published.
     * @param windowNs size of the windows, which the event behind them closes.
     * @return this.
     */
    public AlertModel takeAll(final ReferenceWorkload workload, final long count, final long windowNs)
    {
        for (long index = 0; index < count; index++)
        {
            final long bits = workload.bits(index);
            onEvent(index, workload.device(bits), workload.timeNs(index, bits), workload.value(bits));
        }
        onEvent(
            count,
            ReferenceWorkload.FLUSH_DEVICE,
            workload.flushNs(count, windowNs),
            ReferenceWorkload.FLUSH_VALUE);
        return this;
    }

    /** Takes the next event. */
    public void onEvent(final long eventId, final int device, final long timeNs, final double value)
    {
        if (timeNs < latestNs[device])
        {
            return;
        }
        latestNs[device] = timeNs;
        applied++;
        if (isRaised[device] ? value < clearBelow : value > above)
        {
            isRaised[device] = !isRaised[device];
            alerts.add(eventId, isRaised[device]);
        }
    }

    /** @return events that were not older than one before them. */
    public long applied()
    {
        return applied;
    }

    /** @return the alerts. */
    public AlertDigest alerts()
    {
        return alerts;
    }
}
