package io.tailrace.engine.window;

import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.operator.KeyTable;
import io.tailrace.engine.state.BlockStore;
import org.agrona.UnsafeApi;

/**
 * The panes of keys whose windows are numbered: the newest ones inline in the key block, others in an overflow store.
 * <pre>
 *   inline:    the pane with number i at place (i mod inlinePanes) of the key block
 *   overflow:  found by (number of the key block, number of the pane), and listed from the key block in order of number
 * </pre>
 * A live pane never gives way: a newer one that falls on the same inline place moves the older one to the overflow
 * store, an older one goes there itself. Panes that are not live any more are overwritten in place, so no window costs
 * an insertion or a removal.
 * <p>
 * Threading: one thread. Hot path: {@link #find} touches two lines of the pane; allocation-free.
 */
final class PaneRing implements AutoCloseable
{
    static final long NULL_ADDRESS = BlockStore.NULL_ADDRESS;

    private static final int EXPECTED_OVERFLOW_PANES = 1024;

    private final Lateness lateness;
    private final BlockStore overflow;
    private final int inlineOffset;
    private final int inlinePanes;

    /**
     * @param name         of the operator.
     * @param lateness     says what is live.
     * @param inlineOffset where in a key block the panes begin.
     * @param inlinePanes  how many it holds, a power of two.
     * @param maxPanes     most panes of all keys.
     */
    PaneRing(
        final String name,
        final Lateness lateness,
        final int inlineOffset,
        final int inlinePanes,
        final long maxPanes)
    {
        this.lateness = lateness;
        this.inlineOffset = inlineOffset;
        this.inlinePanes = inlinePanes;
        final int maxOverflow = (int)Math.min(MemoryEstimate.MAX_OVERFLOW_PANES, maxPanes);
        overflow = new BlockStore(
            name + " overflow",
            Pane.LENGTH,
            BlockStore.NO_STAMP,
            maxOverflow,
            Math.min(maxOverflow, EXPECTED_OVERFLOW_PANES));
    }

    /** @return the inline place of a pane, whatever is there. */
    long place(final long block, final long index)
    {
        return block + inlineOffset + (index & (inlinePanes - 1)) * Pane.LENGTH;
    }

    /** @return the pane with a number, live or not overwritten yet, or {@link #NULL_ADDRESS}; not to be changed. */
    long find(final long block, final long index)
    {
        final long pane = place(block, index);
        if (Pane.index(pane) == index && !Pane.isFree(pane))
        {
            return pane;
        }
        return WindowKey.overflow(block) == 0 ? NULL_ADDRESS : overflow.find(KeyTable.number(block), index);
    }

    /** @return as {@link #find}, of a key that is about to change; the pane may be changed. */
    long findToChange(final long block, final long index)
    {
        final long pane = find(block, index);
        if (pane != NULL_ADDRESS && pane != place(block, index))
        {
            overflow.changing(pane, overflow.numberOf(KeyTable.number(block), index));
        }
        return pane;
    }

    /** @return whether so many panes can be created, wherever they fall. */
    boolean hasRoom(final int count)
    {
        return overflow.size() <= overflow.capacity() - count;
    }

    BlockStore overflow()
    {
        return overflow;
    }

    /**
     * Opens a pane that is not there.
     *
     * @param watermarkNs says what is still live.
     * @return the pane, empty, or {@link #NULL_ADDRESS} if the overflow store is full.
     */
    long create(
        final long block, final long index, final long endNs, final long registration, final long watermarkNs)
    {
        final long place = place(block, index);
        long pane = place;
        if (lateness.isLive(place, watermarkNs))
        {
            final boolean isNewer = index > Pane.index(place);
            final long olderIndex = isNewer ? Pane.index(place) : index;
            final long older = overflow.create(KeyTable.number(block), olderIndex);
            if (older == NULL_ADDRESS)
            {
                return NULL_ADDRESS;
            }
            if (isNewer)
            {
                UnsafeApi.copyMemory(place, older, Pane.LENGTH);
                Pane.open(place, index, endNs, registration);
            }
            else
            {
                pane = older;
                Pane.open(older, index, endNs, registration);
            }
            list(block, older, overflow.numberOf(KeyTable.number(block), olderIndex) + 1);
        }
        else
        {
            Pane.open(place, index, endNs, registration);
        }
        return pane;
    }

    /** @return how many panes of a key are live; those in the overflow store that are not are removed. */
    int countLive(final long block, final long watermarkNs)
    {
        prune(block, watermarkNs);
        int live = WindowKey.overflow(block);
        for (long pane = first(block); pane != NULL_ADDRESS; pane = nextInline(block, pane))
        {
            live += lateness.isLive(pane, watermarkNs) ? 1 : 0;
        }
        return live;
    }

    /** Removes the overflow panes of a key that are not live: they come first, for ends increase with numbers. */
    void prune(final long block, final long watermarkNs)
    {
        int number = WindowKey.firstOverflow(block);
        while (number != 0)
        {
            final long pane = overflow.addressOf(number - 1);
            if (lateness.isLive(pane, watermarkNs))
            {
                return;
            }
            number = Pane.next(pane);
            WindowKey.firstOverflow(block, number);
            if (number == 0)
            {
                WindowKey.lastOverflow(block, 0);
            }
            WindowKey.overflow(block, WindowKey.overflow(block) - 1);
            overflow.remove(KeyTable.number(block), Pane.index(pane));
        }
    }

    /** @return how many panes there are to be gone through with {@link #first} and {@link #next}. */
    int count(final long block)
    {
        return inlinePanes + WindowKey.overflow(block);
    }

    /** @return the first of the panes of a key, free ones too; go on with {@link #next}. */
    long first(final long block)
    {
        return block + inlineOffset;
    }

    /** @return the next of the panes of a key, or {@link #NULL_ADDRESS}. */
    long next(final long block, final long pane)
    {
        final long inline = pane - block - inlineOffset;
        final boolean isInline = inline >= 0 && inline < (long)inlinePanes * Pane.LENGTH;
        if (isInline)
        {
            final long next = nextInline(block, pane);
            return next != NULL_ADDRESS ? next : overflowPane(WindowKey.firstOverflow(block));
        }
        return overflowPane(Pane.next(pane));
    }

    /** @return panes in the overflow store. */
    int overflowPanes()
    {
        return overflow.size();
    }

    @Override
    public void close()
    {
        overflow.close();
    }

    /** Puts an overflow pane into the list of its key: mostly at an end of it. */
    private void list(final long block, final long pane, final int number)
    {
        WindowKey.overflow(block, WindowKey.overflow(block) + 1);
        final int first = WindowKey.firstOverflow(block);
        final int last = WindowKey.lastOverflow(block);
        if (first == 0 || Pane.index(pane) < Pane.index(overflowPane(first)))
        {
            Pane.next(pane, first);
            WindowKey.firstOverflow(block, number);
            if (first == 0)
            {
                WindowKey.lastOverflow(block, number);
            }
        }
        else if (Pane.index(pane) > Pane.index(overflowPane(last)))
        {
            Pane.next(pane, 0);
            overflow.changing(overflowPane(last), last - 1);
            Pane.next(overflowPane(last), number);
            WindowKey.lastOverflow(block, number);
        }
        else
        {
            int beforeNumber = first;
            while (Pane.index(overflowPane(Pane.next(overflowPane(beforeNumber)))) < Pane.index(pane))
            {
                beforeNumber = Pane.next(overflowPane(beforeNumber));
            }
            final long before = overflowPane(beforeNumber);
            overflow.changing(before, beforeNumber - 1);
            Pane.next(pane, Pane.next(before));
            Pane.next(before, number);
        }
    }

    private long nextInline(final long block, final long pane)
    {
        final long next = pane + Pane.LENGTH;
        return next < block + inlineOffset + (long)inlinePanes * Pane.LENGTH ? next : NULL_ADDRESS;
    }

    private long overflowPane(final int number)
    {
        return number == 0 ? NULL_ADDRESS : overflow.addressOf(number - 1);
    }
}
