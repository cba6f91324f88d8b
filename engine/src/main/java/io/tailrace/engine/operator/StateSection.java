package io.tailrace.engine.operator;

import java.util.Objects;
import java.util.function.Consumer;

import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;

/**
 * A part of the operators' state: blocks, or numbers beside them.
 *
 * @param name   whose state it is: {@code engine}, {@code devices}, or the name of an operator.
 * @param blocks null: numbers.
 * @param save   writes the numbers; null: blocks.
 * @param load   reads the numbers, after all blocks are restored, and derives what follows from both; null: blocks.
 */
public record StateSection(String name, BlockStore blocks, Consumer<StateOutput> save, Consumer<StateInput> load)
{
    static StateSection ofBlocks(final String name, final BlockStore blocks)
    {
        return new StateSection(name, Objects.requireNonNull(blocks), null, null);
    }

    static StateSection ofNumbers(
        final String name, final Consumer<StateOutput> save, final Consumer<StateInput> load)
    {
        return new StateSection(name, null, Objects.requireNonNull(save), Objects.requireNonNull(load));
    }

    /** @return whether it is made of blocks. */
    public boolean isBlocks()
    {
        return null != blocks;
    }
}
