package io.tailrace.engine.window;

import io.tailrace.engine.state.BlockNumbers;
import io.tailrace.engine.state.BlockStore;

/**
 * Panes outside the key blocks, by number. A pane that is given back is kept for the next that is taken, so that only
 * the first use of each costs an insertion. The least number that is free is taken next: which those are follows from
 * those that keys have.
 * <p>
 * Threading: one thread. Hot path: allocation-free once warm.
 */
final class PanePool implements AutoCloseable
{
    /** No pane is left. */
    static final int NONE = -1;

    private final BlockStore blocks;

    // Derived from the keys.
    private final BlockNumbers numbers = new BlockNumbers();
    private int taken;

    PanePool(final String name, final int maxPanes, final int expectedPanes)
    {
        blocks = new BlockStore(
            name, Pane.LENGTH, BlockStore.NO_STAMP, maxPanes, Math.min(maxPanes, expectedPanes));
    }

    /** @return number of a pane, which is about to change, or {@link #NONE}. */
    int take()
    {
        final int number = numbers.take();
        if (number < blocks.size())
        {
            changing(number);
        }
        else if (blocks.create(number, 0) == BlockStore.NULL_ADDRESS)
        {
            numbers.giveBack(number);
            return NONE;
        }
        taken++;
        return number;
    }

    /** Gives a pane back, which must be free. */
    void giveBack(final int number)
    {
        numbers.giveBack(number);
        taken--;
    }

    /** A pane is about to change. */
    void changing(final int number)
    {
        blocks.changing(blocks.addressOf(number), number);
    }

    long addressOf(final int number)
    {
        return blocks.addressOf(number);
    }

    BlockStore blocks()
    {
        return blocks;
    }

    /** A pane that was restored is taken. */
    void onRestored(final int number)
    {
        numbers.use(number);
        taken++;
    }

    /** @return how many panes are taken. */
    int size()
    {
        return taken;
    }

    @Override
    public void close()
    {
        blocks.close();
    }
}
