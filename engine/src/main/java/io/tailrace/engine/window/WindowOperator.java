package io.tailrace.engine.window;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.ResultPublisher;
import org.agrona.UnsafeApi;

/**
 * Adds accepted readings to the panes of their keys and fires each window once the watermark reaches its end.
 * See {@code engine/docs/SEMANTICS.md}, sections 3 to 5.
 * <p>
 * Firing is resumable: {@link #fire} stops when the results ring is full and goes on where it stopped; meanwhile no
 * event may be applied.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free once warm.
 * Memory: see {@link PaneStore}.
 */
public final class WindowOperator implements AutoCloseable
{
    /** The reading was added to its window. */
    public static final int APPLIED = 0;
    /** The reading does not pass {@code where}. */
    public static final int FILTERED = 1;
    /** Its window takes no more events. */
    public static final int LATE = 2;
    /** Its key is new and there is no room for another. */
    public static final int KEYS_EXHAUSTED = 3;
    /** Its window is new and its key holds as many as it may. */
    public static final int PANES_EXHAUSTED = 4;
    /** How many outcomes there are. */
    public static final int OUTCOMES = 5;

    private static final int KEYED_BY_DEVICE = 1;
    private static final int KEYED_BY_METRIC = 2;

    private final int operatorId;
    private final String name;
    private final int keyParts;
    private final long[] metrics;
    private final double minValue;
    private final double maxValue;
    private final int maxQuality;
    private final WindowPolicy policy;
    private final PaneStore panes;
    private final ResultPublisher results;

    // Derived from the panes.
    private final TimerQueue timers = new TimerQueue();

    // Checkpointed, with the panes.
    private long nextRegistration;

    /**
     * @param operatorId index among the operators of the configuration.
     * @param config     a tumbling window.
     * @param eventTime  out-of-orderness, for the bound of panes.
     * @param maxKeys    most keys.
     * @param results    where firings go.
     */
    public WindowOperator(
        final int operatorId,
        final WindowConfig config,
        final EventTimeConfig eventTime,
        final int maxKeys,
        final ResultPublisher results)
    {
        this.operatorId = operatorId;
        this.results = results;
        name = config.name();
        keyParts = keyParts(config.key());
        metrics = config.where().metrics();
        minValue = config.where().minValue();
        maxValue = config.where().maxValue();
        maxQuality = config.where().maxQuality();
        policy = new WindowPolicy(config.sizeNs(), config.offsetNs(), config.allowedLatenessNs());
        panes = new PaneStore(name, policy, maxKeys, config.paneBound(eventTime));
    }

    /**
     * Applies one accepted reading. Needs room for one result.
     *
     * @param message     address of the reading.
     * @param timeNs      its event time, epoch ns.
     * @param watermarkNs W before this reading.
     * @return one of the outcomes above.
     */
    public int onReading(final long message, final long timeNs, final long watermarkNs)
    {
        final long metric = UnsafeApi.getInt(message + MessageLayout.READING_METRIC_OFFSET) & 0xFFFF_FFFFL;
        final double value = UnsafeApi.getDouble(message + MessageLayout.READING_VALUE_OFFSET);
        if (!isTaken(message, metric, value))
        {
            return FILTERED;
        }
        policy.find(timeNs);
        final long endNs = policy.endNs();
        if (policy.isExpired(endNs, watermarkNs))
        {
            return LATE;
        }

        final long keyHigh = (keyParts & KEYED_BY_DEVICE) == 0 ?
            0 : UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET);
        final long keyLow = (keyParts & KEYED_BY_METRIC) == 0 ? 0 : metric;
        long block = panes.findKey(keyHigh, keyLow);
        if (block == PaneStore.NULL_ADDRESS)
        {
            block = panes.createKey(keyHigh, keyLow);
            if (block == PaneStore.NULL_ADDRESS)
            {
                return KEYS_EXHAUSTED;
            }
        }
        long pane = panes.findPane(block, policy.startNs(), policy.index());
        if (pane == PaneStore.NULL_ADDRESS)
        {
            pane = openPane(block, endNs, watermarkNs);
            if (pane == PaneStore.NULL_ADDRESS)
            {
                return PANES_EXHAUSTED;
            }
        }
        Pane.add(pane, timeNs, value);
        if (policy.isEnded(endNs, watermarkNs) || Pane.firings(pane) != 0)
        {
            emit(block, pane, Timing.LATE);
        }
        return APPLIED;
    }

    /**
     * Brings near what a reading will change if it falls into the window of the last one. Changes nothing.
     *
     * @return something that was read, to be used so that it is read.
     */
    public long touch(final long message)
    {
        final long keyHigh = (keyParts & KEYED_BY_DEVICE) == 0 ?
            0 : UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET);
        final long keyLow = (keyParts & KEYED_BY_METRIC) == 0 ?
            0 : UnsafeApi.getInt(message + MessageLayout.READING_METRIC_OFFSET) & 0xFFFF_FFFFL;
        return panes.touch(keyHigh, keyLow, policy.index());
    }

    /**
     * Fires, on time, every pane that has not fired and whose end is not after a limit.
     *
     * @return whether all are fired; false: the results ring is full, call again.
     */
    public boolean fire(final long limitNs)
    {
        while (timers.isDue(limitNs))
        {
            final TimerQueue.Bucket bucket = timers.head();
            while (bucket.hasNext())
            {
                if (!results.hasRoom(1))
                {
                    return false;
                }
                final long block = panes.blockOf(bucket.peek());
                final long startNs = bucket.peekStartNs();
                final long pane = panes.findPane(block, startNs, policy.indexOf(startNs));
                if (Pane.firings(pane) == 0)
                {
                    emit(block, pane, Timing.ON_TIME);
                }
                bucket.advance();
            }
            timers.removeHead();
        }
        return true;
    }

    /** Forgets what takes no more events. Only when nothing is left to {@link #fire}. */
    public void expire(final long watermarkNs)
    {
        panes.expire(watermarkNs);
    }

    /** @return the earliest end of a window that has not fired, or {@link Long#MAX_VALUE}. */
    public long nextEndNs()
    {
        return timers.isEmpty() ? Long.MAX_VALUE : timers.headTimeNs();
    }

    /** @return the name in the configuration. */
    public String name()
    {
        return name;
    }

    /** @return how many keys there are. */
    public int keyCount()
    {
        return panes.keyCount();
    }

    /** @return how many panes have gone to the overflow store and are live. */
    public int overflowPanes()
    {
        return panes.overflowPanes();
    }

    @Override
    public void close()
    {
        panes.close();
    }

    private boolean isTaken(final long message, final long metric, final double value)
    {
        if (value < minValue || value > maxValue ||
            (UnsafeApi.getByte(message + MessageLayout.READING_QUALITY_OFFSET) & 0xFF) > maxQuality)
        {
            return false;
        }
        if (metrics.length == 0)
        {
            return true;
        }
        for (final long taken : metrics)
        {
            if (taken == metric)
            {
                return true;
            }
        }
        return false;
    }

    private long openPane(final long block, final long endNs, final long watermarkNs)
    {
        final long startNs = policy.startNs();
        final long pane = panes.createPane(block, startNs, endNs, policy.index(), nextRegistration, watermarkNs);
        if (pane != PaneStore.NULL_ADDRESS)
        {
            nextRegistration++;
            if (!policy.isEnded(endNs, watermarkNs))
            {
                timers.add(endNs, startNs, PaneStore.number(block));
            }
        }
        return pane;
    }

    private void emit(final long block, final long pane, final Timing timing)
    {
        final int revision = Pane.firings(pane);
        Pane.firings(pane, revision + 1);
        final long result = results.claim(MessageLayout.WINDOW_RESULT_HEADER, operatorId, revision, timing.code());
        UnsafeApi.putByte(result + MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET, (byte)keyParts);
        UnsafeApi.putInt(result + MessageLayout.RESULT_METRIC_OFFSET, (int)PaneStore.keyLow(block));
        UnsafeApi.putLong(result + MessageLayout.RESULT_DEVICE_ID_OFFSET, PaneStore.keyHigh(block));
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, Pane.startNs(pane));
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET, Pane.endNs(pane));
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_COUNT_OFFSET, Pane.count(pane));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_SUM_OFFSET, Pane.sum(pane));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_MIN_OFFSET, Pane.min(pane));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_MAX_OFFSET, Pane.max(pane));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_FIRST_OFFSET, Pane.first(pane));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_LAST_OFFSET, Pane.last(pane));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_M2_OFFSET, Pane.m2(pane));
        results.publish();
    }

    private static int keyParts(final KeyKind key)
    {
        return switch (key)
        {
            case DEVICE -> KEYED_BY_DEVICE;
            case METRIC -> KEYED_BY_METRIC;
            case DEVICE_METRIC -> KEYED_BY_DEVICE | KEYED_BY_METRIC;
            case ALL -> 0;
        };
    }
}
