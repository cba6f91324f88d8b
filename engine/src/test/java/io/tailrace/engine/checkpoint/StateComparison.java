package io.tailrace.engine.checkpoint;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.operator.StateSection;

/** Compares the state of two cores. */
public final class StateComparison
{
    private StateComparison()
    {
    }

    /** @return the first part that is another one, with both if it is made of numbers; empty if all are equal. */
    public static String difference(final OperatorCore expected, final OperatorCore found)
    {
        final List<StateSection> sections = expected.sections();
        final StateDigest digest = StateDigest.of(sections);
        final long[] digests = new long[sections.size()];
        for (int i = 0; i < digests.length; i++)
        {
            digests[i] = digest.get(i);
        }
        final String name = new RestorePoint.Expectation(null, digests).difference(found.sections());
        for (int i = 0; i < sections.size() && !name.isEmpty(); i++)
        {
            final List<Long> numbers = numbers(sections.get(i));
            final List<Long> others = numbers(found.sections().get(i));
            if (!numbers.equals(others))
            {
                return name + " " + others + ", expected " + numbers;
            }
        }
        return name;
    }

    private static List<Long> numbers(final StateSection section)
    {
        final List<Long> numbers = new ArrayList<>();
        if (section.isNumbers())
        {
            section.save().accept(numbers::add);
        }
        return numbers;
    }
}
