package io.tailrace.engine.overload;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What is shown of the backlog, of each source and of all, as it was at most a second or so ago.
 * <p>
 * Threading: written by whoever admits backlog, one at a time; read by any.
 */
public final class BacklogView
{
    /** What {@link #etaMs} answers while lags do not fall. */
    public static final long UNKNOWN = SourceProgress.UNKNOWN;

    private static final int DEVICES = 0;
    private static final int LAG = 1;
    private static final int GREATEST_LAG = 2;
    private static final int ADMITTED = 3;
    private static final int RATE = 4;
    private static final int PROGRESS = 5;
    private static final int ETA = 6;
    private static final int FIELDS = 7;

    private static final int SLOTS = 0;
    private static final int UNTRACKED = 1;
    private static final int FIRST_CAUSE = 2;

    private final boolean[] isOn;
    private final int slotLimit;
    private final AtomicLongArray bySource;
    private final AtomicLongArray all;

    /**
     * @param isOn      for each source, whether its backlog is told from its live readings.
     * @param slotLimit slots of the ring that backlog may hold; 0: none is told.
     */
    BacklogView(final boolean[] isOn, final int slotLimit)
    {
        this.isOn = isOn.clone();
        this.slotLimit = slotLimit;
        bySource = new AtomicLongArray(isOn.length * FIELDS);
        all = new AtomicLongArray(FIRST_CAUSE + BacklogCause.values().length);
        for (int source = 0; source < isOn.length; source++)
        {
            set(source, PROGRESS, Double.doubleToRawLongBits(1));
        }
    }

    /** @return a view of an engine that does not tell backlog from live readings. */
    public static BacklogView none(final int sourceCount)
    {
        return new BacklogView(new boolean[sourceCount], 0);
    }

    /** @return whether backlog is told from live readings. */
    public boolean isOn()
    {
        return slotLimit > 0;
    }

    /** @return whether that of a source is. */
    public boolean isOn(final int source)
    {
        return isOn[source];
    }

    /** @return sources of the configuration. */
    public int sourceCount()
    {
        return isOn.length;
    }

    /** @return devices of a source that are in backlog. */
    public long devices(final int source)
    {
        return get(source, DEVICES);
    }

    /** @return how far these devices are behind, all together, in device-milliseconds. */
    public long lagMs(final int source)
    {
        return get(source, LAG);
    }

    /** @return how far they are behind on average, ms; 0 without backlog. */
    public long meanLagMs(final int source)
    {
        final long devices = devices(source);
        return devices == 0 ? 0 : lagMs(source) / devices;
    }

    /** @return how far the last of them is behind, ms; 0 without backlog. */
    public long greatestLagMs(final int source)
    {
        return get(source, GREATEST_LAG);
    }

    /** @return readings of the backlog of a source that were let in, in this run. */
    public long admitted(final int source)
    {
        return get(source, ADMITTED);
    }

    /** @return how many of them in a second, of the last ten seconds. */
    public double admittedPerSecond(final int source)
    {
        return Double.longBitsToDouble(get(source, RATE));
    }

    /** @return how much of the greatest sum of lags is worked off since the backlog began, 0 to 1; 1 without it. */
    public double progress(final int source)
    {
        return Double.longBitsToDouble(get(source, PROGRESS));
    }

    /** @return ms until the backlog of a source is worked off; 0 without backlog, {@link #UNKNOWN} while lags grow. */
    public long etaMs(final int source)
    {
        return get(source, ETA);
    }

    /** @return slots of the ring that backlog may hold. */
    public int slotLimit()
    {
        return slotLimit;
    }

    /** @return slots of the ring that backlog holds. */
    public long slots()
    {
        return all.get(SLOTS);
    }

    /** @return frames of the backlog that were let in without a place for their device, in this run. */
    public long untracked()
    {
        return all.get(UNTRACKED);
    }

    /** @return how often a frame of the backlog was told to wait in this run; each offer counts. */
    public long deferred(final BacklogCause cause)
    {
        return all.get(FIRST_CAUSE + cause.ordinal());
    }

    void show(final int source, final SourceProgress progress, final long nowMs)
    {
        set(source, DEVICES, progress.devices());
        set(source, LAG, progress.lagMs());
        set(source, GREATEST_LAG, progress.greatestLagMs(nowMs));
        set(source, ADMITTED, progress.admitted());
        set(source, RATE, Double.doubleToRawLongBits(progress.admittedPerSecond()));
        set(source, PROGRESS, Double.doubleToRawLongBits(progress.progress()));
        set(source, ETA, progress.etaMs());
    }

    void slots(final int slots)
    {
        all.lazySet(SLOTS, slots);
    }

    void onUntracked()
    {
        all.lazySet(UNTRACKED, all.getPlain(UNTRACKED) + 1);
    }

    void onDeferred(final BacklogCause cause)
    {
        final int at = FIRST_CAUSE + cause.ordinal();
        all.lazySet(at, all.getPlain(at) + 1);
    }

    private long get(final int source, final int field)
    {
        return bySource.get(source * FIELDS + field);
    }

    private void set(final int source, final int field, final long value)
    {
        bySource.lazySet(source * FIELDS + field, value);
    }
}
