package io.tailrace.engine.config;

import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A key with one value: how it is written, where it goes, what it means.
 *
 * @param <B> builder that takes the value.
 * @param <C> record that has it.
 * @param <V> the value.
 */
final class Key<B, C, V> extends SchemaEntry<B, C>
{
    private final ValueType<V> type;
    private final BiConsumer<B, V> setter;
    private final Function<C, V> getter;
    private Predicate<V> range = (value) -> true;
    private String expected;
    private V neutral;
    private String defaultText;

    Key(final String name, final ValueType<V> type, final BiConsumer<B, V> setter, final Function<C, V> getter)
    {
        super(name);
        this.type = type;
        this.setter = setter;
        this.getter = getter;
        this.expected = type.expected();
    }

    /** Which values of the type are right, in code and in words. */
    Key<B, C, V> range(final Predicate<V> range, final String expected)
    {
        this.range = range;
        this.expected = expected;
        return this;
    }

    /** The key is there only under a condition; otherwise the record has the neutral value. */
    Key<B, C, V> when(final Predicate<C> condition, final String words, final V neutral)
    {
        this.neutral = neutral;
        condition(condition, words);
        return this;
    }

    /** The default in words, where the value of a fresh record does not say it. */
    Key<B, C, V> byDefault(final String text)
    {
        this.defaultText = text;
        return this;
    }

    Key<B, C, V> means(final String meaning)
    {
        meaning(meaning);
        return this;
    }

    ValueType<V> type()
    {
        return type;
    }

    void set(final B builder, final V value)
    {
        setter.accept(builder, value);
    }

    V get(final C owner)
    {
        return getter.apply(owner);
    }

    boolean isInRange(final V value)
    {
        return range.test(value);
    }

    boolean isNeutral(final V value)
    {
        return Objects.equals(neutral, value);
    }

    /** What a value must be, in words. */
    String expected()
    {
        return expected;
    }

    String defaultText()
    {
        return defaultText;
    }
}
