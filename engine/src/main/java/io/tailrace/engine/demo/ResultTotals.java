package io.tailrace.engine.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

import io.tailrace.codec.Timing;

/**
 * What the results log held: counts per operator and reason, and a few rows to look at.
 * <p>
 * Threading: one thread.
 */
final class ResultTotals
{
    private static final int REVISION_EXAMPLES = 2;

    private final long[] onTime;
    private final long[] revised;
    private final long[] late;
    private final WindowRow[] examples;
    private final List<WindowRow> revisions = new ArrayList<>();
    private final TreeMap<Integer, Long> rejected = new TreeMap<>();
    private final TreeMap<Integer, JudgedRow> rejectedExamples = new TreeMap<>();
    private JudgedRow lateExample;
    private long rows;

    ResultTotals(final int operatorCount)
    {
        onTime = new long[operatorCount];
        revised = new long[operatorCount];
        late = new long[operatorCount];
        examples = new WindowRow[operatorCount];
    }

    void onResult(final ResultRow result)
    {
        rows++;
        if (result instanceof WindowRow window)
        {
            onWindow(window);
        }
        else if (result instanceof JudgedRow judged)
        {
            onJudged(judged);
        }
    }

    long rows()
    {
        return rows;
    }

    /** @return firings of an operator when their window was due. */
    long onTime(final int operator)
    {
        return onTime[operator];
    }

    /** @return firings of an operator after that. */
    long revised(final int operator)
    {
        return revised[operator];
    }

    /** @return readings too late for an operator. */
    long late(final int operator)
    {
        return late[operator];
    }

    /** @return first firing of an operator that holds as many readings as any before it, or null. */
    WindowRow example(final int operator)
    {
        return examples[operator];
    }

    /** @return a few firings that came after the first one of their window. */
    List<WindowRow> revisions()
    {
        return revisions;
    }

    /** @return a late reading, or null. */
    JudgedRow lateExample()
    {
        return lateExample;
    }

    /** @return counts by code of the reason. */
    TreeMap<Integer, Long> rejected()
    {
        return rejected;
    }

    JudgedRow rejectedExample(final int reason)
    {
        return rejectedExamples.get(reason);
    }

    private void onWindow(final WindowRow window)
    {
        final int operator = window.operator();
        if (window.timing() == Timing.ON_TIME)
        {
            onTime[operator]++;
            if (null == examples[operator] || examples[operator].count() < window.count())
            {
                examples[operator] = window;
            }
        }
        else
        {
            revised[operator]++;
            if (revisions.size() < REVISION_EXAMPLES && window.revision() > revisions.size())
            {
                revisions.add(window);
            }
        }
    }

    private void onJudged(final JudgedRow judged)
    {
        if (judged.isLate())
        {
            late[judged.operator()]++;
            lateExample = null == lateExample ? judged : lateExample;
        }
        else
        {
            rejected.merge(judged.reason(), 1L, Long::sum);
            rejectedExamples.putIfAbsent(judged.reason(), judged);
        }
    }
}
