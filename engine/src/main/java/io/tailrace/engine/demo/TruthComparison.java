package io.tailrace.engine.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Compares results, in the order of the log, with those that must have come out in their place.
 * <p>
 * Threading: one thread. Memory: nothing per row.
 */
final class TruthComparison
{
    private final List<String> names = new ArrayList<>();
    private final Supplier<ResultRow> truth;
    private final int windowCount;
    private final long[] expected;
    private final long[] found;
    private final long[] differing;
    private final String[] differences;
    private long row;

    /**
     * @param truth   the next row that must be there, or null at the end.
     * @param windows names of the operators.
     */
    TruthComparison(final Supplier<ResultRow> truth, final List<String> windows)
    {
        this.truth = truth;
        windowCount = windows.size();
        windows.forEach(name -> names.add("windows " + name));
        names.add("late readings");
        names.add("rejected readings");
        expected = new long[names.size()];
        found = new long[names.size()];
        differing = new long[names.size()];
        differences = new String[names.size()];
        Arrays.fill(differences, "");
    }

    /** The next result of the log. */
    void onResult(final ResultRow result)
    {
        found[scope(result)]++;
        final ResultRow wanted = truth.get();
        if (null == wanted)
        {
            onDifference(scope(result), "expected the end, found " + result);
        }
        else
        {
            expected[scope(wanted)]++;
            final String difference = wanted.differenceTo(result);
            if (null != difference)
            {
                onDifference(scope(wanted), difference);
            }
        }
        row++;
    }

    /** The log is at its end. */
    void onEnd()
    {
        ResultRow wanted;
        while (null != (wanted = truth.get()))
        {
            expected[scope(wanted)]++;
            onDifference(scope(wanted), "expected " + wanted + ", found the end");
            row++;
        }
    }

    /** @return one per operator, one for late and one for rejected readings. */
    List<TruthCheck> checks()
    {
        final List<TruthCheck> checks = new ArrayList<>();
        for (int i = 0; i < names.size(); i++)
        {
            checks.add(new TruthCheck(names.get(i), expected[i], found[i], differing[i], differences[i]));
        }
        return checks;
    }

    private void onDifference(final int scope, final String difference)
    {
        if (differing[scope]++ == 0)
        {
            differences[scope] = "row " + row + ": " + difference;
        }
    }

    private int scope(final ResultRow result)
    {
        if (result instanceof JudgedRow judged)
        {
            return judged.isLate() ? windowCount : windowCount + 1;
        }
        return result.operator();
    }
}
