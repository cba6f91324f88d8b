package io.tailrace.engine.config;

import java.util.function.Predicate;

/**
 * A line of the table of keys: a {@link Key}, a {@link Child} or the {@link NameTable}.
 *
 * @param <B> builder of the section that it stands in.
 * @param <C> record of that section.
 */
abstract sealed class SchemaEntry<B, C> permits Key, Child, NameTable
{
    private final String name;
    private Predicate<C> condition = (owner) -> true;
    private String conditionText = "";
    private String meaning = "";

    SchemaEntry(final String name)
    {
        this.name = name;
    }

    final void condition(final Predicate<C> condition, final String words)
    {
        this.condition = condition;
        this.conditionText = words;
    }

    final void meaning(final String meaning)
    {
        this.meaning = meaning;
    }

    final String name()
    {
        return name;
    }

    /** Whether the entry has a place in a section of these values. */
    final boolean applies(final C owner)
    {
        return condition.test(owner);
    }

    /** When it has one, in words; empty: always. */
    final String conditionText()
    {
        return conditionText;
    }

    final String misplaced()
    {
        return "no " + name + " unless " + conditionText;
    }

    final String meaning()
    {
        return meaning;
    }
}
