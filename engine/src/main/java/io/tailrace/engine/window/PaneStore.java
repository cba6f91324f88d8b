package io.tailrace.engine.window;

import io.tailrace.engine.state.BlockStore;
import org.agrona.BitUtil;
import org.agrona.UnsafeApi;

/**
 * The panes of one operator: a block per key with its newest panes inline, and an overflow store for older ones.
 * <pre>
 *   key block:  0  key high  u64   device, or 0
 *               8  key low   u64   metric, or 0
 *              16  number    i32   dense number of the block
 *              20  overflow  i32   live panes of this key in the overflow store
 *              64  inlinePanes panes of {@link Pane#LENGTH} bytes; that of window i at (i mod inlinePanes)
 *   overflow block: one pane, found by (number of the key block, start)
 * </pre>
 * A live pane never gives way: a newer one that falls on the same inline place moves the older one to the overflow
 * store, an older one goes there itself. Expired panes are overwritten in place, so no window costs an insertion or a
 * removal.
 * <p>
 * Threading: one thread. Hot path: {@link #findKey} and {@link #findPane} touch one line of the index and two of the
 * pane; allocation-free.
 */
final class PaneStore implements AutoCloseable
{
    static final long NULL_ADDRESS = BlockStore.NULL_ADDRESS;

    private static final int KEY_LOW = 8;
    private static final int NUMBER = 16;
    private static final int OVERFLOW = 20;
    private static final int HEADER_LENGTH = 64;
    private static final int MAX_INLINE_PANES = 4;
    private static final int MAX_OVERFLOW_PANES = 1 << 24;

    private final WindowPolicy policy;
    private final BlockStore keys;
    private final BlockStore overflow;
    private final TimerQueue overflowExpiries = new TimerQueue();
    private final int inlinePanes;
    private final int maxPanes;

    /**
     * @param name     of the operator.
     * @param policy   of the operator.
     * @param maxKeys  most keys.
     * @param maxPanes most live panes of a key.
     */
    PaneStore(final String name, final WindowPolicy policy, final int maxKeys, final int maxPanes)
    {
        this.policy = policy;
        this.maxPanes = maxPanes;
        inlinePanes = Math.min(MAX_INLINE_PANES, BitUtil.findNextPositivePowerOfTwo(maxPanes));
        keys = new BlockStore(name, HEADER_LENGTH + inlinePanes * Pane.LENGTH, maxKeys, maxKeys);
        final int maxOverflow = (int)Math.min(MAX_OVERFLOW_PANES, (long)maxKeys * maxPanes);
        try
        {
            overflow = new BlockStore(name + " overflow", Pane.LENGTH, maxOverflow, Math.min(maxOverflow, 1024));
        }
        catch (final Throwable ex)
        {
            keys.close();
            throw ex;
        }
    }

    /** @return the block of a key, or {@link #NULL_ADDRESS}. */
    long findKey(final long keyHigh, final long keyLow)
    {
        return keys.find(keyHigh, keyLow);
    }

    /**
     * Brings the inline pane of a window near, if its key has a block, and changes nothing.
     *
     * @return something that was read, to be used so that it is read.
     */
    long touch(final long keyHigh, final long keyLow, final long windowIndex)
    {
        final long block = keys.find(keyHigh, keyLow);
        if (block == NULL_ADDRESS)
        {
            return 0;
        }
        final long pane = inlinePane(block, windowIndex);
        return UnsafeApi.getLong(pane) + UnsafeApi.getLong(pane + Pane.LENGTH / 2);
    }

    /** @return the new block of a key, or {@link #NULL_ADDRESS} if there is no room for another key. */
    long createKey(final long keyHigh, final long keyLow)
    {
        final long block = keys.create(keyHigh, keyLow);
        if (block != NULL_ADDRESS)
        {
            UnsafeApi.putLong(block, keyHigh);
            UnsafeApi.putLong(block + KEY_LOW, keyLow);
            UnsafeApi.putInt(block + NUMBER, keys.numberOf(keyHigh, keyLow));
        }
        return block;
    }

    /** @return the pane of a window, or {@link #NULL_ADDRESS}. */
    long findPane(final long block, final long startNs, final long windowIndex)
    {
        final long pane = inlinePane(block, windowIndex);
        if (Pane.startNs(pane) == startNs && Pane.count(pane) != 0)
        {
            return pane;
        }
        return overflowCount(block) == 0 ? NULL_ADDRESS : overflow.find(number(block), startNs);
    }

    /**
     * Opens the pane of a window that has none.
     *
     * @param watermarkNs W, which says what is still live.
     * @return the pane, empty, or {@link #NULL_ADDRESS} if the key holds as many as it may.
     */
    long createPane(
        final long block,
        final long startNs,
        final long endNs,
        final long windowIndex,
        final long registration,
        final long watermarkNs)
    {
        if (livePanes(block, watermarkNs) >= maxPanes)
        {
            return NULL_ADDRESS;
        }
        final long place = inlinePane(block, windowIndex);
        long pane = place;
        if (isLive(place, watermarkNs))
        {
            final boolean isNewer = startNs > Pane.startNs(place);
            final long moved = isNewer ? Pane.startNs(place) : startNs;
            final long older = overflow.create(number(block), moved);
            if (older == NULL_ADDRESS)
            {
                return NULL_ADDRESS;
            }
            if (isNewer)
            {
                UnsafeApi.copyMemory(place, older, Pane.LENGTH);
            }
            else
            {
                pane = older;
            }
            final long olderEndNs = isNewer ? Pane.endNs(place) : endNs;
            overflowExpiries.add(policy.expiryNs(olderEndNs), moved, number(block));
            UnsafeApi.putInt(block + OVERFLOW, overflowCount(block) + 1);
        }
        Pane.open(pane, startNs, endNs, registration);
        return pane;
    }

    /** Removes the overflow panes that W has made dead. Inline ones wait to be overwritten. */
    void expire(final long watermarkNs)
    {
        while (overflowExpiries.isDue(watermarkNs))
        {
            final TimerQueue.Bucket bucket = overflowExpiries.head();
            while (bucket.hasNext())
            {
                final int number = bucket.peek();
                final long block = keys.addressOf(number);
                overflow.remove(number, bucket.peekStartNs());
                UnsafeApi.putInt(block + OVERFLOW, overflowCount(block) - 1);
                bucket.advance();
            }
            overflowExpiries.removeHead();
        }
    }

    /** @return the block with a dense number. */
    long blockOf(final int number)
    {
        return keys.addressOf(number);
    }

    static int number(final long block)
    {
        return UnsafeApi.getInt(block + NUMBER);
    }

    static long keyHigh(final long block)
    {
        return UnsafeApi.getLong(block);
    }

    static long keyLow(final long block)
    {
        return UnsafeApi.getLong(block + KEY_LOW);
    }

    int keyCount()
    {
        return keys.size();
    }

    int overflowPanes()
    {
        return overflow.size();
    }

    @Override
    public void close()
    {
        keys.close();
        overflow.close();
    }

    private long inlinePane(final long block, final long windowIndex)
    {
        return block + HEADER_LENGTH + (windowIndex & (inlinePanes - 1)) * Pane.LENGTH;
    }

    private static int overflowCount(final long block)
    {
        return UnsafeApi.getInt(block + OVERFLOW);
    }

    private boolean isLive(final long pane, final long watermarkNs)
    {
        return Pane.count(pane) != 0 && !policy.isExpired(Pane.endNs(pane), watermarkNs);
    }

    private int livePanes(final long block, final long watermarkNs)
    {
        int live = overflowCount(block);
        for (int i = 0; i < inlinePanes; i++)
        {
            live += isLive(block + HEADER_LENGTH + (long)i * Pane.LENGTH, watermarkNs) ? 1 : 0;
        }
        return live;
    }
}
