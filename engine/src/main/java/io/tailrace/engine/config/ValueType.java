package io.tailrace.engine.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How values of one kind are written: their text both ways, and what to expect, in words.
 *
 * @param <V> kind of value.
 */
final class ValueType<V>
{
    /** Reads one scalar. */
    @FunctionalInterface
    interface Parser<V>
    {
        V parse(String text, Map<String, Long> metrics) throws ValueException;
    }

    /** Writes a value. */
    @FunctionalInterface
    interface Printer<V>
    {
        String print(V value, Map<String, Long> metrics);
    }

    private final String expected;
    private final Collection<String> words;
    private final Parser<V> parser;
    private final Printer<V> printer;
    private final Function<List<V>, V> joiner;

    ValueType(
        final String expected,
        final Collection<String> words,
        final Parser<V> parser,
        final Printer<V> printer,
        final Function<List<V>, V> joiner)
    {
        this.expected = expected;
        this.words = words;
        this.parser = parser;
        this.printer = printer;
        this.joiner = joiner;
    }

    ValueType(final String expected, final Parser<V> parser, final Printer<V> printer)
    {
        this(expected, List.of(), parser, printer, null);
    }

    /** The same type with one word more, that stands for a value. */
    ValueType<V> or(final String word, final V meaning)
    {
        return new ValueType<>(
            expected + " or " + word,
            words.isEmpty() ? words : Stream.concat(words.stream(), Stream.of(word)).toList(),
            (text, metrics) -> word.equals(text) ? meaning : parser.parse(text, metrics),
            (value, metrics) -> Objects.equals(value, meaning) ? word : printer.print(value, metrics),
            joiner);
    }

    V parse(final String text, final Map<String, Long> metrics) throws ValueException
    {
        return parser.parse(text, metrics);
    }

    /** A value as YAML, quoted where YAML needs it. */
    String print(final V value, final Map<String, Long> metrics)
    {
        return printer.print(value, metrics);
    }

    /** Whether a list of scalars may stand for one. */
    boolean takesList()
    {
        return joiner != null;
    }

    V join(final List<V> values)
    {
        return joiner.apply(values);
    }

    String expected()
    {
        return expected;
    }

    /** Words that may have been meant by a text that is none. */
    Collection<String> words()
    {
        return words;
    }
}
