package io.tailrace.engine.window;

import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.DeviceTable;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import io.tailrace.engine.time.TimeToLive;
import org.agrona.UnsafeApi;

/**
 * The keys of one operator: a block for each, with a header and the panes that its windows keep inline.
 * <pre>
 *    0  key high    u64   device, or 0
 *    8  key low     u64   metric, or 0
 *   16  number      i32   dense number of the block
 *   20  overflow    i32   panes outside the block
 *   24  first       i32   number of the first of them + 1; 0: none
 *   28  next key    i32   of the same device: number + 1; 0: none
 *   32  used        i64   T when the key last got a new pane
 *   40  created     u64   order of creation
 *   48  last        i32   number of the last of the panes outside the block + 1; 0: none
 *   52  for the type of window, a byte
 *   53  stamp       u8    of {@link BlockStore}
 *   56  for the type of window
 *   HEADER_LENGTH  panes of {@link Pane#LENGTH} bytes
 * </pre>
 * Threading: one thread. Hot path: one look-up a reading, allocation-free.
 */
final class KeyTable implements AutoCloseable
{
    static final long NULL_ADDRESS = BlockStore.NULL_ADDRESS;

    /** Where the fields of a type of window begin. */
    static final int TYPE_FIELDS = 56;

    /** A byte for the type of window. */
    static final int TYPE_BYTE = 52;

    private static final int KEY_LOW = 8;
    private static final int NUMBER = 16;
    private static final int OVERFLOW = 20;
    private static final int FIRST_OVERFLOW = 24;
    private static final int NEXT_KEY = 28;
    private static final int USED = 32;
    private static final int CREATED = 40;
    private static final int LAST_OVERFLOW = 48;
    private static final int STAMP = 53;

    private final BlockStore blocks;

    // Derived from the blocks.
    private final TimeToLive timeToLive;

    // Checkpointed.
    private long created;

    /**
     * @param name        of the operator.
     * @param blockLength bytes of a block, header included.
     * @param maxKeys     most keys.
     * @param ttlNs       after which a key is looked at whether it can be forgotten; {@link Long#MAX_VALUE}: never.
     */
    KeyTable(final String name, final int blockLength, final int maxKeys, final long ttlNs)
    {
        blocks = new BlockStore(name, blockLength, STAMP, maxKeys, maxKeys);
        timeToLive = new TimeToLive(ttlNs, blocks::attribute);
    }

    /** @return the block of a key, or {@link #NULL_ADDRESS}. */
    long find(final long keyHigh, final long keyLow)
    {
        return blocks.find(keyHigh, keyLow);
    }

    /** @return where the search for a key begins; until one is created. */
    long home(final long keyHigh, final long keyLow)
    {
        return blocks.home(keyHigh, keyLow);
    }

    /** @return something that was read where the search for a key begins. */
    long touchHome(final long home)
    {
        return blocks.touchHome(home);
    }

    /** @return as {@link #find(long, long)}, with the home of the key. */
    long find(final long home, final long keyHigh, final long keyLow)
    {
        return blocks.find(home, keyHigh, keyLow);
    }

    /** @return whether no key can be added. */
    boolean isFull()
    {
        return blocks.isFull();
    }

    /** @return the new block of a key, zeroes but for its header; only if {@link #isFull} does not say no. */
    long create(final long keyHigh, final long keyLow, final long engineTimeNs)
    {
        final long block = blocks.create(keyHigh, keyLow);
        UnsafeApi.putLong(block, keyHigh);
        UnsafeApi.putLong(block + KEY_LOW, keyLow);
        UnsafeApi.putInt(block + NUMBER, blocks.numberOf(keyHigh, keyLow));
        UnsafeApi.putLong(block + USED, engineTimeNs);
        UnsafeApi.putLong(block + CREATED, created++);
        return block;
    }

    /** Links a new key to its device, with which it will be forgotten. */
    void link(final long block, final long device, final int deviceOperator)
    {
        UnsafeApi.putInt(block + NEXT_KEY, DeviceTable.firstKey(device, deviceOperator));
        DeviceTable.firstKey(device, deviceOperator, number(block) + 1);
    }

    /** Begins to watch whether a new key can be forgotten. */
    void watch(final long block)
    {
        timeToLive.onCreated(number(block), created(block), usedNs(block));
    }

    /** @return when keys are looked at. */
    TimeToLive timeToLive()
    {
        return timeToLive;
    }

    /** A key is about to change. */
    void changing(final long block)
    {
        blocks.changing(block, number(block));
    }

    /** Whether {@link #changing} was not called for a key since the last barrier. */
    boolean isUnchanged(final long block)
    {
        return blocks.isUnchanged(block, number(block));
    }

    BlockStore blocks()
    {
        return blocks;
    }

    void save(final StateOutput out)
    {
        out.putLong(created);
    }

    /** Restores what is not in the blocks, after them. */
    void load(final StateInput in)
    {
        created = in.getLong();
        for (int number = 0; number < blocks.numbers(); number++)
        {
            final long block = blocks.addressOf(number);
            if (block != NULL_ADDRESS)
            {
                timeToLive.onRestored(number, created(block), blocks.attribute(number));
            }
        }
    }

    /** Removes a key, all of whose panes are gone or dead. */
    void remove(final long block)
    {
        blocks.remove(keyHigh(block), keyLow(block));
    }

    /** @return the block with a dense number. */
    long blockOf(final int number)
    {
        return blocks.addressOf(number);
    }

    int size()
    {
        return blocks.size();
    }

    @Override
    public void close()
    {
        blocks.close();
    }

    static long keyHigh(final long block)
    {
        return UnsafeApi.getLong(block);
    }

    static long keyLow(final long block)
    {
        return UnsafeApi.getLong(block + KEY_LOW);
    }

    static int number(final long block)
    {
        return UnsafeApi.getInt(block + NUMBER);
    }

    static long created(final long block)
    {
        return UnsafeApi.getLong(block + CREATED);
    }

    static int overflow(final long block)
    {
        return UnsafeApi.getInt(block + OVERFLOW);
    }

    static void overflow(final long block, final int count)
    {
        UnsafeApi.putInt(block + OVERFLOW, count);
    }

    static int firstOverflow(final long block)
    {
        return UnsafeApi.getInt(block + FIRST_OVERFLOW);
    }

    static void firstOverflow(final long block, final int number)
    {
        UnsafeApi.putInt(block + FIRST_OVERFLOW, number);
    }

    static int lastOverflow(final long block)
    {
        return UnsafeApi.getInt(block + LAST_OVERFLOW);
    }

    static void lastOverflow(final long block, final int number)
    {
        UnsafeApi.putInt(block + LAST_OVERFLOW, number);
    }

    static int nextKey(final long block)
    {
        return UnsafeApi.getInt(block + NEXT_KEY);
    }

    static long usedNs(final long block)
    {
        return UnsafeApi.getLong(block + USED);
    }

    static void usedNs(final long block, final long timeNs)
    {
        UnsafeApi.putLong(block + USED, timeNs);
    }
}
