package io.tailrace.engine.overload;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.SourceConfig;

/**
 * Lets the backlog of devices that come back in beside live readings: no more of it at once than its share of the ring,
 * no faster than its rate, one device like the other. What may not come in yet is not taken, so that its sender waits;
 * nothing is shed.
 * <pre>
 *   live reading     -------------------------------------------------&gt; ring
 *   backlog frame    --&gt; turn of its device? share? rate? --&gt; claim --&gt; ring     no: offer it again
 * </pre>
 * A device is in backlog from the first frame of it that is seen, until it has been live for {@link #LIVE_AFTER_NS}, or
 * was not seen for {@link #GONE_AFTER_NS}. Live readings in between, as from a device that sends both, do not count.
 * <p>
 * Threading: {@link BacklogAdmission}s of several threads take turns by a lock that nobody waits for; {@link
 * #onDutyCycle} by the ingress thread. Hot path: allocation-free. Memory: that of {@link BacklogDevices} and {@link
 * BacklogShare}.
 */
public final class BacklogControl
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

    private final long afterNs;
    private final int[] sourceUnits;
    private final LongSupplier freed;
    private final BacklogShare share;
    private final BacklogRate rate;
    private final BacklogDevices devices;
    private final FairQueue queue = new FairQueue();
    private final FairQueue.Head polled = queue.addHead(true);
    private final SourceProgress[] progress;
    private final long[] leastNewestMs;
    private final BacklogView view;
    private final TurnLock lock = new TurnLock();

    /** Whether any device is in backlog, and whether that is to be shown; written under the lock, read by all. */
    private volatile boolean isAny;
    private volatile boolean isBusy;

    // Under the lock.
    private long timeNs = Long.MIN_VALUE;
    private long nextLookNs = Long.MIN_VALUE;
    private long nextSweepNs = Long.MIN_VALUE;
    private int sweepCell;
    /** Finish tag of all devices that have no place: they have one turn together, so that they starve nobody. */
    private long untrackedTag;

    // By the ingress thread.
    private final boolean[] isTurned;
    private final boolean[] isPolledSource;
    private boolean isRoundTorn;

    /**
     * @param config  what is let in.
     * @param sources what each one is.
     * @param anyUnit unit code of event times of a source that names none.
     * @param freed   the last sequence of the ring that is free again.
     */
    BacklogControl(
        final BacklogConfig config, final List<SourceConfig> sources, final int anyUnit, final LongSupplier freed)
    {
        final int count = sources.size();
        afterNs = config.afterNs();
        this.freed = freed;
        share = new BacklogShare(config.slots());
        rate = new BacklogRate(config.perSecond(), config.burstNs());
        devices = new BacklogDevices(config.maxDevices());
        sourceUnits = new int[count];
        progress = new SourceProgress[count];
        final boolean[] isOn = new boolean[count];
        for (int i = 0; i < count; i++)
        {
            final int unit = sources.get(i).timeUnit();
            sourceUnits[i] = unit == TimeUnits.AUTO ? anyUnit : unit;
            progress[i] = new SourceProgress();
            isOn[i] = !sources.get(i).isCritical();
        }
        leastNewestMs = new long[count];
        Arrays.fill(leastNewestMs, Long.MAX_VALUE);
        isTurned = new boolean[count];
        isPolledSource = new boolean[count];
        view = new BacklogView(isOn, config.slots());
    }

    /**
     * The control of a configuration.
     *
     * @param config limits, sources, event time and ring.
     * @param freed  the last sequence of the ring that is free again.
     * @return null: backlog is not told from live readings.
     */
    public static BacklogControl of(final EngineConfig config, final LongSupplier freed)
    {
        final BacklogConfig backlog = BacklogConfig.of(config);
        return null == backlog ? null : new BacklogControl(
            backlog, config.sources(), config.eventTime().timeUnit(), freed);
    }

    /** @return the way in for what ingress polls from a source, before the first duty cycle; null: it is critical. */
    public BacklogAdmission polled(final int source)
    {
        if (!view.isOn(source))
        {
            return null;
        }
        isPolledSource[source] = true;
        return new BacklogAdmission(this, source, sourceUnits[source], polled, true);
    }

    /** @return the way in for a publisher of a source; null: it is critical. */
    public BacklogAdmission publisher(final int source)
    {
        if (!view.isOn(source))
        {
            return null;
        }
        // Also while ingress, which wants to enter, is held or has ended, and will not give way.
        lock.enter();
        try
        {
            return new BacklogAdmission(this, source, sourceUnits[source], queue.addHead(false), false);
        }
        finally
        {
            leave();
        }
    }

    /** @return what is shown of the backlog. */
    public BacklogView view()
    {
        return view;
    }

    /** Publishers may take the lock again; by the ingress thread, at the beginning of each duty cycle. */
    public void giveWay()
    {
        lock.giveWay();
    }

    /**
     * Goes on with rounds, devices that have left and what is shown; at the end of each duty cycle of ingress.
     *
     * @return 1 if a frame may come in now that could not before, else 0.
     */
    public int onDutyCycle(final long nowNs)
    {
        if (!isBusy || !tryEnterFirst())
        {
            return 0;
        }
        try
        {
            timeNs = Math.max(timeNs, nowNs);
            final boolean isRising = isRoundOver() && queue.onRoundEnd(timeNs);
            share.onFreed(freed.getAsLong());
            if (timeNs >= nextSweepNs)
            {
                nextSweepNs = timeNs + SWEEP_INTERVAL_NS;
                sweep(timeNs / NANOS_PER_MILLI);
            }
            if (timeNs >= nextLookNs)
            {
                nextLookNs = timeNs + LOOK_INTERVAL_NS;
                look(timeNs / NANOS_PER_MILLI);
            }
            return isRising ? 1 : 0;
        }
        finally
        {
            leave();
        }
    }

    boolean isBacklog(final long eventTimeNs, final long nowNs)
    {
        return eventTimeNs < SaturatingTime.subtract(nowNs, afterNs);
    }

    /** @return whether a device is in backlog, so that live readings must say whose they are. */
    boolean isAny()
    {
        return isAny;
    }

    boolean tryEnter()
    {
        return lock.tryEnter();
    }

    boolean tryEnterFirst()
    {
        return lock.tryEnterFirst();
    }

    void leave()
    {
        lock.leave();
    }

    /** Ingress found the lock taken: it does not know whose turn it was. */
    void onPolledWithoutLock()
    {
        isRoundTorn = true;
    }

    /** Each frame that stands first in a polled source was looked at. */
    void onTurned(final int source)
    {
        isTurned[source] = true;
    }

    /**
     * Whether a frame may come in; under the lock. Changes nothing that a frame takes: that is done when it is claimed.
     *
     * @return cause to wait, or null.
     */
    BacklogCause mayEnter(
        final FairQueue.Head head,
        final int source,
        final long deviceId,
        final long eventTimeNs,
        final int count,
        final long nowNs)
    {
        timeNs = Math.max(timeNs, nowNs);
        final int cell = onSeen(source, deviceId, eventTimeNs, timeNs / NANOS_PER_MILLI);
        final long startTag = startTag(cell);
        final BacklogCause cause = causeToWait(startTag, count);
        if (null != cause)
        {
            queue.onDeferred(head, startTag, timeNs);
            view.onDeferred(cause);
        }
        return cause;
    }

    /**
     * A frame that might enter was claimed; under the lock.
     *
     * @param last  sequence of its last slot.
     * @param slots that were claimed; 0: none was needed.
     */
    void onClaimed(
        final FairQueue.Head head, final int source, final long deviceId, final long last, final int slots)
    {
        queue.onAdmitted(head);
        if (slots == 0)
        {
            return;
        }
        final int cell = devices.find(deviceId);
        final long finishTag = startTag(cell) + slots;
        if (cell == BacklogDevices.NONE)
        {
            untrackedTag = finishTag;
            view.onUntracked();
        }
        else
        {
            devices.tag(cell, finishTag);
        }
        share.onClaimed(last, slots);
        view.slots(share.inFlight());
        rate.onAdmitted(slots, timeNs);
        progress[source].onAdmitted(slots);
    }

    /** A frame that might enter found no room in the ring: it waits; under the lock. */
    void onRefused(final FairQueue.Head head, final long deviceId)
    {
        queue.onDeferred(head, startTag(devices.find(deviceId)), timeNs);
    }

    /** A reading of a device was seen, in backlog or not; under the lock. */
    void onReading(final int source, final long deviceId, final long eventTimeNs, final long nowNs)
    {
        if (isBacklog(eventTimeNs, nowNs))
        {
            onSeen(source, deviceId, eventTimeNs, timeNs / NANOS_PER_MILLI);
        }
        else
        {
            onLive(deviceId, nowNs);
        }
    }

    /** A live reading of a device came; under the lock. */
    void onLive(final long deviceId, final long nowNs)
    {
        timeNs = Math.max(timeNs, nowNs);
        final int cell = devices.find(deviceId);
        if (cell != BacklogDevices.NONE)
        {
            devices.live(cell);
            removeIfLeft(cell, timeNs / NANOS_PER_MILLI);
        }
    }

    private BacklogCause causeToWait(final long startTag, final int count)
    {
        if (!queue.isDue(startTag))
        {
            return BacklogCause.TURN;
        }
        if (!share.hasRoom(count))
        {
            share.onFreed(freed.getAsLong());
            if (!share.hasRoom(count))
            {
                return BacklogCause.SHARE;
            }
        }
        return rate.isDue(timeNs) ? null : BacklogCause.RATE;
    }

    private long startTag(final int cell)
    {
        return queue.startTag(cell == BacklogDevices.NONE ? untrackedTag : devices.tag(cell));
    }

    /** @return the cell of the device, or {@link BacklogDevices#NONE} if there is no room for it. */
    private int onSeen(final int source, final long deviceId, final long eventTimeNs, final long nowMs)
    {
        final long timeMs = Math.max(Math.floorDiv(eventTimeNs, NANOS_PER_MILLI), nowMs - MAX_LAG_MS);
        final int cell = devices.find(deviceId);
        if (cell == BacklogDevices.NONE)
        {
            final int added = devices.add(deviceId, source, timeMs, queue.virtualTime(), nowMs);
            if (added != BacklogDevices.NONE)
            {
                progress[source].onJoined(timeMs, nowMs);
                isAny = true;
                isBusy = true;
            }
            return added;
        }
        final int before = devices.source(cell);
        final long newestMs = devices.newestMs(cell);
        if (before != source)
        {
            progress[before].onLeft(newestMs, nowMs, true);
            progress[source].onJoined(newestMs, nowMs);
        }
        if (timeMs > newestMs)
        {
            devices.newestMs(cell, timeMs);
            progress[source].onMoved(newestMs, timeMs);
        }
        devices.seen(cell, source, nowMs);
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
        progress[devices.source(cell)].onLeft(devices.newestMs(cell), nowMs, !isLive);
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
        for (int source = 0; source < progress.length; source++)
        {
            progress[source].onSwept(leastNewestMs[source]);
            leastNewestMs[source] = Long.MAX_VALUE;
        }
    }

    private void look(final long nowMs)
    {
        for (int source = 0; source < progress.length; source++)
        {
            progress[source].look(nowMs);
            view.show(source, progress[source], nowMs);
        }
        view.slots(share.inFlight());
        // What is shown last is that there is nothing left.
        isBusy = devices.size() > 0 || share.inFlight() > 0;
    }

    private boolean isRoundOver()
    {
        for (int source = 0; source < isTurned.length; source++)
        {
            if (isPolledSource[source] && !isTurned[source])
            {
                return false;
            }
        }
        Arrays.fill(isTurned, false);
        final boolean isWhole = !isRoundTorn;
        isRoundTorn = false;
        return isWhole;
    }
}
