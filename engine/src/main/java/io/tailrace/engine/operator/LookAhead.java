package io.tailrace.engine.operator;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.dedup.Deduplication;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.DeviceTable;
import org.agrona.UnsafeApi;

/**
 * Looks up the state of a batch of messages before the first of them is processed. That of many keys does not fit into
 * the caches: asked for one after the other each miss is waited for, asked for together they overlap. A look-up is a
 * chain of two misses, index and block, so all indexes are asked for first, then all blocks (group prefetching: Chen,
 * Ailamaki, Gibbons and Mowry, "Improving Hash Join Performance through Prefetching", ICDE 2004).
 * <p>
 * Keys that are devices are not looked up themselves: the device leads to them.
 * <p>
 * What was found is kept for the processing, which so looks nothing up again. It holds until a block is removed, which
 * ends a batch; blocks that are created meanwhile are not known here and are looked up.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free.
 */
final class LookAhead
{
    /** Not of the batch. */
    static final int NONE = -1;

    /** Most messages of a batch: enough to overlap, too few to drive one another out of the nearest cache. */
    static final int CAPACITY = 32;

    private final DeviceTable devices;
    private final Deduplication dedup;
    private final KeyedOperator[] operators;

    /** By operator; null for those whose keys are not devices. */
    private final DeviceKeys[] deviceKeys;

    private final long[] messages = new long[CAPACITY];

    // Where their search begins, until they are found.
    private final long[] deviceBlocks = new long[CAPACITY];
    private final long[] keyBlocks;
    private int size;
    private int next;

    /** What was read; kept so that the reads are not optimised away. */
    private long touched;

    LookAhead(final Devices devices, final Deduplication dedup, final KeyedOperator[] operators)
    {
        this.devices = devices.table();
        this.dedup = dedup;
        this.operators = operators;
        deviceKeys = new DeviceKeys[operators.length];
        for (int i = 0; i < operators.length; i++)
        {
            if (operators[i].isKeyedByDevice())
            {
                deviceKeys[i] = devices.newDeviceKeys();
                operators[i].rememberIn(deviceKeys[i]);
            }
        }
        keyBlocks = new long[operators.length * CAPACITY];
    }

    /** Forgets what was looked up. */
    void clear()
    {
        size = 0;
        next = 0;
    }

    /** Adds a message, and asks for the indexes that lead to its state. Only readings have any. */
    void add(final long message)
    {
        if (UnsafeApi.getLong(message) != MessageLayout.READING_HEADER || size == CAPACITY)
        {
            return;
        }
        messages[size] = message;
        final long deviceHome = devices.home(UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET));
        deviceBlocks[size] = deviceHome;
        long read = devices.touchHome(deviceHome);
        for (int i = 0; i < operators.length; i++)
        {
            if (null == deviceKeys[i])
            {
                final long home = operators[i].home(message);
                keyBlocks[i * CAPACITY + size] = home;
                read += operators[i].touchHome(home);
            }
        }
        size++;
        touched = read;
    }

    /** Asks for the state of the messages that were added. */
    void find()
    {
        long read = 0;
        for (int i = 0; i < size; i++)
        {
            final long message = messages[i];
            final long entry = devices.findEntry(
                deviceBlocks[i], UnsafeApi.getLong(message + MessageLayout.READING_DEVICE_ID_OFFSET));
            final long device = entry == 0 ? DeviceTable.NULL_ADDRESS : BlockStore.addressAt(entry);
            deviceBlocks[i] = device;
            read += dedup.touch(message, device);
            if (device != DeviceTable.NULL_ADDRESS)
            {
                read += devices.touch(device);
            }
            for (int j = 0; j < operators.length; j++)
            {
                final int at = j * CAPACITY + i;
                final long block = null == deviceKeys[j] ?
                    operators[j].find(keyBlocks[at], message) : findByDevice(j, message, entry);
                keyBlocks[at] = block;
                read += operators[j].touch(block);
            }
        }
        touched = read;
    }

    /**
     * Goes on to a message that is about to be processed: the messages of a batch come in order.
     *
     * @return its index in the batch, or {@link #NONE}.
     */
    int take(final long message)
    {
        return next < size && messages[next] == message ? next++ : NONE;
    }

    /**
     * @param index of a message in the batch, or {@link #NONE}.
     * @return the block of its device, or {@link DeviceTable#NULL_ADDRESS} if it had none.
     */
    long knownDevice(final int index)
    {
        return index == NONE ? DeviceTable.NULL_ADDRESS : deviceBlocks[index];
    }

    /**
     * @param index of a message in the batch, or {@link #NONE}.
     * @return the block of its key in an operator, or {@link KeyedOperator#UNKNOWN_KEY} if it had none.
     */
    long knownKey(final int operator, final int index)
    {
        return index == NONE ? KeyedOperator.UNKNOWN_KEY : keyBlocks[operator * CAPACITY + index];
    }

    private long findByDevice(final int operator, final long message, final long deviceEntry)
    {
        if (deviceEntry == 0)
        {
            return operators[operator].find(message);
        }
        final int number = BlockStore.numberAt(deviceEntry);
        final long known = deviceKeys[operator].find(number);
        if (known != KeyedOperator.UNKNOWN_KEY)
        {
            return known;
        }
        final long block = operators[operator].find(message);
        if (block != KeyedOperator.UNKNOWN_KEY)
        {
            deviceKeys[operator].put(number, block);
        }
        return block;
    }
}
