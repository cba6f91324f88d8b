package io.tailrace.engine.window;

import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.Timing;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.ResultPublisher;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import io.tailrace.engine.time.DeadlineQueue;
import io.tailrace.engine.time.TimeToLive;
import org.agrona.UnsafeApi;

/**
 * Adds accepted readings to the panes of their keys and fires each window once the watermark reaches its end.
 * See {@code engine/docs/SEMANTICS.md}, sections 3 to 5 and 8.
 * <p>
 * Firing is resumable: {@link #fire} and {@link #fireCollected} stop when the results ring is full and go on where they
 * stopped; meanwhile no event may be applied.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free once warm.
 * Memory: a block per key with its newest panes, all bounded by {@code limits.keys} and {@code panes}, off-heap; what
 * is derived from them, timers and deadlines, on the heap.
 */
public abstract class WindowOperator implements AutoCloseable
{
    /** The reading was added to a window. */
    public static final int APPLIED = 0;
    /** The reading does not pass {@code where}. */
    public static final int FILTERED = 1;
    /** Its windows take no more events. */
    public static final int LATE = 2;
    /** Its key is new and there is no room for another. */
    public static final int KEYS_EXHAUSTED = 3;
    /** A window of it is new and its key holds as many as it may. */
    public static final int PANES_EXHAUSTED = 4;
    /** How many outcomes there are. */
    public static final int OUTCOMES = 5;

    /** Nothing is known of the key of a reading. */
    public static final long UNKNOWN_KEY = KeyTable.NULL_ADDRESS;

    /** The operator looks at the global watermark. */
    public static final int GLOBAL_WATERMARK = -1;

    private static final int KEYED_BY_DEVICE = 1;
    private static final int KEYED_BY_METRIC = 2;

    final KeyTable keys;
    final Lateness lateness;
    final int maxPanes;

    private final int operatorId;
    private final int deviceOperator;
    private final String name;
    private final int keyParts;
    private final ReadingFilter filter;
    private final ResultPublisher results;

    // Panes of devices that are due, until they have fired.
    private final DeadlineQueue collected = DeadlineQueue.ofFew();

    // Checkpointed, with the keys.
    private long nextRegistration = 1;

    WindowOperator(
        final Spec spec, final int keyBlockLength)
    {
        operatorId = spec.operatorId();
        deviceOperator = spec.deviceOperator();
        results = spec.results();
        final WindowConfig config = spec.window();
        name = config.name();
        keyParts = keyParts(config.key());
        filter = new ReadingFilter(config.where());
        lateness = new Lateness(config.allowedLatenessNs());
        maxPanes = config.paneBound(spec.eventTime());
        final int maxKeys = config.key() == KeyKind.ALL ? 1 : spec.limits().keys();
        keys = new KeyTable(name, keyBlockLength, maxKeys, spec.limits().keyTtlNs());
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
     * @return one of the outcomes above.
     */
    public final int onReading(
        final long message,
        final long known,
        final long timeNs,
        final long watermarkNs,
        final long engineTimeNs,
        final long device)
    {
        final long metric = UnsafeApi.getInt(message + MessageLayout.READING_METRIC_OFFSET) & 0xFFFF_FFFFL;
        final double value = UnsafeApi.getDouble(message + MessageLayout.READING_VALUE_OFFSET);
        if (!filter.isPassedBy(message, metric, value))
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
            block = keys.create(keyHigh(message), keyLow(message), engineTimeNs);
            onCreated(block);
            if (isByDevice())
            {
                keys.link(block, device, deviceOperator);
            }
            else
            {
                keys.watch(block);
            }
        }
        return apply(block, timeNs, value, watermarkNs, engineTimeNs, device);
    }

    /** @return where the search for the key of a reading begins; until a key is created. */
    public final long home(final long message)
    {
        return keys.home(keyHigh(message), keyLow(message));
    }

    /**
     * Brings near where the search for a key begins, and changes nothing.
     *
     * @return something that was read, to be used so that it is read.
     */
    public final long touchHome(final long home)
    {
        return keys.touchHome(home);
    }

    /** @return as {@link #find(long)}, with the home of the key. */
    public final long find(final long home, final long message)
    {
        return keys.find(home, keyHigh(message), keyLow(message));
    }

    /** @return the block of the key of a reading, or {@link #UNKNOWN_KEY}. */
    public final long find(final long message)
    {
        return keys.find(keyHigh(message), keyLow(message));
    }

    /**
     * Brings near what a reading will change if it falls into the window of the last one, and changes nothing.
     *
     * @param block of its key, or {@link #UNKNOWN_KEY}.
     * @return something that was read, to be used so that it is read.
     */
    public final long touch(final long block)
    {
        return block == UNKNOWN_KEY ? 0 : UnsafeApi.getLong(block) + touchBlock(block);
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
     * @return whether all are fired; false: the results ring is full, call again.
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
            key = KeyTable.nextKey(block);
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
     * @return whether all are fired; false: the results ring is full, call again.
     */
    public final boolean fireCollected()
    {
        while (collected.size() > 0)
        {
            if (!results.hasRoom(1))
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

    /** Forgets keys that have not been used for long and have nothing open; of a global watermark, after all firing. */
    public final void forget(final long watermarkNs, final long engineTimeNs)
    {
        final TimeToLive timeToLive = keys.timeToLive();
        for (int looks = 0; looks < TimeToLive.LOOKS_PER_TICK; looks++)
        {
            final int number = timeToLive.poll(engineTimeNs);
            if (number == TimeToLive.NONE)
            {
                return;
            }
            final long block = keys.blockOf(number);
            changing(block);
            if (!timeToLive.isUsed(KeyTable.usedNs(block), engineTimeNs))
            {
                if (hasOpenPanes(block, watermarkNs))
                {
                    timeToLive.lookAgain(engineTimeNs);
                }
                else
                {
                    forgetKey(block);
                }
            }
        }
    }

    /** @return whether a pane of a device has not fired, or takes events at a watermark. */
    public final boolean isDeviceOpen(final long device, final long watermarkNs)
    {
        for (int key = DeviceTable.firstKey(device, deviceOperator); key != 0;)
        {
            final long block = keys.blockOf(key - 1);
            if (hasOpenPanes(block, watermarkNs))
            {
                return true;
            }
            key = KeyTable.nextKey(block);
        }
        return false;
    }

    /** Forgets the keys of a device, none of whose panes is open. */
    public final void forgetDevice(final long device)
    {
        for (int key = DeviceTable.firstKey(device, deviceOperator); key != 0;)
        {
            final long block = keys.blockOf(key - 1);
            key = KeyTable.nextKey(block);
            forgetKey(block);
        }
    }

    /** @return a time before which no unfired window of a global watermark ends; {@link Long#MAX_VALUE}: none does. */
    public abstract long nextEndNs();

    /** @return T at which a key is to be looked at, or {@link Long#MAX_VALUE}. */
    public final long nextLookNs()
    {
        return keys.timeToLive().firstNs();
    }

    /** @return the name in the configuration. */
    public final String name()
    {
        return name;
    }

    /** @return how many keys there are. */
    public final int keyCount()
    {
        return keys.size();
    }

    /** @return how many panes are outside the key blocks. */
    public abstract int overflowPanes();

    @Override
    public void close()
    {
        keys.close();
    }

    /** @return where the keys and panes are, to be captured and restored. */
    public final List<BlockStore> blocks()
    {
        return stores();
    }

    /** Saves what is not in blocks; not while firing. */
    public final void save(final StateOutput out)
    {
        out.putLong(nextRegistration);
        keys.save(out);
        saveTimers(out);
    }

    /** Restores what is not in blocks, and what follows from them; after them. */
    public final void load(final StateInput in)
    {
        nextRegistration = in.getLong();
        keys.load(in);
        loadTimers(in);
        onRestored();
    }

    abstract List<BlockStore> stores();

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

    /** A key is about to change, and what belongs to it. */
    final void changing(final long block)
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

    abstract long touchBlock(long block);

    /**
     * Collects what is due of a key, none of whose unfired windows ends before {@code fromEndNs}, and returns a time
     * before which nothing that is left of it ends.
     */
    abstract long collectKey(long block, long fromEndNs, long limitNs);

    /** Fires a window if it has not fired. */
    abstract void fireOnTime(long block, long index);

    /** Whether a pane of a key has not fired, or takes events at a watermark. */
    abstract boolean hasOpenPanes(long block, long watermarkNs);

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

    final boolean hasRoom()
    {
        return results.hasRoom(1);
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
        UnsafeApi.putByte(result + MessageLayout.WINDOW_RESULT_KEY_PARTS_OFFSET, (byte)keyParts);
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

    private long keyHigh(final long message)
    {
        return (keyParts & KEYED_BY_DEVICE) == 0 ?
            0 : UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET);
    }

    private long keyLow(final long message)
    {
        return (keyParts & KEYED_BY_METRIC) == 0 ?
            0 : UnsafeApi.getInt(message + MessageLayout.READING_METRIC_OFFSET) & 0xFFFF_FFFFL;
    }

    private void forgetKey(final long block)
    {
        changing(block);
        releasePanes(block);
        keys.remove(block);
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
