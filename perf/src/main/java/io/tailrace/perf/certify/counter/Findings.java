package io.tailrace.perf.certify.counter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a count has found: numbers by name, and the three kinds of fault, with the first few of them in words.
 */
final class Findings
{
    private static final int SHOWN = 10;

    /** What is wrong with one event, result, line or row. */
    enum Fault
    {
        /** It is not there. */
        LOST,
        /** It is there more than once. */
        DUPLICATED,
        /** It is another one than it should be, or should not be there at all. */
        WRONG
    }

    private final Map<String, Long> numbers = new LinkedHashMap<>();
    private final long[] faults = new long[Fault.values().length];
    private final List<String> examples = new ArrayList<>();

    void set(final String name, final long number)
    {
        numbers.put(name, number);
    }

    void add(final Fault fault, final String example)
    {
        if (faults[fault.ordinal()]++ < SHOWN)
        {
            examples.add(fault.name().toLowerCase(Locale.ROOT) + ": " + example);
        }
    }

    long count(final Fault fault)
    {
        return faults[fault.ordinal()];
    }

    boolean isClean()
    {
        return examples.isEmpty();
    }

    List<String> examples()
    {
        return List.copyOf(examples);
    }

    Map<String, Long> numbers()
    {
        final Map<String, Long> all = new LinkedHashMap<>(numbers);
        for (final Fault fault : Fault.values())
        {
            all.put(fault.name().toLowerCase(Locale.ROOT), count(fault));
        }
        return all;
    }
}
