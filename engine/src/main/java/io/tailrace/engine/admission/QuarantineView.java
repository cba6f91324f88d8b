package io.tailrace.engine.admission;

/**
 * What is shown of the quarantine: how many devices are in it, how often one has entered it, and some of those that are
 * in it by name. The operators keep it up to date as devices enter and leave; whoever looks from another thread has a
 * copy.
 * <p>
 * Shown are the first {@link #CAPACITY} that found a place. A device that found none gets one with its next rejection
 * by time bounds if another has left meanwhile. Says nothing that results depend on, and is not checkpointed: after
 * {@link #clear} it is filled from the devices.
 * <p>
 * Threading: one thread. Allocation-free after construction; no call looks at more than {@link #CAPACITY} places.
 */
public final class QuarantineView
{
    /** Devices that are named at most. */
    public static final int CAPACITY = 16;

    private final long[] deviceIds = new long[CAPACITY];
    private final long[] rejections = new long[CAPACITY];
    private int shown;
    private int devices;
    private long entered;

    /**
     * Forgets all devices.
     *
     * @param enteredBefore how often a device has entered the quarantine until now.
     */
    public void clear(final long enteredBefore)
    {
        shown = 0;
        devices = 0;
        entered = enteredBefore;
    }

    /**
     * Adds a device that is in the quarantine already and was counted when it entered, as after {@link #clear}.
     *
     * @param deviceId   u64, not added before.
     * @param rejections of the device by time bounds so far.
     */
    public void onRestored(final long deviceId, final long rejections)
    {
        devices++;
        show(deviceId, rejections);
    }

    /**
     * A device has entered the quarantine.
     *
     * @param deviceId   u64, of a device that is not in it.
     * @param rejections of the device by time bounds so far, with the one for which it enters.
     */
    public void onEntered(final long deviceId, final long rejections)
    {
        entered++;
        onRestored(deviceId, rejections);
    }

    /**
     * A reading of a device in quarantine was rejected by time bounds.
     *
     * @param deviceId   u64.
     * @param rejections of the device by time bounds so far, with this one.
     */
    public void onRejected(final long deviceId, final long rejections)
    {
        final int place = placeOf(deviceId);
        if (place < shown)
        {
            this.rejections[place] = rejections;
        }
        else
        {
            show(deviceId, rejections);
        }
    }

    /**
     * A device has left the quarantine, or was forgotten in it.
     *
     * @param deviceId u64, of a device that is in it.
     */
    public void onReleased(final long deviceId)
    {
        devices--;
        final int place = placeOf(deviceId);
        if (place < shown)
        {
            shown--;
            deviceIds[place] = deviceIds[shown];
            rejections[place] = rejections[shown];
        }
    }

    /** @return devices in quarantine. */
    public int devices()
    {
        return devices;
    }

    /** @return how often a device has entered the quarantine. */
    public long entered()
    {
        return entered;
    }

    /** @return how many devices are named, at most {@link #CAPACITY}. */
    public int shown()
    {
        return shown;
    }

    /** @return a device in quarantine, u64; {@code 0 <= index < shown()}. */
    public long deviceId(final int index)
    {
        return deviceIds[index];
    }

    /** @return its rejections by time bounds; {@code 0 <= index < shown()}. */
    public long rejections(final int index)
    {
        return rejections[index];
    }

    /** Makes another view equal to this one. */
    public void copyTo(final QuarantineView other)
    {
        // Read once: a copy that is made while this is written is torn, and taken again, but must not fail.
        final int count = shown;
        System.arraycopy(deviceIds, 0, other.deviceIds, 0, count);
        System.arraycopy(rejections, 0, other.rejections, 0, count);
        other.shown = count;
        other.devices = devices;
        other.entered = entered;
    }

    private void show(final long deviceId, final long count)
    {
        if (shown < CAPACITY)
        {
            deviceIds[shown] = deviceId;
            rejections[shown] = count;
            shown++;
        }
    }

    /** Place of a device; {@code shown} if it has none. */
    private int placeOf(final long deviceId)
    {
        int place = 0;
        while (place < shown && deviceIds[place] != deviceId)
        {
            place++;
        }
        return place;
    }
}
