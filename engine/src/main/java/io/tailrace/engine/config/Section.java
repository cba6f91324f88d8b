package io.tailrace.engine.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A mapping with known keys, in the order in which they are read, printed and documented.
 *
 * @param <B> builder that collects the values.
 * @param <C> record that has them.
 */
final class Section<B, C>
{
    private final Function<B, C> finish;
    private final Map<String, SchemaEntry<B, C>> entries = new LinkedHashMap<>();

    Section(final Function<B, C> finish)
    {
        this.finish = finish;
    }

    <V> Key<B, C, V> key(
        final String name, final ValueType<V> type, final BiConsumer<B, V> setter, final Function<C, V> getter)
    {
        return add(new Key<>(name, type, setter, getter));
    }

    <D, E> Child<B, C, D, E> child(
        final String name,
        final Section<D, E> section,
        final Supplier<D> start,
        final BiConsumer<B, E> end,
        final Function<C, E> getter)
    {
        return add(new Child<>(
            name, section, false, (outer) -> start.get(), end, (owner) -> List.of(getter.apply(owner))));
    }

    /** A section that need not be there: the owner's record has null then. */
    <D, E> Child<B, C, D, E> optional(
        final String name,
        final Section<D, E> section,
        final Supplier<D> start,
        final BiConsumer<B, E> end,
        final Function<C, E> getter)
    {
        return add(new Child<>(name, section, false, (outer) -> start.get(), end, (owner) ->
        {
            final E inner = getter.apply(owner);
            return inner == null ? List.of() : List.of(inner);
        }));
    }

    /** A mapping of its own in the file whose values belong to this section's record. */
    Child<B, C, B, C> inline(final String name, final Section<B, C> section, final Function<B, B> start)
    {
        return add(new Child<>(name, section, false, start, (outer, inner) -> { }, List::of));
    }

    <D, E> Child<B, C, D, E> list(
        final String name,
        final Section<D, E> section,
        final Supplier<D> start,
        final BiConsumer<B, E> end,
        final Function<C, List<E>> getter)
    {
        return add(new Child<>(name, section, true, (outer) -> start.get(), end, getter));
    }

    void names(
        final String name,
        final NameTable.Setter<B> setter,
        final Function<C, Map<String, Long>> getter,
        final String meaning)
    {
        add(new NameTable<>(name, setter, getter, meaning));
    }

    C finish(final B builder)
    {
        return finish.apply(builder);
    }

    Collection<SchemaEntry<B, C>> entries()
    {
        return entries.values();
    }

    SchemaEntry<B, C> entry(final String name)
    {
        return entries.get(name);
    }

    Collection<String> names()
    {
        return entries.keySet();
    }

    private <T extends SchemaEntry<B, C>> T add(final T entry)
    {
        if (entries.put(entry.name(), entry) != null)
        {
            throw new IllegalStateException("key twice in the table: " + entry.name());
        }

        return entry;
    }
}
