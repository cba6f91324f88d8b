package io.tailrace.engine.overload;

import io.tailrace.engine.config.MemoryEstimate;

/**
 * The devices that are in backlog: an open-addressing table of cells, bounded, on the heap.
 * <pre>
 *   cell, 32 bytes:  | device id u64 | newest event time, epoch ms | finish tag | seen |
 *   seen:            | epoch ms, 47 bits | source, 16 bits | live, 1 bit |
 *   a cell of which seen is 0 is free
 * </pre>
 * Linear probing; removal shifts back, so that there are no tombstones (Knuth, The Art of Computer Programming 3, 6.4,
 * algorithm R): a cell may move whenever another is removed, and its index is good until then.
 * <p>
 * Threading: one thread at a time. Hot path: allocation-free. Memory: 32 bytes a cell, taken up front.
 */
final class BacklogDevices
{
    /** No such device, or no room for another one. */
    static final int NONE = -1;

    /** Devices that any table holds at most. */
    static final int MAX_DEVICES = MemoryEstimate.MAX_BACKLOG_DEVICES;

    private static final int CELL_LENGTH = 4;
    private static final int ID = 0;
    private static final int NEWEST = 1;
    private static final int TAG = 2;
    private static final int SEEN = 3;
    private static final int LIVE_BITS = 1;
    private static final int SEEN_SHIFT = Short.SIZE + LIVE_BITS;
    private static final long LIVE = 1;

    private final long[] cells;
    private final int mask;
    private final int maxDevices;
    private int size;

    /** @param maxDevices most devices, from 1; above {@link #MAX_DEVICES} as many as that. */
    BacklogDevices(final int maxDevices)
    {
        this.maxDevices = Math.min(maxDevices, MAX_DEVICES);
        final int count = MemoryEstimate.backlogCells(this.maxDevices);
        cells = new long[count * CELL_LENGTH];
        mask = count - 1;
    }

    /** @return the cell of a device, or {@link #NONE}. */
    int find(final long deviceId)
    {
        int cell = home(deviceId);
        while (isUsed(cell))
        {
            if (cells[cell * CELL_LENGTH + ID] == deviceId)
            {
                return cell;
            }
            cell = cell + 1 & mask;
        }
        return NONE;
    }

    /**
     * Adds a device that has no cell.
     *
     * @param nowMs engine time, epoch ms, above 0.
     * @return its cell, or {@link #NONE} if there is no room.
     */
    int add(final long deviceId, final int source, final long newestMs, final long tag, final long nowMs)
    {
        if (size == maxDevices)
        {
            return NONE;
        }
        int cell = home(deviceId);
        while (isUsed(cell))
        {
            cell = cell + 1 & mask;
        }
        final int at = cell * CELL_LENGTH;
        cells[at + ID] = deviceId;
        cells[at + NEWEST] = newestMs;
        cells[at + TAG] = tag;
        seen(cell, source, nowMs);
        size++;
        return cell;
    }

    /** Frees a cell; one behind it may take its place. */
    void remove(final int cell)
    {
        int hole = cell;
        int from = cell;
        while (true)
        {
            from = from + 1 & mask;
            if (!isUsed(from))
            {
                break;
            }
            // A cell may move into the hole unless its home lies behind the hole, up to where it stands.
            final int home = home(cells[from * CELL_LENGTH + ID]);
            if ((from - home & mask) >= (from - hole & mask))
            {
                System.arraycopy(cells, from * CELL_LENGTH, cells, hole * CELL_LENGTH, CELL_LENGTH);
                hole = from;
            }
        }
        cells[hole * CELL_LENGTH + SEEN] = 0;
        size--;
    }

    /** A reading of the backlog was seen: the device is not live. */
    void seen(final int cell, final int source, final long nowMs)
    {
        cells[cell * CELL_LENGTH + SEEN] = nowMs << SEEN_SHIFT | (source & 0xFFFFL) << LIVE_BITS;
    }

    /** A live reading came since the last one of the backlog. */
    void live(final int cell)
    {
        cells[cell * CELL_LENGTH + SEEN] |= LIVE;
    }

    void newestMs(final int cell, final long newestMs)
    {
        cells[cell * CELL_LENGTH + NEWEST] = newestMs;
    }

    void tag(final int cell, final long tag)
    {
        cells[cell * CELL_LENGTH + TAG] = tag;
    }

    boolean isUsed(final int cell)
    {
        return cells[cell * CELL_LENGTH + SEEN] != 0;
    }

    boolean isLive(final int cell)
    {
        return (cells[cell * CELL_LENGTH + SEEN] & LIVE) != 0;
    }

    /** @return epoch ms at which a reading of the backlog was last seen. */
    long seenMs(final int cell)
    {
        return cells[cell * CELL_LENGTH + SEEN] >>> SEEN_SHIFT;
    }

    /** @return source on which it was last seen. */
    int source(final int cell)
    {
        return (int)(cells[cell * CELL_LENGTH + SEEN] >>> LIVE_BITS) & 0xFFFF;
    }

    /** @return newest event time of the backlog that was seen, epoch ms. */
    long newestMs(final int cell)
    {
        return cells[cell * CELL_LENGTH + NEWEST];
    }

    /** @return finish tag of the last frame that was let in, see {@link FairQueue}. */
    long tag(final int cell)
    {
        return cells[cell * CELL_LENGTH + TAG];
    }

    /** @return devices in the table. */
    int size()
    {
        return size;
    }

    /** @return cells, used or not. */
    int cellCount()
    {
        return mask + 1;
    }

    private int home(final long deviceId)
    {
        // Finaliser of MurmurHash3 (Appleby): ids are often small and dense.
        long h = deviceId;
        h ^= h >>> 33;
        h *= 0xff51afd7ed558ccdL;
        h ^= h >>> 33;
        h *= 0xc4ceb9fe1a85ec53L;
        return (int)(h ^ h >>> 33) & mask;
    }
}
