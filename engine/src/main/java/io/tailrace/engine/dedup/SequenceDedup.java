package io.tailrace.engine.dedup;

import org.agrona.UnsafeApi;

/**
 * Recognises readings of a device whose ids increase: the ids seen in {@code (highest - windowIds, highest]} of the
 * newest epoch of the device, as a circular bitmap in its block. Laid out as {@code DeviceTable} says:
 * <pre>
 *    0  highest id  u64
 *    8  epoch       u16
 *   10  is set      u8    0: nothing was seen
 *   12  not ours    4 bytes
 *   16  ids         windowIds bits; that of an id is bit {@code id mod windowIds}
 * </pre>
 * Two ids of the window never share a bit, so moving the window on moves no memory: it clears the bits of the ids that
 * were skipped, {@code windowIds / 64} words at most.
 * <p>
 * Epochs are compared as serial numbers (RFC 1982, section 3.2), so that a device may count them round; ids are not.
 * <p>
 * Threading: one thread. Hot path: allocation-free; one cache line up to 384 ids, up to 256 that of the device itself.
 */
final class SequenceDedup
{
    private static final int EPOCH = 8;
    private static final int IS_SET = 10;
    private static final int IDS = 16;
    private static final long ALL = -1L;

    private final int windowIds;

    /** Of a power of two; 0: it is none. */
    private final int mask;

    /** @param windowIds ids of a window, a multiple of 64 from 64. */
    SequenceDedup(final int windowIds)
    {
        if (windowIds < Long.SIZE || windowIds % Long.SIZE != 0)
        {
            throw new IllegalArgumentException("windowIds=" + windowIds + ", expected a multiple of 64 from 64");
        }
        this.windowIds = windowIds;
        mask = Integer.bitCount(windowIds) == 1 ? windowIds - 1 : 0;
    }

    /**
     * Judges an id, and remembers it if it is new.
     *
     * @param region what is remembered of the device.
     * @param epoch  of the device, u16.
     * @param id     u64.
     * @return {@link Deduplication#NEW}, {@link Deduplication#DUPLICATE} or {@link Deduplication#BEYOND_WINDOW}.
     */
    int judge(final long region, final int epoch, final long id)
    {
        if (UnsafeApi.getByte(region + IS_SET) == 0)
        {
            begin(region, epoch, id);
            return Deduplication.NEW;
        }
        final short newer = (short)(epoch - UnsafeApi.getShort(region + EPOCH));
        if (newer != 0)
        {
            // The serial number farthest away is newer from neither side; as a short it is negative: older.
            if (newer < 0)
            {
                return Deduplication.BEYOND_WINDOW;
            }
            begin(region, epoch, id);
            return Deduplication.NEW;
        }

        final long highest = UnsafeApi.getLong(region);
        if (Long.compareUnsigned(id, highest) > 0)
        {
            advance(region, highest, id);
            return Deduplication.NEW;
        }
        // How far below the highest: with highest < windowIds every id is within.
        if (Long.compareUnsigned(highest - id, windowIds) >= 0)
        {
            return Deduplication.BEYOND_WINDOW;
        }
        return set(region, bitOf(id)) ? Deduplication.NEW : Deduplication.DUPLICATE;
    }

    /** @return something that was read where an id is looked up. */
    long touch(final long region, final long id)
    {
        return UnsafeApi.getLong(region) + UnsafeApi.getLong(wordOf(region, bitOf(id)));
    }

    private void begin(final long region, final int epoch, final long id)
    {
        clearAll(region);
        UnsafeApi.putLong(region, id);
        UnsafeApi.putShort(region + EPOCH, (short)epoch);
        UnsafeApi.putByte(region + IS_SET, (byte)1);
        set(region, bitOf(id));
    }

    private void advance(final long region, final long highest, final long id)
    {
        final long skipped = id - highest - 1;
        if (Long.compareUnsigned(skipped, windowIds) >= 0)
        {
            clearAll(region);
        }
        else if (skipped > 0)
        {
            final int first = bitOf(highest + 1);
            final int end = first + (int)skipped;
            clear(region, first, Math.min(end, windowIds));
            clear(region, 0, end - windowIds);
        }
        UnsafeApi.putLong(region, id);
        set(region, bitOf(id));
    }

    /** Word by word: a call to fill a few of them costs more than they do. */
    private void clearAll(final long region)
    {
        for (int word = 0; word < windowIds / Byte.SIZE; word += Long.BYTES)
        {
            UnsafeApi.putLong(region + IDS + word, 0);
        }
    }

    /** Clears the bits from the first up to, not including, the end; none if the end is not behind the first. */
    private static void clear(final long region, final int first, final int end)
    {
        for (int bit = first; bit < end; bit = (bit | Long.SIZE - 1) + 1)
        {
            final long from = ALL << bit;
            final long upTo = end - (bit & -Long.SIZE) >= Long.SIZE ? ALL : ~(ALL << end);
            final long word = wordOf(region, bit);
            UnsafeApi.putLong(word, UnsafeApi.getLong(word) & ~(from & upTo));
        }
    }

    /** @return whether the bit was not set before. */
    private static boolean set(final long region, final int bit)
    {
        final long word = wordOf(region, bit);
        final long before = UnsafeApi.getLong(word);
        UnsafeApi.putLong(word, before | 1L << bit);
        return (before & 1L << bit) == 0;
    }

    private static long wordOf(final long region, final int bit)
    {
        return region + IDS + (long)(bit / Long.SIZE) * Long.BYTES;
    }

    private int bitOf(final long id)
    {
        return mask != 0 ? (int)id & mask : (int)Long.remainderUnsigned(id, windowIds);
    }
}
