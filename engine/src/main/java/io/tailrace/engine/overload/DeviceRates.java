package io.tailrace.engine.overload;

import java.util.Arrays;

import io.tailrace.engine.config.MemoryEstimate;

/**
 * A bucket for each device that has sent lately: its theoretical arrival time (see {@link Gcra}). One that is not in
 * the future is that of a full bucket, as is none at all; so such an entry is dropped when its place is wanted, or when
 * the hand that walks the table with each new device comes by.
 * <pre>
 *   cells: | device id, arrival time | ... a power of two, half used at most; open addressing, linear probing
 * </pre>
 * Threading: one thread at a time. Hot path: allocation-free, one cache line as a rule. Memory: 16 bytes a cell.
 */
final class DeviceRates
{
    /** Cells that the hand looks at when a device comes that has no entry. */
    static final int CELLS_PER_NEW_DEVICE = 8;
    /** Cells that it looks at if there is no place then. */
    static final int CELLS_FOR_A_PLACE = 256;

    private static final long EMPTY = Long.MIN_VALUE;

    private final Gcra rate;
    private final int limit;
    private final int mask;
    private final long[] cells;
    private int size;
    private int hand;

    /** Where {@link #isWithin} found the device, or where it would be. */
    private int cell;

    /**
     * An empty table.
     *
     * @param rate  of each device.
     * @param limit entries at most.
     */
    DeviceRates(final Gcra rate, final int limit)
    {
        this.rate = rate;
        this.limit = limit;
        final int count = MemoryEstimate.deviceRateCells(limit);
        mask = count - 1;
        cells = new long[2 * count];
        Arrays.fill(cells, EMPTY);
    }

    /** @return whether one more reading of a device is within its rate; {@link #charge} is about this device. */
    boolean isWithin(final long deviceId, final long nowNs)
    {
        cell = find(deviceId);
        final long arrivalNs = arrivalNs(cell);
        return arrivalNs == EMPTY || rate.isWithin(arrivalNs, nowNs);
    }

    /**
     * Charges a reading of the device that was asked for last, and is within its rate.
     *
     * @return false: there is no place for the device, nothing is charged.
     */
    boolean charge(final long deviceId, final long nowNs)
    {
        if (arrivalNs(cell) == EMPTY)
        {
            if (!makePlace(nowNs))
            {
                return false;
            }
            // The hand may have moved what lay on the way.
            cell = find(deviceId);
            cells[2 * cell] = deviceId;
            cells[2 * cell + 1] = nowNs;
            size++;
        }
        cells[2 * cell + 1] = rate.charged(cells[2 * cell + 1], nowNs);
        return true;
    }

    /** Takes back a charge of a device. */
    void refund(final long deviceId)
    {
        final int found = find(deviceId);
        if (arrivalNs(found) != EMPTY)
        {
            cells[2 * found + 1] = rate.refunded(cells[2 * found + 1]);
        }
    }

    /** @return entries, those included that are as good as none. */
    int size()
    {
        return size;
    }

    /** Drops what is as good as none, first a little, more if there is no place. */
    private boolean makePlace(final long nowNs)
    {
        sweep(CELLS_PER_NEW_DEVICE, nowNs);
        if (size == limit)
        {
            sweep(CELLS_FOR_A_PLACE, nowNs);
        }
        return size < limit;
    }

    private void sweep(final int count, final long nowNs)
    {
        for (int i = Math.min(count, mask + 1); i > 0; i--)
        {
            final long arrivalNs = arrivalNs(hand);
            if (arrivalNs != EMPTY && arrivalNs <= nowNs)
            {
                // Another entry may have moved into this cell: it is looked at again.
                remove(hand);
            }
            else
            {
                hand = hand + 1 & mask;
            }
        }
    }

    /** Moves what follows back over the gap, so that every entry is still found from its own cell on. */
    private void remove(final int removed)
    {
        int gap = removed;
        for (int next = gap + 1 & mask; arrivalNs(next) != EMPTY; next = next + 1 & mask)
        {
            final int home = home(cells[2 * next]);
            if ((next - home & mask) >= (next - gap & mask))
            {
                cells[2 * gap] = cells[2 * next];
                cells[2 * gap + 1] = cells[2 * next + 1];
                gap = next;
            }
        }
        cells[2 * gap + 1] = EMPTY;
        size--;
    }

    private int find(final long deviceId)
    {
        int at = home(deviceId);
        while (arrivalNs(at) != EMPTY && cells[2 * at] != deviceId)
        {
            at = at + 1 & mask;
        }
        return at;
    }

    private int home(final long deviceId)
    {
        return (int)Sampling.mix(deviceId) & mask;
    }

    private long arrivalNs(final int at)
    {
        return cells[2 * at + 1];
    }
}
