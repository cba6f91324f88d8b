package io.tailrace.engine.overload;

import java.util.Arrays;

/**
 * Who is in backlog, and how far: follows devices from the first frame of their backlog until they have been live for
 * {@link #LIVE_AFTER_NS}, or were not seen for {@link #GONE_AFTER_NS}, and shows each source as it was at the last
 * look, once a second. Live readings in between, as from a device that sends both, do not end its backlog.
 * <pre>
 *   onSeen, onLive --&gt; BacklogDevices --sweep, 512 cells a millisecond--&gt; SourceProgress --look--&gt; BacklogView
 * </pre>
 * Threading: by who has the lock of {@link BacklogControl}; {@link #isAny} by any. Hot path: allocation-free. Memory:
 * that of {@link BacklogDevices}.
 */
final class BacklogProgress
{
    /** How long after its last backlog a device that is live leaves the backlog. */
    static final long LIVE_AFTER_NS = 5_000_000_000L;

    /** How long after its last backlog a device that sends nothing leaves it. */
    static final long GONE_AFTER_NS = 300_000_000_000L;

    private static final long NANOS_PER_MILLI = 1_000_000L;
    private static final long LIVE_AFTER_MS = LIVE_AFTER_NS / NANOS_PER_MILLI;
    private static final long GONE_AFTER_MS = GONE_AFTER_NS / NANOS_PER_MILLI;
    private static final long LOOK_INTERVAL_NS = 1_000_000_000L;
    private static final long SWEEP_INTERVAL_NS = 1_000_000L;
    private static final int CELLS_PER_SWEEP = 512;

    /** No lag is taken for longer, ten years, so that the sum of all does not overflow. */
    private static final long MAX_LAG_MS = 10L * 366 * 86_400_000;

    private final BacklogDevices devices;
    private final SourceProgress[] sources;
    private final long[] leastNewestMs;
    private final BacklogView view;

    /** Written under the lock, read by all. */
    private volatile boolean isAny;

    private long nextLookNs = Long.MIN_VALUE;
    private long nextSweepNs = Long.MIN_VALUE;
    private int sweepCell;

    /**
     * @param maxDevices that are followed, from 1.
     * @param view       where it is shown, with all sources of the configuration.
     */
    BacklogProgress(final int maxDevices, final BacklogView view)
    {
        this.view = view;
        devices = new BacklogDevices(maxDevices);
        sources = new SourceProgress[view.sourceCount()];
        Arrays.setAll(sources, source -> new SourceProgress());
        leastNewestMs = new long[sources.length];
        Arrays.fill(leastNewestMs, Long.MAX_VALUE);
    }

    /** @return whether any device is in backlog. */
    boolean isAny()
    {
        return isAny;
    }

    /**
     * A reading of the backlog was seen, let in or not.
     *
     * @param nowNs engine time; never less than before.
     * @param tag   finish tag of a device that comes anew.
     * @return the cell of the device, good until the next call; {@link BacklogDevices#NONE}: there is no room for it.
     */
    int onSeen(final int source, final long deviceId, final long eventTimeNs, final long nowNs, final long tag)
    {
        final long nowMs = nowNs / NANOS_PER_MILLI;
        final long timeMs = Math.max(Math.floorDiv(eventTimeNs, NANOS_PER_MILLI), nowMs - MAX_LAG_MS);
        final int cell = devices.find(deviceId);
        if (cell == BacklogDevices.NONE)
        {
            return join(source, deviceId, timeMs, nowMs, tag);
        }
        final int before = devices.source(cell);
        final long newestMs = devices.newestMs(cell);
        if (before != source)
        {
            sources[before].onLeft(newestMs, nowMs, true);
            sources[source].onJoined(newestMs, nowMs);
        }
        if (timeMs > newestMs)
        {
            devices.newestMs(cell, timeMs);
            sources[source].onMoved(newestMs, timeMs);
        }
        devices.seen(cell, source, nowMs);
        return cell;
    }

    /** A live reading of a device came at engine time {@code nowNs}. */
    void onLive(final long deviceId, final long nowNs)
    {
        final int cell = devices.find(deviceId);
        if (cell != BacklogDevices.NONE)
        {
            devices.live(cell);
            removeIfLeft(cell, nowNs / NANOS_PER_MILLI);
        }
    }

    /** Readings of the backlog of a source were let in. */
    void onAdmitted(final int source, final int readings)
    {
        sources[source].onAdmitted(readings);
    }

    /** @return the cell of a device, or {@link BacklogDevices#NONE}. */
    int find(final long deviceId)
    {
        return devices.find(deviceId);
    }

    /** @return finish tag of the last frame of a device that was let in, see {@link FairQueue}. */
    long tag(final int cell)
    {
        return devices.tag(cell);
    }

    void tag(final int cell, final long tag)
    {
        devices.tag(cell, tag);
    }

    /**
     * Goes on with devices that have left and with what is shown.
     *
     * @return whether it looked at the sources anew.
     */
    boolean onDutyCycle(final long nowNs)
    {
        if (nowNs >= nextSweepNs)
        {
            nextSweepNs = nowNs + SWEEP_INTERVAL_NS;
            sweep(nowNs / NANOS_PER_MILLI);
        }
        final boolean isLook = nowNs >= nextLookNs;
        if (isLook)
        {
            nextLookNs = nowNs + LOOK_INTERVAL_NS;
            look(nowNs / NANOS_PER_MILLI);
        }
        return isLook;
    }

    private int join(final int source, final long deviceId, final long timeMs, final long nowMs, final long tag)
    {
        final int cell = devices.add(deviceId, source, timeMs, tag, nowMs);
        if (cell != BacklogDevices.NONE)
        {
            sources[source].onJoined(timeMs, nowMs);
            isAny = true;
        }
        return cell;
    }

    private boolean removeIfLeft(final int cell, final long nowMs)
    {
        final long awayMs = nowMs - devices.seenMs(cell);
        final boolean isLive = devices.isLive(cell) && awayMs >= LIVE_AFTER_MS;
        if (!isLive && awayMs < GONE_AFTER_MS)
        {
            return false;
        }
        sources[devices.source(cell)].onLeft(devices.newestMs(cell), nowMs, !isLive);
        devices.remove(cell);
        isAny = devices.size() > 0;
        return true;
    }

    /** Looks at some of the devices: who has left, and who is furthest behind. */
    private void sweep(final long nowMs)
    {
        for (int i = 0; i < CELLS_PER_SWEEP && sweepCell < devices.cellCount(); i++)
        {
            if (!devices.isUsed(sweepCell))
            {
                sweepCell++;
            }
            else if (!removeIfLeft(sweepCell, nowMs))
            {
                final int source = devices.source(sweepCell);
                leastNewestMs[source] = Math.min(leastNewestMs[source], devices.newestMs(sweepCell));
                sweepCell++;
            }
        }
        if (sweepCell == devices.cellCount())
        {
            onSwept();
        }
    }

    private void onSwept()
    {
        sweepCell = 0;
        for (int source = 0; source < sources.length; source++)
        {
            sources[source].onSwept(leastNewestMs[source]);
            leastNewestMs[source] = Long.MAX_VALUE;
        }
    }

    private void look(final long nowMs)
    {
        for (int source = 0; source < sources.length; source++)
        {
            sources[source].look(nowMs);
            view.show(source, sources[source], nowMs);
        }
    }
}
