package io.tailrace.engine.state;

import org.agrona.BitUtil;
import org.agrona.UnsafeApi;

/**
 * Open-addressing hash index from a 16-byte key to the address and the dense number of a block.
 * <pre>
 *   entry, 32 bytes: | keyHigh 8 | keyLow 8 | address 8 (0: free) | number 8 |
 * </pre>
 * Keys lie inline, so that a hit touches one cache line. Linear probing at a load of at most one half; removal shifts
 * back, so there are no tombstones (Knuth, The Art of Computer Programming 3, 6.4, algorithm R).
 * <p>
 * Threading: one thread. Hot path: {@link #find} allocates nothing; {@link #put} only when it doubles the table.
 */
final class BlockIndex implements AutoCloseable
{
    static final int ENTRY_LENGTH = 32;

    private static final int KEY_LOW_OFFSET = 8;
    private static final int ADDRESS_OFFSET = 16;
    private static final int NUMBER_OFFSET = 24;

    private long memory;
    private long table;
    private long mask;
    private int size;

    BlockIndex(final int initialCapacity)
    {
        allocate(BitUtil.findNextPositivePowerOfTwo(Math.max(8, initialCapacity * 2)));
    }

    /** @return the address of the entry of this key, or 0. */
    long find(final long keyHigh, final long keyLow)
    {
        return find(home(keyHigh, keyLow), keyHigh, keyLow);
    }

    /** @return where the search for a key begins. */
    long home(final long keyHigh, final long keyLow)
    {
        return hash(keyHigh, keyLow) & mask;
    }

    /** @return as {@link #find(long, long)}, with the home of the key, if the table has not grown since. */
    long find(final long home, final long keyHigh, final long keyLow)
    {
        long slot = home;
        while (true)
        {
            final long entry = table + slot * ENTRY_LENGTH;
            if (UnsafeApi.getLong(entry + ADDRESS_OFFSET) == 0)
            {
                return 0;
            }
            if (UnsafeApi.getLong(entry) == keyHigh && UnsafeApi.getLong(entry + KEY_LOW_OFFSET) == keyLow)
            {
                return entry;
            }
            slot = (slot + 1) & mask;
        }
    }

    /** @return something that was read where the search for a key begins. */
    long touch(final long home)
    {
        return UnsafeApi.getLong(table + home * ENTRY_LENGTH);
    }

    static long blockAddress(final long entry)
    {
        return UnsafeApi.getLong(entry + ADDRESS_OFFSET);
    }

    static int blockNumber(final long entry)
    {
        return (int)UnsafeApi.getLong(entry + NUMBER_OFFSET);
    }

    /** Adds a key that is not in the index. */
    void put(final long keyHigh, final long keyLow, final long address, final int number)
    {
        if ((size + 1) * 2L > mask + 1)
        {
            grow();
        }
        insert(keyHigh, keyLow, address, number);
        size++;
    }

    /** Removes an entry that {@link #find} returned. */
    void remove(final long entry)
    {
        long hole = (entry - table) / ENTRY_LENGTH;
        long slot = hole;
        while (true)
        {
            slot = (slot + 1) & mask;
            final long next = table + slot * ENTRY_LENGTH;
            if (UnsafeApi.getLong(next + ADDRESS_OFFSET) == 0)
            {
                break;
            }
            final long home = hash(UnsafeApi.getLong(next), UnsafeApi.getLong(next + KEY_LOW_OFFSET)) & mask;
            if (((slot - home) & mask) >= ((slot - hole) & mask))
            {
                UnsafeApi.copyMemory(next, table + hole * ENTRY_LENGTH, ENTRY_LENGTH);
                hole = slot;
            }
        }
        UnsafeApi.setMemory(table + hole * ENTRY_LENGTH, ENTRY_LENGTH, (byte)0);
        size--;
    }

    int size()
    {
        return size;
    }

    /** @return bytes of the table. */
    long length()
    {
        return (mask + 1) * ENTRY_LENGTH + BitUtil.CACHE_LINE_LENGTH;
    }

    @Override
    public void close()
    {
        if (0 != memory)
        {
            UnsafeApi.freeMemory(memory);
            memory = 0;
            table = 0;
        }
    }

    private void allocate(final long capacity)
    {
        // One line more than needed, so that no entry straddles two cache lines.
        final long length = capacity * ENTRY_LENGTH;
        memory = UnsafeApi.allocateMemory(length + BitUtil.CACHE_LINE_LENGTH);
        table = BitUtil.align(memory, BitUtil.CACHE_LINE_LENGTH);
        UnsafeApi.setMemory(table, length, (byte)0);
        mask = capacity - 1;
    }

    private void grow()
    {
        final long oldMemory = memory;
        final long oldTable = table;
        final long oldCapacity = mask + 1;
        allocate(oldCapacity * 2);
        for (long slot = 0; slot < oldCapacity; slot++)
        {
            final long entry = oldTable + slot * ENTRY_LENGTH;
            final long address = UnsafeApi.getLong(entry + ADDRESS_OFFSET);
            if (address != 0)
            {
                insert(
                    UnsafeApi.getLong(entry), UnsafeApi.getLong(entry + KEY_LOW_OFFSET), address, blockNumber(entry));
            }
        }
        UnsafeApi.freeMemory(oldMemory);
    }

    private void insert(final long keyHigh, final long keyLow, final long address, final int number)
    {
        long slot = hash(keyHigh, keyLow) & mask;
        long entry = table + slot * ENTRY_LENGTH;
        while (UnsafeApi.getLong(entry + ADDRESS_OFFSET) != 0)
        {
            slot = (slot + 1) & mask;
            entry = table + slot * ENTRY_LENGTH;
        }
        UnsafeApi.putLong(entry, keyHigh);
        UnsafeApi.putLong(entry + KEY_LOW_OFFSET, keyLow);
        UnsafeApi.putLong(entry + ADDRESS_OFFSET, address);
        UnsafeApi.putLong(entry + NUMBER_OFFSET, number);
    }

    // Finaliser of MurmurHash3 (Appleby) over both halves: device ids are often small and dense.
    private static long hash(final long keyHigh, final long keyLow)
    {
        long h = keyHigh ^ (keyLow * 0x9E3779B97F4A7C15L);
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
