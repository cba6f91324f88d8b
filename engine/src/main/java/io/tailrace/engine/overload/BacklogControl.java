package io.tailrace.engine.overload;

import java.util.List;
import java.util.function.LongSupplier;

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
 * Who is in backlog, and how far it is, {@link BacklogProgress} knows.
 * <p>
 * Threading: {@link BacklogAdmission}s of several threads take turns by a lock that nobody waits for; {@link
 * #onDutyCycle} by the ingress thread. Hot path: allocation-free. Memory: that of {@link BacklogDevices} and {@link
 * BacklogShare}.
 */
public final class BacklogControl
{
    private final BacklogAge age;
    private final int[] sourceUnits;
    private final LongSupplier freed;
    private final BacklogShare share;
    private final BacklogRate rate;
    private final FairQueue queue = new FairQueue();
    private final BacklogProgress progress;
    private final BacklogView view;
    private final TurnLock lock = new TurnLock();
    private final PollingRound round;

    /** Whether there is something to go on with, or to show; written under the lock, read by ingress. */
    private volatile boolean isBusy;

    // Under the lock.
    private long timeNs = Long.MIN_VALUE;
    /** Finish tag of all devices that have no place: they have one turn together, so that they starve nobody. */
    private long untrackedTag;

    /**
     * @param config  what is let in.
     * @param sources what each one is.
     * @param anyUnit unit code of event times of a source that names none.
     * @param freed   the last sequence of the ring that is free again.
     */
    BacklogControl(
        final BacklogConfig config, final List<SourceConfig> sources, final int anyUnit, final LongSupplier freed)
    {
        age = config.age();
        this.freed = freed;
        share = new BacklogShare(config.slots());
        rate = new BacklogRate(config.perSecond(), config.burstNs());
        sourceUnits = new int[sources.size()];
        final boolean[] isOn = new boolean[sources.size()];
        for (int i = 0; i < isOn.length; i++)
        {
            final int unit = sources.get(i).timeUnit();
            sourceUnits[i] = unit == TimeUnits.AUTO ? anyUnit : unit;
            isOn[i] = !sources.get(i).isCritical();
        }
        view = new BacklogView(isOn, config.slots());
        progress = new BacklogProgress(config.maxDevices(), view);
        round = new PollingRound(isOn.length);
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
        round.add(source);
        return new BacklogAdmission(this, source, sourceUnits[source], queue.polled(), true);
    }

    /** @return the way in for a publisher of a source; null: it is critical. By any thread. */
    public BacklogAdmission publisher(final int source)
    {
        return view.isOn(source) ?
            new BacklogAdmission(this, source, sourceUnits[source], FairQueue.publisher(), false) : null;
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
            final boolean isRising = round.isOver() && queue.onRoundEnd(timeNs);
            share.onFreed(freed.getAsLong());
            if (progress.onDutyCycle(timeNs))
            {
                view.slots(share.inFlight());
                // What is shown last is that there is nothing left.
                isBusy = progress.isAny() || share.inFlight() > 0;
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
        return age.isBacklog(eventTimeNs, nowNs);
    }

    /** @return whether a device is in backlog, so that live readings must say whose they are. */
    boolean isAny()
    {
        return progress.isAny();
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
        round.onTorn();
    }

    /** Each frame that stands first in a polled source was looked at. */
    void onTurned(final int source)
    {
        round.onTurned(source);
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
        final int cell = onSeen(source, deviceId, eventTimeNs, nowNs);
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
        final int cell = progress.find(deviceId);
        final long finishTag = startTag(cell) + slots;
        if (cell == BacklogDevices.NONE)
        {
            untrackedTag = finishTag;
            view.onUntracked();
        }
        else
        {
            progress.tag(cell, finishTag);
        }
        share.onClaimed(last, slots);
        view.slots(share.inFlight());
        rate.onAdmitted(slots, timeNs);
        progress.onAdmitted(source, slots);
    }

    /** A frame that might enter found no room in the ring: it waits; under the lock. */
    void onRefused(final FairQueue.Head head, final long deviceId)
    {
        queue.onDeferred(head, startTag(progress.find(deviceId)), timeNs);
    }

    /** A reading of a device was seen, in backlog, live, or neither; under the lock. */
    void onReading(final int source, final long deviceId, final long eventTimeNs, final long nowNs)
    {
        if (age.isBacklog(eventTimeNs, nowNs))
        {
            onSeen(source, deviceId, eventTimeNs, nowNs);
        }
        else if (age.isLive(eventTimeNs, nowNs))
        {
            timeNs = Math.max(timeNs, nowNs);
            progress.onLive(deviceId, timeNs);
        }
    }

    private int onSeen(final int source, final long deviceId, final long eventTimeNs, final long nowNs)
    {
        timeNs = Math.max(timeNs, nowNs);
        final int cell = progress.onSeen(source, deviceId, eventTimeNs, timeNs, queue.virtualTime());
        if (!isBusy)
        {
            isBusy = true;
        }
        return cell;
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
        return queue.startTag(cell == BacklogDevices.NONE ? untrackedTag : progress.tag(cell));
    }
}
