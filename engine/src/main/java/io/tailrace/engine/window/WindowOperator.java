package io.tailrace.engine.window;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.KeyTable;
import io.tailrace.engine.operator.KeyedOperator;
import io.tailrace.engine.operator.ResultPublisher;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import io.tailrace.engine.time.DeadlineQueue;
import org.agrona.UnsafeApi;

/**
 * Adds accepted readings to the panes of their keys and fires each window once the watermark reaches its end.
 * See {@code engine/docs/SEMANTICS.md}, sections 3 to 5 and 8.
 * <p>
 * Firing is resumable: {@link #fire} and {@link #fireCollected} stop when the results ring is full, or a slice of
 * results is fired, and go on where they stopped; meanwhile no event may be applied.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free once warm.
 * Memory: a block per key with its newest panes, all bounded by {@code limits.keys} and {@code panes}, off-heap; what
 * is derived from them, timers and deadlines, on the heap.
 */
public abstract class WindowOperator extends KeyedOperator
{
    /** The operator looks at the global watermark. */
    public static final int GLOBAL_WATERMARK = -1;

    final Lateness lateness;
    final int maxPanes;

    private final int deviceOperator;

    // Panes of devices that are due, until they have fired.
    private final DeadlineQueue collected = DeadlineQueue.ofFew();

    // Checkpointed, with the keys.
    private long nextRegistration = 1;

    WindowOperator(
        final Spec spec, final int keyBlockLength)
    {
        super(
            spec.operatorId(),
            spec.window().name(),
            spec.window().key(),
            spec.window().where(),
            keys(spec, keyBlockLength),
            spec.results());
        deviceOperator = spec.deviceOperator();
        lateness = new Lateness(spec.window().allowedLatenessNs());
        maxPanes = spec.window().paneBound(spec.eventTime());
    }

    private static KeyTable keys(final Spec spec, final int keyBlockLength)
    {
        final int maxKeys = spec.window().key() == KeyKind.ALL ? 1 : spec.limits().keys();
        return new KeyTable(spec.window().name(), keyBlockLength, maxKeys, spec.limits().keyTtlNs());
    }

    /**
     * What an operator is made of.
     *
     * @param operatorId     index among the operators of the configuration.
     * @param deviceOperator index among those with a watermark of each device, or {@link #GLOBAL_WATERMARK}.
     * @param window         what it computes.
     * @param eventTime      out-of-orderness, for the bound of panes.
     * @param limits         most keys, and how long they live.
     * @param results        where firings go.
     */
    public record Spec(
        int operatorId,
        int deviceOperator,
        WindowConfig window,
        EventTimeConfig eventTime,
        LimitsConfig limits,
        ResultPublisher results)
    {
        /** @return whether a window looks at the watermark of the device of its key. */
        public static boolean isByDevice(final WindowConfig window, final EventTimeConfig eventTime)
        {
            return window.watermarkKind(eventTime) == WatermarkKind.DEVICE;
        }
    }

    /** @return the operator for a type of window. */
    public static WindowOperator of(final Spec spec)
    {
        return switch (spec.window().type())
        {
            case TUMBLING, CALENDAR -> new FixedWindowOperator(spec);
            case SLIDING -> new SlidingWindowOperator(spec);
            case SESSION -> new SessionWindowOperator(spec);
        };
    }

    /** @return most results that one reading can cause in a window before W moves. */
    public static int maxResultsPerReading(final WindowConfig window)
    {
        return switch (window.type())
        {
            case TUMBLING, CALENDAR -> 1;
            case SLIDING -> SlidingGrid.windowsPerTime(window);
            case SESSION -> SessionWindowOperator.MAX_RESULTS_PER_READING;
        };
    }

    /**
     * Applies one accepted reading. Needs room for {@link #maxResultsPerReading} results.
     *
     * @param message      address of the reading.
     * @param known        block of its key as {@link #find} has found it, or {@link #UNKNOWN_KEY}.
     * @param timeNs       its event time, epoch ns.
     * @param watermarkNs  {@link #watermarkNs} before this reading.
     * @param engineTimeNs T.
     * @param device       block of its device.
     * @return one of the outcomes of {@link KeyedOperator}.
     */
    public final int onReading(
        final long message,
        final long known,
        final long timeNs,
        final long watermarkNs,
        final long engineTimeNs,
        final long device)
    {
        if (!isPassedBy(message))
        {
            return FILTERED;
        }
        long block = known == UNKNOWN_KEY ? find(message) : known;
        assert block == find(message) : "looked up ahead, and not there any more";
        if (block != KeyTable.NULL_ADDRESS)
        {
            changing(block);
        }
        if (isLate(block, timeNs, watermarkNs))
        {
            return LATE;
        }
        if (block == KeyTable.NULL_ADDRESS)
        {
            if (keys.isFull())
            {
                return KEYS_EXHAUSTED;
            }
            if (panesOfNewKey() > maxPanes)
            {
                return PANES_EXHAUSTED;
            }
            block = createKey(message, engineTimeNs);
            onCreated(block);
            if (isByDevice())
            {
                WindowKey.link(block, device, deviceOperator);
            }
            else
            {
                keys.watch(block);
            }
        }
        final double value = UnsafeApi.getDouble(message + MessageLayout.READING_VALUE_OFFSET);
        return apply(block, timeNs, value, watermarkNs, engineTimeNs, device);
    }

    /** @return the watermark that this operator looks at. */
    public final long watermarkNs(final long globalWatermarkNs, final long device)
    {
        return isByDevice() ? DeviceTable.watermarkNs(device) : globalWatermarkNs;
    }

    /** @return whether this operator looks at the watermark of each device. */
    public final boolean isByDevice()
    {
        return deviceOperator != GLOBAL_WATERMARK;
    }

    /**
     * Fires, on time, every pane that has not fired and whose end is not after a limit; of an operator that looks at
     * the global watermark.
     *
     * @return whether all are fired; false: there is no room, or others have their turn; call again.
     */
    public abstract boolean fire(long limitNs);

    /**
     * Collects the panes of a device that have not fired and whose end is not after a limit, for {@link
     * #fireCollected}.
     *
     * @return whether there are any.
     */
    public final boolean collect(final long device, final long limitNs)
    {
        final long fromEndNs = DeviceTable.nextEndNs(device, deviceOperator);
        if (fromEndNs > limitNs)
        {
            return false;
        }
        final int before = collected.size();
        long nextEndNs = Long.MAX_VALUE;
        for (int key = DeviceTable.firstKey(device, deviceOperator); key != 0;)
        {
            final long block = keys.blockOf(key - 1);
            nextEndNs = Math.min(nextEndNs, collectKey(block, fromEndNs, limitNs));
            key = WindowKey.nextKey(block);
        }
        DeviceTable.nextEndNs(device, deviceOperator, nextEndNs);
        return collected.size() != before;
    }

    /** @return no pane of a device that has not fired, nor was collected, ends before this time. */
    public final long nextEndNs(final long device)
    {
        return DeviceTable.nextEndNs(device, deviceOperator);
    }

    /**
     * Fires, on time, what was collected, in the order of (end, registration number).
     *
     * @return whether all are fired; false: there is no room, or others have their turn; call again.
     */
    public final boolean fireCollected()
    {
        while (collected.size() > 0)
        {
            if (!results.mayFire())
            {
                return false;
            }
            final long block = keys.blockOf(collected.number());
            changing(block);
            fireOnTime(block, collected.detail());
            collected.remove();
        }
        return true;
    }

    /** @return whether a pane of a device has not fired, or takes events at a watermark. */
    public final boolean isDeviceOpen(final long device, final long watermarkNs)
    {
        for (int key = DeviceTable.firstKey(device, deviceOperator); key != 0;)
        {
            final long block = keys.blockOf(key - 1);
            if (isOpen(block, watermarkNs))
            {
                return true;
            }
            key = WindowKey.nextKey(block);
        }
        return false;
    }

    /** Forgets the keys of a device, none of whose panes is open. */
    public final void forgetDevice(final long device)
    {
        for (int key = DeviceTable.firstKey(device, deviceOperator); key != 0;)
        {
            final long block = keys.blockOf(key - 1);
            key = WindowKey.nextKey(block);
            forgetKey(block);
        }
    }

    /** @return a time before which no unfired window of a global watermark ends; {@link Long#MAX_VALUE}: none does. */
    public abstract long nextEndNs();

    /** @return how many panes are outside the key blocks. */
    @Override
    public abstract int overflowPanes();

    @Override
    public final void save(final StateOutput out)
    {
        out.putLong(nextRegistration);
        keys.save(out);
        saveTimers(out);
    }

    @Override
    public final void load(final StateInput in)
    {
        nextRegistration = in.getLong();
        keys.load(in);
        loadTimers(in);
        onRestored();
    }

    /** Saves what of the timers does not follow from the panes. */
    void saveTimers(final StateOutput out)
    {
    }

    /** Restores it, before {@link #onRestored}. */
    void loadTimers(final StateInput in)
    {
    }

    /** Blocks were restored: derives the rest. */
    abstract void onRestored();

    @Override
    protected final void changing(final long block)
    {
        if (keys.isUnchanged(block))
        {
            keys.changing(block);
            onFirstChange(block);
        }
    }

    /** A key is about to change for the first time since the last barrier. */
    void onFirstChange(final long block)
    {
    }

    /** A key was created. */
    void onCreated(final long block)
    {
    }

    /** Whether all windows of a time take no more events; the key may be unknown yet. */
    abstract boolean isLate(long block, long timeNs, long watermarkNs);

    /** How many windows take the reading that {@link #isLate} has just judged. */
    int panesOfNewKey()
    {
        return 1;
    }

    /** Adds a reading that {@link #isLate} has just judged not to be late. */
    abstract int apply(
        long block, long timeNs, double value, long watermarkNs, long engineTimeNs, long device);

    /**
     * Collects what is due of a key, none of whose unfired windows ends before {@code fromEndNs}, and returns a time
     * before which nothing that is left of it ends.
     */
    abstract long collectKey(long block, long fromEndNs, long limitNs);

    /** Fires a window if it has not fired. */
    abstract void fireOnTime(long block, long index);

    /** Whether a pane of a key has not fired, or takes events at a watermark. */
    @Override
    protected abstract boolean isOpen(long block, long watermarkNs);

    /** Gives back all panes of a key that are outside its block. */
    abstract void releasePanes(long block);

    final void collectPane(final long block, final long pane)
    {
        collected.add(Pane.endNs(pane), Pane.registration(pane), KeyTable.number(block), Pane.index(pane));
    }

    final long takeRegistration()
    {
        return nextRegistration++;
    }

    final boolean mayFire()
    {
        return results.mayFire();
    }

    /** A window of a device that has not fired ends then. */
    final void noteEnd(final long device, final long endNs)
    {
        if (endNs < DeviceTable.nextEndNs(device, deviceOperator))
        {
            DeviceTable.nextEndNs(device, deviceOperator, endNs);
        }
    }

    final void emit(
        final long block,
        final long aggregate,
        final long startNs,
        final long endNs,
        final int revision,
        final Timing timing)
    {
        final long result = results.claim(MessageLayout.WINDOW_RESULT_HEADER, operatorId, revision, timing.code());
        UnsafeApi.putByte(result + MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET, (byte)keyParts());
        UnsafeApi.putInt(result + MessageLayout.RESULT_METRIC_OFFSET, (int)KeyTable.keyLow(block));
        UnsafeApi.putLong(result + MessageLayout.RESULT_DEVICE_ID_OFFSET, KeyTable.keyHigh(block));
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET, startNs);
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET, endNs);
        UnsafeApi.putLong(result + MessageLayout.WINDOW_RESULT_COUNT_OFFSET, Pane.count(aggregate));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_SUM_OFFSET, Pane.sum(aggregate));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_MIN_OFFSET, Pane.min(aggregate));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_MAX_OFFSET, Pane.max(aggregate));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_FIRST_OFFSET, Pane.first(aggregate));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_LAST_OFFSET, Pane.last(aggregate));
        UnsafeApi.putDouble(result + MessageLayout.WINDOW_RESULT_M2_OFFSET, Pane.m2(aggregate));
        results.publish();
    }

    @Override
    protected final void forgetKey(final long block)
    {
        changing(block);
        releasePanes(block);
        removeKey(block);
    }
}
