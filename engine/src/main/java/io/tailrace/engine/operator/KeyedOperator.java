package io.tailrace.engine.operator;

import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import io.tailrace.engine.time.TimeToLive;
import org.agrona.UnsafeApi;

/**
 * An operator that keeps a block for each key: how its keys are found, looked up ahead, forgotten and saved. What it
 * computes is up to windows and alerts.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free once warm.
 */
public abstract class KeyedOperator implements AutoCloseable
{
    /** The reading was taken. */
    public static final int APPLIED = 0;
    /** The reading does not pass the filter. */
    public static final int FILTERED = 1;
    /** The reading comes too late to change anything. */
    public static final int LATE = 2;
    /** Its key is new and there is no room for another. */
    public static final int KEYS_EXHAUSTED = 3;
    /** A window of it is new and its key holds as many as it may. */
    public static final int PANES_EXHAUSTED = 4;
    /** How many outcomes there are. */
    public static final int OUTCOMES = 5;

    /** Nothing is known of the key of a reading. */
    public static final long UNKNOWN_KEY = KeyTable.NULL_ADDRESS;

    private static final int KEYED_BY_DEVICE = 1;
    private static final int KEYED_BY_METRIC = 2;

    protected final int operatorId;
    protected final KeyTable keys;
    protected final ResultPublisher results;

    private final String name;
    private final int keyParts;
    private final ReadingFilter filter;

    /** Of an operator whose keys are devices. */
    private DeviceKeys deviceKeys;

    /**
     * @param operatorId index among the operators of the configuration.
     * @param name       in the configuration.
     * @param key        by what results are kept apart.
     * @param filter     which readings are taken.
     * @param keys       none yet; closed with the operator.
     * @param results    where results go.
     */
    protected KeyedOperator(
        final int operatorId,
        final String name,
        final KeyKind key,
        final EventFilter filter,
        final KeyTable keys,
        final ResultPublisher results)
    {
        this.operatorId = operatorId;
        this.name = name;
        this.keyParts = keyParts(key);
        this.filter = new ReadingFilter(filter);
        this.keys = keys;
        this.results = results;
    }

    /** @return whether the key of a reading is its device alone. */
    final boolean isKeyedByDevice()
    {
        return keyParts == KEYED_BY_DEVICE;
    }

    /** Where the blocks of keys that are devices are remembered; before the first reading. */
    final void rememberIn(final DeviceKeys remembered)
    {
        deviceKeys = remembered;
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
     * Brings near what a reading will probably change, and changes nothing.
     *
     * @param block of its key, or {@link #UNKNOWN_KEY}.
     * @return something that was read, to be used so that it is read.
     */
    public final long touch(final long block)
    {
        return block == UNKNOWN_KEY ? 0 : UnsafeApi.getLong(block) + touchBlock(block);
    }

    /**
     * Forgets keys that have not been used for long and hold nothing that is still needed; after all firing of a tick,
     * and not of an operator whose keys are forgotten with their devices.
     */
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
                if (isOpen(block, watermarkNs))
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

    /** @return how many panes are outside the key blocks; only windows have any. */
    public int overflowPanes()
    {
        return 0;
    }

    /** @return where the state is, to be captured and restored. */
    public abstract List<BlockStore> blocks();

    /** Saves what is not in blocks; not while firing. */
    public abstract void save(StateOutput out);

    /** Restores what is not in blocks, and what follows from them; after them. */
    public abstract void load(StateInput in);

    @Override
    public void close()
    {
        keys.close();
    }

    /** Reads what a reading will probably change beyond the first line of a block. */
    protected abstract long touchBlock(long block);

    /** A key is about to change, and what belongs to it. */
    protected abstract void changing(long block);

    /** Whether a key holds what is still needed at a watermark. */
    protected abstract boolean isOpen(long block, long watermarkNs);

    /** Forgets a key, which is changing, and what belongs to it. */
    protected abstract void forgetKey(long block);

    /** @return whether a reading passes the filter. */
    protected final boolean isPassedBy(final long message)
    {
        return filter.isPassedBy(message);
    }

    /** @return the new block of the key of a reading; only if there is room. */
    protected final long createKey(final long message, final long engineTimeNs)
    {
        return keys.create(keyHigh(message), keyLow(message), engineTimeNs);
    }

    /** Removes a key. */
    protected final void removeKey(final long block)
    {
        if (null != deviceKeys)
        {
            deviceKeys.onKeyForgotten(KeyTable.keyHigh(block));
        }
        keys.remove(block);
    }

    /** @return bit 0: keyed by device, bit 1: by metric. */
    protected final int keyParts()
    {
        return keyParts;
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
