package io.tailrace.engine.operator;

import java.util.Objects;
import java.util.function.Consumer;

import io.tailrace.engine.dedup.IdSet;
import io.tailrace.engine.state.BlockStore;
import io.tailrace.engine.state.Capturable;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;

/**
 * A part of the operators' state: blocks, remembered ids, or numbers beside them.
 *
 * @param name   whose state it is: {@code engine}, {@code devices}, {@code dedup}, or the name of an operator.
 * @param blocks null: other state.
 * @param ids    null: other state.
 * @param save   writes the numbers; null: other state.
 * @param load   reads the numbers, after all else is restored, and derives what follows from it; null: other state.
 */
public record StateSection(
    String name, BlockStore blocks, IdSet ids, Consumer<StateOutput> save, Consumer<StateInput> load)
{
    static StateSection ofBlocks(final String name, final BlockStore blocks)
    {
        return new StateSection(name, Objects.requireNonNull(blocks), null, null, null);
    }

    static StateSection ofIds(final String name, final IdSet ids)
    {
        return new StateSection(name, null, Objects.requireNonNull(ids), null, null);
    }

    static StateSection ofNumbers(
        final String name, final Consumer<StateOutput> save, final Consumer<StateInput> load)
    {
        return new StateSection(name, null, null, Objects.requireNonNull(save), Objects.requireNonNull(load));
    }

    /** @return whether it is made of numbers, which are saved whole. */
    public boolean isNumbers()
    {
        return null != save;
    }

    /** @return what is captured piece by piece; null: numbers. */
    public Capturable capturable()
    {
        return null == blocks ? ids : blocks;
    }

    /** @return what it is made of. */
    public String kind()
    {
        return isNumbers() ? "numbers" : null == blocks ? "ids" : "blocks";
    }
}
