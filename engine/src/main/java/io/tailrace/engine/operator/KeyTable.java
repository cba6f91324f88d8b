package io.tailrace.engine.operator;

import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import io.tailrace.engine.time.TimeToLive;
import org.agrona.UnsafeApi;

/**
 * The keys of one operator: a block for each, with a header and what the operator keeps.
 * <pre>
 *    0  key high    u64   device, or 0
 *    8  key low     u64   metric, or 0
 *   16  number      i32   dense number of the block
 *   20  for the operator, 12 bytes
 *   32  used        i64   T when the key was last used, as the operator has it
 *   40  created     u64   order of creation
 *   48  for the operator, 5 bytes
 *   53  stamp       u8    of {@link BlockStore}
 *   54  for the operator
 * </pre>
 * Threading: one thread. Hot path: one look-up a reading, allocation-free.
 */
public final class KeyTable implements AutoCloseable
{
    /** No such key. */
    public static final long NULL_ADDRESS = BlockStore.NULL_ADDRESS;

    private static final int KEY_LOW = 8;
    private static final int NUMBER = 16;
    private static final int USED = 32;
    private static final int CREATED = 40;
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
    public KeyTable(final String name, final int blockLength, final int maxKeys, final long ttlNs)
    {
        blocks = new BlockStore(name, blockLength, STAMP, maxKeys, maxKeys);
        timeToLive = new TimeToLive(ttlNs, blocks::attribute);
    }

    /** @return the block of a key, or {@link #NULL_ADDRESS}. */
    public long find(final long keyHigh, final long keyLow)
    {
        return blocks.find(keyHigh, keyLow);
    }

    /** @return where the search for a key begins; until one is created. */
    public long home(final long keyHigh, final long keyLow)
    {
        return blocks.home(keyHigh, keyLow);
    }

    /** @return something that was read where the search for a key begins. */
    public long touchHome(final long home)
    {
        return blocks.touchHome(home);
    }

    /** @return as {@link #find(long, long)}, with the home of the key. */
    public long find(final long home, final long keyHigh, final long keyLow)
    {
        return blocks.find(home, keyHigh, keyLow);
    }

    /** @return whether no key can be added. */
    public boolean isFull()
    {
        return blocks.isFull();
    }

    /** @return the new block of a key, zeroes but for its header; only if {@link #isFull} does not say no. */
    public long create(final long keyHigh, final long keyLow, final long engineTimeNs)
    {
        final long block = blocks.create(keyHigh, keyLow);
        UnsafeApi.putLong(block, keyHigh);
        UnsafeApi.putLong(block + KEY_LOW, keyLow);
        UnsafeApi.putInt(block + NUMBER, blocks.numberOf(keyHigh, keyLow));
        UnsafeApi.putLong(block + USED, engineTimeNs);
        UnsafeApi.putLong(block + CREATED, created++);
        return block;
    }

    /** Begins to watch whether a new key can be forgotten. */
    public void watch(final long block)
    {
        timeToLive.onCreated(number(block), created(block), usedNs(block));
    }

    /** @return when keys are looked at. */
    public TimeToLive timeToLive()
    {
        return timeToLive;
    }

    /** A key is about to change. */
    public void changing(final long block)
    {
        blocks.changing(block, number(block));
    }

    /** Whether {@link #changing} was not called for a key since the last barrier. */
    public boolean isUnchanged(final long block)
    {
        return blocks.isUnchanged(block, number(block));
    }

    /** @return where the keys are, to be captured and restored. */
    public BlockStore blocks()
    {
        return blocks;
    }

    /** Saves what is not in the blocks. */
    public void save(final StateOutput out)
    {
        out.putLong(created);
    }

    /** Restores what is not in the blocks, after them. */
    public void load(final StateInput in)
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

    /** Removes a key. */
    public void remove(final long block)
    {
        blocks.remove(keyHigh(block), keyLow(block));
    }

    /** @return the block with a dense number. */
    public long blockOf(final int number)
    {
        return blocks.addressOf(number);
    }

    /** @return how many keys there are. */
    public int size()
    {
        return blocks.size();
    }

    @Override
    public void close()
    {
        blocks.close();
    }

    /** @return the device of a key, or 0. */
    public static long keyHigh(final long block)
    {
        return UnsafeApi.getLong(block);
    }

    /** @return the metric of a key, or 0. */
    public static long keyLow(final long block)
    {
        return UnsafeApi.getLong(block + KEY_LOW);
    }

    /** @return the dense number of a block. */
    public static int number(final long block)
    {
        return UnsafeApi.getInt(block + NUMBER);
    }

    /** @return the order of creation. */
    public static long created(final long block)
    {
        return UnsafeApi.getLong(block + CREATED);
    }

    /** @return T when a key was last used. */
    public static long usedNs(final long block)
    {
        return UnsafeApi.getLong(block + USED);
    }

    /** A key is used at T. */
    public static void usedNs(final long block, final long timeNs)
    {
        UnsafeApi.putLong(block + USED, timeNs);
    }
}
