package io.tailrace.engine.window;

import java.util.Arrays;

import io.tailrace.engine.state.BlockStore;

/**
 * Panes outside the key blocks, by number. A pane that is given back is kept for the next that is taken, so that only
 * the first use of each costs an insertion.
 * <p>
 * Threading: one thread. Hot path: allocation-free once warm.
 */
final class PanePool implements AutoCloseable
{
    /** No pane is left. */
    static final int NONE = -1;

    private final BlockStore blocks;
    private int[] free = new int[16];
    private int freeCount;

    PanePool(final String name, final int maxPanes, final int expectedPanes)
    {
        blocks = new BlockStore(name, Pane.LENGTH, maxPanes, Math.min(maxPanes, expectedPanes));
    }

    /** @return number of a pane, or {@link #NONE}. */
    int take()
    {
        if (freeCount > 0)
        {
            return free[--freeCount];
        }
        final int number = blocks.size();
        return blocks.create(number, 0) == BlockStore.NULL_ADDRESS ? NONE : blocks.numberOf(number, 0);
    }

    void giveBack(final int number)
    {
        if (freeCount == free.length)
        {
            free = Arrays.copyOf(free, freeCount * 2);
        }
        free[freeCount++] = number;
    }

    long addressOf(final int number)
    {
        return blocks.addressOf(number);
    }

    /** @return how many panes are taken. */
    int size()
    {
        return blocks.size() - freeCount;
    }

    @Override
    public void close()
    {
        blocks.close();
    }
}
