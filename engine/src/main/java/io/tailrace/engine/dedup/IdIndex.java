package io.tailrace.engine.dedup;

import org.agrona.UnsafeApi;

/**
 * Finds the entry of an id in an {@link IdLog}: open-addressing hash tables of references.
 * <pre>
 *   partition, 16 bytes:  | table address 8 | slots - 1, 4 | used slots 4 |
 *   slot, 8 bytes:        | 23 bits of the hash | 1: used | 40 low bits of the sequence |      0: free
 * </pre>
 * An id belongs to a partition by other bits of its hash. Each partition is a table of its own that doubles by itself
 * when three quarters are used: no growth looks at more than about a thousand ids, however many there are. The bits in
 * the slot say where it belongs and keep most others from being looked up, so neither growth nor removal reads entries.
 * Linear probing; removal shifts back, so there are no tombstones (Knuth, The Art of Computer Programming 3, 6.4,
 * algorithm R).
 * <p>
 * Threading: one thread. Hot path: {@link #find} and {@link #remove} allocate nothing, {@link #put} only where a
 * partition doubles. Memory: tables do not shrink.
 */
final class IdIndex implements AutoCloseable
{
    static final int SEQUENCE_BITS = 40;
    static final long SEQUENCE_MASK = (1L << SEQUENCE_BITS) - 1;

    /** No such slot. */
    static final long NULL_SLOT = 0;

    static final int PARTITION_LENGTH = 16;
    static final int SLOT_LENGTH = Long.BYTES;
    static final int MIN_SLOTS = 16;

    private static final long USED = 1L << SEQUENCE_BITS;
    private static final int TAG_SHIFT = SEQUENCE_BITS + 1;
    private static final int MASK_OFFSET = 8;
    private static final int SIZE_OFFSET = 12;

    private final IdLog log;
    private final long partitionMask;
    private final long partitions;
    private final long emptyTable;
    private long bytes;

    /**
     * @param log        where references lead.
     * @param partitions how many, a power of two.
     */
    IdIndex(final IdLog log, final int partitions)
    {
        if (Integer.bitCount(partitions) != 1)
        {
            throw new IllegalArgumentException("partitions=" + partitions + ", expected a power of two");
        }
        this.log = log;
        partitionMask = partitions - 1;
        bytes = (long)partitions * PARTITION_LENGTH;
        this.partitions = UnsafeApi.allocateMemory(bytes + SLOT_LENGTH);
        UnsafeApi.setMemory(this.partitions, bytes + SLOT_LENGTH, (byte)0);
        // One free slot for all that hold nothing yet, so that nobody asks whether there is a table.
        emptyTable = this.partitions + bytes;
        for (long i = 0; i < partitions; i++)
        {
            UnsafeApi.putLong(this.partitions + i * PARTITION_LENGTH, emptyTable);
        }
    }

    static long hash(final long deviceId, final int deviceEpoch, final long eventId)
    {
        // Finaliser of MurmurHash3 (Appleby): ids are often small and dense.
        long h = eventId ^ deviceId * 0x9E3779B97F4A7C15L ^ deviceEpoch * 0xD6E8FEB86659FD93L;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }

    /** @return the slot of an id with its hash, or {@link #NULL_SLOT}; good until the next change. */
    long find(final long hash, final long deviceId, final int deviceEpoch, final long eventId)
    {
        final long partition = partition(hash);
        final long table = UnsafeApi.getLong(partition);
        final int mask = UnsafeApi.getInt(partition + MASK_OFFSET);
        final long tag = tag(hash);
        int at = (int)tag & mask;
        while (true)
        {
            final long slot = table + (long)at * SLOT_LENGTH;
            final long content = UnsafeApi.getLong(slot);
            if (content == 0)
            {
                return NULL_SLOT;
            }
            if (content >>> TAG_SHIFT == tag)
            {
                final long entry = log.address(content & SEQUENCE_MASK);
                if (IdLog.eventId(entry) == eventId && IdLog.deviceId(entry) == deviceId &&
                    IdLog.deviceEpoch(entry) == deviceEpoch)
                {
                    return slot;
                }
            }
            at = at + 1 & mask;
        }
    }

    /** @return the low bits of the sequence that a slot refers to. */
    static long sequenceOf(final long slot)
    {
        return UnsafeApi.getLong(slot) & SEQUENCE_MASK;
    }

    /** Lets the slot of an id refer to another entry of the same id. */
    static void refer(final long slot, final long sequence)
    {
        UnsafeApi.putLong(slot, UnsafeApi.getLong(slot) & ~SEQUENCE_MASK | sequence & SEQUENCE_MASK);
    }

    /** Adds an id that has no slot. */
    void put(final long hash, final long sequence)
    {
        final long partition = partition(hash);
        final int size = UnsafeApi.getInt(partition + SIZE_OFFSET) + 1;
        final long slots = UnsafeApi.getInt(partition + MASK_OFFSET) + 1L;
        if (size * 4L > slots * 3)
        {
            grow(partition, slots);
        }
        insert(
            UnsafeApi.getLong(partition),
            UnsafeApi.getInt(partition + MASK_OFFSET),
            tag(hash) << TAG_SHIFT | USED | sequence & SEQUENCE_MASK);
        UnsafeApi.putInt(partition + SIZE_OFFSET, size);
    }

    /** Removes the slot that refers to an entry, if there still is one. */
    void remove(final long hash, final long sequence)
    {
        final long partition = partition(hash);
        final long table = UnsafeApi.getLong(partition);
        final int mask = UnsafeApi.getInt(partition + MASK_OFFSET);
        final long wanted = tag(hash) << TAG_SHIFT | USED | sequence & SEQUENCE_MASK;
        int at = (int)tag(hash) & mask;
        while (true)
        {
            final long content = UnsafeApi.getLong(table + (long)at * SLOT_LENGTH);
            if (content == 0)
            {
                return;
            }
            if (content == wanted)
            {
                break;
            }
            at = at + 1 & mask;
        }
        close(table, mask, at);
        UnsafeApi.putInt(partition + SIZE_OFFSET, UnsafeApi.getInt(partition + SIZE_OFFSET) - 1);
    }

    /** @return something that was read where an id with this hash is looked up. */
    long touch(final long hash)
    {
        final long partition = partition(hash);
        final int at = (int)tag(hash) & UnsafeApi.getInt(partition + MASK_OFFSET);
        return UnsafeApi.getLong(UnsafeApi.getLong(partition) + (long)at * SLOT_LENGTH);
    }

    /** @return bytes taken off-heap. */
    long bytes()
    {
        return bytes;
    }

    @Override
    public void close()
    {
        for (long i = 0; i <= partitionMask; i++)
        {
            final long table = UnsafeApi.getLong(partitions + i * PARTITION_LENGTH);
            if (table != emptyTable)
            {
                UnsafeApi.freeMemory(table);
            }
        }
        UnsafeApi.freeMemory(partitions);
    }

    /** Fills a hole with those behind it that would not be found across it. */
    private static void close(final long table, final int mask, final int removed)
    {
        int hole = removed;
        int at = hole;
        while (true)
        {
            at = at + 1 & mask;
            final long content = UnsafeApi.getLong(table + (long)at * SLOT_LENGTH);
            if (content == 0)
            {
                break;
            }
            final int home = (int)(content >>> TAG_SHIFT) & mask;
            if ((at - home & mask) >= (at - hole & mask))
            {
                UnsafeApi.putLong(table + (long)hole * SLOT_LENGTH, content);
                hole = at;
            }
        }
        UnsafeApi.putLong(table + (long)hole * SLOT_LENGTH, 0);
    }

    private void grow(final long partition, final long slots)
    {
        final long oldTable = UnsafeApi.getLong(partition);
        final long newSlots = Math.max(MIN_SLOTS, slots * 2);
        final long length = newSlots * SLOT_LENGTH;
        final long table = UnsafeApi.allocateMemory(length);
        UnsafeApi.setMemory(table, length, (byte)0);
        final int mask = (int)(newSlots - 1);
        for (long i = 0; i < slots; i++)
        {
            final long content = UnsafeApi.getLong(oldTable + i * SLOT_LENGTH);
            if (content != 0)
            {
                insert(table, mask, content);
            }
        }
        UnsafeApi.putLong(partition, table);
        UnsafeApi.putInt(partition + MASK_OFFSET, mask);
        bytes += length;
        if (oldTable != emptyTable)
        {
            bytes -= slots * SLOT_LENGTH;
            UnsafeApi.freeMemory(oldTable);
        }
    }

    private static void insert(final long table, final int mask, final long content)
    {
        int at = (int)(content >>> TAG_SHIFT) & mask;
        while (UnsafeApi.getLong(table + (long)at * SLOT_LENGTH) != 0)
        {
            at = at + 1 & mask;
        }
        UnsafeApi.putLong(table + (long)at * SLOT_LENGTH, content);
    }

    private long partition(final long hash)
    {
        return partitions + (hash & partitionMask) * PARTITION_LENGTH;
    }

    private static long tag(final long hash)
    {
        return hash >>> TAG_SHIFT;
    }
}
