package io.tailrace.engine.config;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A section inside a section, or a list of sections.
 *
 * @param <B> builder of the outer section.
 * @param <C> record of the outer section.
 * @param <D> builder of the inner section.
 * @param <E> record of the inner section.
 */
final class Child<B, C, D, E> extends SchemaEntry<B, C>
{
    private final Section<D, E> section;
    private final boolean isList;
    private final Function<B, D> start;
    private final BiConsumer<B, E> end;
    private final Function<C, List<E>> getter;

    Child(
        final String name,
        final Section<D, E> section,
        final boolean isList,
        final Function<B, D> start,
        final BiConsumer<B, E> end,
        final Function<C, List<E>> getter)
    {
        super(name);
        this.section = section;
        this.isList = isList;
        this.start = start;
        this.end = end;
        this.getter = getter;
    }

    Child<B, C, D, E> when(final Predicate<C> condition, final String words)
    {
        condition(condition, words);
        return this;
    }

    Child<B, C, D, E> means(final String meaning)
    {
        meaning(meaning);
        return this;
    }

    Section<D, E> section()
    {
        return section;
    }

    boolean isList()
    {
        return isList;
    }

    /** The builder for one inner section. */
    D start(final B outer)
    {
        return start.apply(outer);
    }

    /** Hands a finished inner section to the outer one. */
    void end(final B outer, final E inner)
    {
        end.accept(outer, inner);
    }

    /** The inner sections; exactly one if this is no list. */
    List<E> get(final C owner)
    {
        return getter.apply(owner);
    }
}
