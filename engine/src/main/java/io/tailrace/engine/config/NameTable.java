package io.tailrace.engine.config;

import java.util.Map;
import java.util.function.Function;

/**
 * The one section whose keys are free: names of metrics, with their ids.
 *
 * @param <B> builder of the section that it stands in.
 * @param <C> record of that section.
 */
final class NameTable<B, C> extends SchemaEntry<B, C>
{
    /** Takes a name and its number. */
    @FunctionalInterface
    interface Setter<B>
    {
        void set(B builder, String name, long id);
    }

    private final Setter<B> setter;
    private final Function<C, Map<String, Long>> getter;

    NameTable(
        final String name, final Setter<B> setter, final Function<C, Map<String, Long>> getter, final String meaning)
    {
        super(name);
        this.setter = setter;
        this.getter = getter;
        meaning(meaning);
    }

    void set(final B builder, final String name, final long id)
    {
        setter.set(builder, name, id);
    }

    Map<String, Long> get(final C owner)
    {
        return getter.apply(owner);
    }
}
