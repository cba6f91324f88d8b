package io.tailrace.engine.window;

import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.operator.KeyTable;
import io.tailrace.engine.state.BlockStore;
import org.agrona.UnsafeApi;

/**
 * The sessions of keys: a few inline in the key block, more in a pool, listed from the key block. Their number is their
 * start.
 * <pre>
 *   key block:  0  header of {@link KeyTable}
 *              52  newest  u8    inline place + 1 of the live session that starts last; 0: not known
 *              56  due     i64   the deadline of the key; no session that has not fired ends before; least: none
 *              64  {@link #INLINE_PANES} panes
 * </pre>
 * Threading: one thread. Hot path: a reading that goes on with the newest session touches the header and one pane;
 * allocation-free.
 */
final class SessionPanes implements AutoCloseable
{
    static final long NULL_ADDRESS = KeyTable.NULL_ADDRESS;

    /** A key without a deadline. */
    static final long NOT_DUE = Long.MIN_VALUE;

    /** Panes in a key block. */
    static final int INLINE_PANES = MemoryEstimate.MAX_INLINE_PANES;

    private static final int HEADER_LENGTH = (int)MemoryEstimate.Part.KEY_HEADER.length();

    /** Bytes of a key block. */
    static final int KEY_BLOCK_LENGTH = HEADER_LENGTH + INLINE_PANES * Pane.LENGTH;

    private static final int NEWEST = WindowKey.TYPE_BYTE;
    private static final int DUE = WindowKey.TYPE_FIELDS;
    private static final int EXPECTED_POOLED_PANES = 1024;

    private final Lateness lateness;
    private final PanePool pool;

    SessionPanes(final String name, final Lateness lateness, final long maxPanes)
    {
        this.lateness = lateness;
        pool = new PanePool(
            name + " overflow", (int)Math.min(MemoryEstimate.MAX_OVERFLOW_PANES, maxPanes), EXPECTED_POOLED_PANES);
    }

    /** @return the deadline of a key, or {@link #NOT_DUE}. */
    static long dueNs(final long block)
    {
        return UnsafeApi.getLong(block + DUE);
    }

    static void dueNs(final long block, final long timeNs)
    {
        UnsafeApi.putLong(block + DUE, timeNs);
    }

    /** @return the session of a key that fires next, or {@link #NULL_ADDRESS} if all have fired. */
    long firstUnfired(final long block)
    {
        long first = NULL_ADDRESS;
        for (long pane = first(block); pane != NULL_ADDRESS; pane = next(block, pane))
        {
            if (!Pane.isFree(pane) && Pane.firings(pane) == 0 &&
                (first == NULL_ADDRESS || Pane.endNs(pane) < Pane.endNs(first) ||
                Pane.endNs(pane) == Pane.endNs(first) && Pane.registration(pane) < Pane.registration(first)))
            {
                first = pane;
            }
        }
        return first;
    }

    /** @return the live session that starts last, or {@link #NULL_ADDRESS} if it is not known or there is none. */
    long newest(final long block, final long watermarkNs)
    {
        final int place = UnsafeApi.getByte(block + NEWEST);
        if (place == 0)
        {
            return NULL_ADDRESS;
        }
        final long pane = inline(block, place - 1);
        return lateness.isLive(pane, watermarkNs) ? pane : NULL_ADDRESS;
    }

    /** Says which session starts last; one outside the key block is not kept in mind. */
    void setNewest(final long block, final long pane)
    {
        final long offset = pane - block - HEADER_LENGTH;
        final boolean isInline = offset >= 0 && offset < INLINE_PANES * Pane.LENGTH;
        UnsafeApi.putByte(block + NEWEST, (byte)(isInline ? offset / Pane.LENGTH + 1 : 0));
    }

    /** @return where the newest session may be, to be read ahead. */
    long place(final long block)
    {
        return inline(block, Math.max(0, UnsafeApi.getByte(block + NEWEST) - 1));
    }

    /** @return the first of the panes of a key, free ones too; go on with {@link #next}. */
    long first(final long block)
    {
        return inline(block, 0);
    }

    /** @return the next of the panes of a key, or {@link #NULL_ADDRESS}. */
    long next(final long block, final long pane)
    {
        final long offset = pane - block - HEADER_LENGTH;
        if (offset >= 0 && offset < (INLINE_PANES - 1) * Pane.LENGTH)
        {
            return pane + Pane.LENGTH;
        }
        final int next = offset == (INLINE_PANES - 1) * Pane.LENGTH ?
            WindowKey.firstOverflow(block) : Pane.next(pane);
        return next == 0 ? NULL_ADDRESS : pool.addressOf(next - 1);
    }

    /**
     * @return the session that starts at a time and has not fired, or {@link #NULL_ADDRESS}. One that takes no more
     *         events may have started then too, if a later session has grown back to its start.
     */
    long findUnfired(final long block, final long startNs)
    {
        final long likely = place(block);
        if (Pane.index(likely) == startNs && !Pane.isFree(likely) && Pane.firings(likely) == 0)
        {
            return likely;
        }
        for (long pane = first(block); pane != NULL_ADDRESS; pane = next(block, pane))
        {
            if (Pane.index(pane) == startNs && !Pane.isFree(pane) && Pane.firings(pane) == 0)
            {
                return pane;
            }
        }
        return NULL_ADDRESS;
    }

    /** @return a pane for a new session, not open yet, or {@link #NULL_ADDRESS} if there is none left. */
    long take(final long block, final long watermarkNs)
    {
        for (int place = 0; place < INLINE_PANES; place++)
        {
            final long pane = inline(block, place);
            if (!lateness.isLive(pane, watermarkNs))
            {
                return pane;
            }
        }
        final int number = pool.take();
        if (number == PanePool.NONE)
        {
            return NULL_ADDRESS;
        }
        WindowKey.overflow(block, WindowKey.overflow(block) + 1);
        final int next = WindowKey.firstOverflow(block);
        WindowKey.firstOverflow(block, number + 1);
        final long pane = pool.addressOf(number);
        Pane.next(pane, next);
        return pane;
    }

    /** Gives all pooled panes of a key back that are not live. */
    void prune(final long block, final long watermarkNs)
    {
        int number = WindowKey.firstOverflow(block);
        long before = NULL_ADDRESS;
        while (number != 0)
        {
            final long pane = pool.addressOf(number - 1);
            final int next = Pane.next(pane);
            if (lateness.isLive(pane, watermarkNs))
            {
                before = pane;
            }
            else
            {
                if (before == NULL_ADDRESS)
                {
                    WindowKey.firstOverflow(block, next);
                }
                else
                {
                    Pane.next(before, next);
                }
                WindowKey.overflow(block, WindowKey.overflow(block) - 1);
                Pane.free(pane);
                pool.giveBack(number - 1);
            }
            number = next;
        }
    }

    /** The pooled panes of a key are about to change. */
    void changingPooled(final long block)
    {
        for (int number = WindowKey.firstOverflow(block); number != 0; number = Pane.next(pool.addressOf(number - 1)))
        {
            pool.changing(number - 1);
        }
    }

    BlockStore pooled()
    {
        return pool.blocks();
    }

    /** The pooled panes of a restored key are taken. */
    void onRestored(final long block)
    {
        for (int number = WindowKey.firstOverflow(block); number != 0; number = Pane.next(pool.addressOf(number - 1)))
        {
            pool.onRestored(number - 1);
        }
    }

    /** @return panes in the pool that are taken. */
    int pooledPanes()
    {
        return pool.size();
    }

    @Override
    public void close()
    {
        pool.close();
    }

    private static long inline(final long block, final int place)
    {
        return block + HEADER_LENGTH + (long)place * Pane.LENGTH;
    }
}
