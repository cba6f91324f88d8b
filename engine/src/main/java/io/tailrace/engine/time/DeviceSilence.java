package io.tailrace.engine.time;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;

/**
 * Finds the devices whose silence makes windows due. A device waits with one deadline, which is looked at when the
 * device may be silent for long enough, and not moved when it speaks, unless something is due earlier then. A distant
 * deadline is looked at somewhat earlier, so that small differences in delay do not make it move again and again.
 * See {@code engine/docs/SEMANTICS.md}, section 4.
 * <p>
 * Threading: one thread, the operators'. Hot path: {@link #onReading} is one comparison; a device is looked at about
 * once in {@code idle-after}. Allocation-free once warm.
 */
public final class DeviceSilence
{
    private static final int SPANS_IN_IDLE_AFTER = 16;
    private static final int SLACK_SHIFT = 3;
    private static final long MIN_SLACK_NS = 1_000_000;

    /** Windows that end when time does are only waited for from the year 2116 on. */
    private static final long LAST_TIME_NS = Long.MAX_VALUE / 2;

    private final DeviceTable devices;
    private final long outOfOrdernessNs;
    private final long idleAfterNs;

    // Derived from the devices.
    private final DeadlineQueue deadlines;

    // Checkpointed.
    private long resumedNs = DeviceTable.NULL_TIME_NS;

    /**
     * @param devices          all of them.
     * @param outOfOrdernessNs how far W of a device stays behind its greatest time.
     * @param idleAfterNs      shortest silence.
     */
    public DeviceSilence(final DeviceTable devices, final long outOfOrdernessNs, final long idleAfterNs)
    {
        this.devices = devices;
        this.outOfOrdernessNs = outOfOrdernessNs;
        this.idleAfterNs = idleAfterNs;
        deadlines = new DeadlineQueue(idleAfterNs / SPANS_IN_IDLE_AFTER, this::review);
    }

    /** The engine goes on after it was down or held up: what lay before is not silence. */
    public void onStarted(final long timeNs)
    {
        resumedNs = Math.max(resumedNs, timeNs);
    }

    /**
     * A reading of a device was accepted at engine time T.
     *
     * @return whether {@link #schedule} must be told what the device waits for.
     */
    public boolean onReading(final long device, final long engineTimeNs)
    {
        DeviceTable.lastNs(device, engineTimeNs);
        return DeviceTable.silenceDueNs(device) > SaturatingTime.add(engineTimeNs, idleAfterNs);
    }

    /**
     * Takes the next device out that has been silent for long enough by T; {@link #limitNs} tells how far its windows
     * are due, and afterwards {@link #onFired} must be told what is left.
     *
     * @return its block, or {@link DeviceTable#NULL_ADDRESS} if there is none.
     */
    public long poll(final long engineTimeNs)
    {
        while (deadlines.isDue(engineTimeNs))
        {
            final long dueNs = deadlines.firstNs();
            final long device = devices.blockOf(deadlines.number());
            deadlines.remove();
            // A deadline that was replaced by an earlier one is left over.
            if (device != DeviceTable.NULL_ADDRESS && DeviceTable.silenceDueNs(device) == dueNs)
            {
                devices.changing(device);
                final long idleNs = SaturatingTime.add(lastNs(device), idleAfterNs);
                if (idleNs <= engineTimeNs)
                {
                    return device;
                }
                schedule(device, idleNs);
            }
        }
        return DeviceTable.NULL_ADDRESS;
    }

    /** @return the end up to which windows of a silent device are due at T. */
    public long limitNs(final long device, final long engineTimeNs)
    {
        final long silenceNs = SaturatingTime.subtract(engineTimeNs, lastNs(device));
        return WatermarkTracker.silenceLimitNs(DeviceTable.maxTimeNs(device), silenceNs, outOfOrdernessNs);
    }

    /**
     * A silent device has fired what was due.
     *
     * @param nextEndNs no window that it has left ends before; {@link Long#MAX_VALUE}: it has none.
     */
    public void onFired(final long device, final long nextEndNs, final long engineTimeNs)
    {
        DeviceTable.silenceDueNs(device, Long.MAX_VALUE);
        schedule(device, nextEndNs, engineTimeNs);
    }

    /**
     * Sees to it that a device is looked at when its silence makes a window due.
     *
     * @param nextEndNs no window that it has ends before; {@link Long#MAX_VALUE}: it has none.
     */
    public void schedule(final long device, final long nextEndNs, final long engineTimeNs)
    {
        final long maxTimeNs = DeviceTable.maxTimeNs(device);
        final long silenceNs = SaturatingTime.add(SaturatingTime.subtract(nextEndNs, maxTimeNs), outOfOrdernessNs);
        final long dueNs = SaturatingTime.add(lastNs(device), Math.max(silenceNs, idleAfterNs));
        final boolean isWaiting = nextEndNs != Long.MAX_VALUE || maxTimeNs > LAST_TIME_NS && dueNs > engineTimeNs;
        if (isWaiting && dueNs < DeviceTable.silenceDueNs(device))
        {
            final long slackNs = SaturatingTime.subtract(dueNs, engineTimeNs) >> SLACK_SHIFT;
            schedule(device, slackNs < MIN_SLACK_NS ? dueNs : dueNs - slackNs);
        }
    }

    /** Saves what is not in the devices. */
    public void save(final StateOutput out)
    {
        out.putLong(resumedNs);
        deadlines.save(out);
    }

    /** Restores what is not in the devices, after them. */
    public void load(final StateInput in)
    {
        resumedNs = in.getLong();
        deadlines.load(in);
        for (int number = 0; number < devices.numbers(); number++)
        {
            final long device = devices.blockOf(number);
            if (device != DeviceTable.NULL_ADDRESS && DeviceTable.silenceDueNs(device) != Long.MAX_VALUE)
            {
                deadlines.add(DeviceTable.silenceDueNs(device), devices.created(device), number, 0);
            }
        }
    }

    /** @return no device is due before this T; {@link Long#MAX_VALUE}: none is. */
    public long firstNs()
    {
        return deadlines.firstNs();
    }

    /** @return deadlines that are kept, those included that earlier ones have replaced; for tests. */
    int deadlines()
    {
        return deadlines.size();
    }

    /** A device that has spoken meanwhile is silent later. */
    private long review(final long dueNs, final int number, final long detail)
    {
        final long device = devices.blockOf(number);
        if (device == DeviceTable.NULL_ADDRESS || DeviceTable.silenceDueNs(device) != dueNs)
        {
            return DeadlineQueue.Review.GONE;
        }
        final long idleNs = SaturatingTime.add(lastNs(device), idleAfterNs);
        if (idleNs > dueNs)
        {
            devices.changing(device);
            DeviceTable.silenceDueNs(device, idleNs);
            return idleNs;
        }
        return dueNs;
    }

    private long lastNs(final long device)
    {
        return Math.max(DeviceTable.lastNs(device), resumedNs);
    }

    private void schedule(final long device, final long dueNs)
    {
        DeviceTable.silenceDueNs(device, dueNs);
        deadlines.add(dueNs, devices.created(device), DeviceTable.number(device), 0);
    }
}
