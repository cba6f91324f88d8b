package io.tailrace.engine.advice;

import java.util.ArrayList;
import java.util.List;

/**
 * Durations that people write, and the least of them that is not below another one: 1, 2, 5, 10, 20, 50, 100, 200, 500
 * of ns, us and ms; 1, 2, 3, 5, 10, 15, 20, 30, 45 of s and m; 1, 2, 3, 4, 6, 8, 12, 18 h; 1, 2, 3, 5, 7, 10, 14, 21,
 * 30, 60, 90, 120, 180, 270 d, and then years of 365 days, twice as many each time.
 */
final class ReadableDuration
{
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long DAY_NS = 86_400 * SECOND_NS;
    private static final long[] SUB_SECOND = {1, 2, 5, 10, 20, 50, 100, 200, 500};
    private static final long[] SIXTIETHS = {1, 2, 3, 5, 10, 15, 20, 30, 45};
    private static final long[] HOURS = {1, 2, 3, 4, 6, 8, 12, 18};
    private static final long[] DAYS =
        {1, 2, 3, 5, 7, 10, 14, 21, 30, 60, 90, 120, 180, 270, 365, 730, 1460, 2920, 5840, 11680, 23360, 46720, 93440};
    private static final List<Long> STEPS = steps();

    private ReadableDuration()
    {
    }

    /** @return the least such duration that is not below; 0 for 0, and the longest that there is beyond it. */
    static long roundUp(final long durationNs)
    {
        for (final long step : STEPS)
        {
            if (step >= durationNs)
            {
                return step;
            }
        }
        return Long.MAX_VALUE;
    }

    private static List<Long> steps()
    {
        final List<Long> steps = new ArrayList<>(List.of(0L));
        add(steps, SUB_SECOND, 1);
        add(steps, SUB_SECOND, 1_000);
        add(steps, SUB_SECOND, 1_000_000);
        add(steps, SIXTIETHS, SECOND_NS);
        add(steps, SIXTIETHS, 60 * SECOND_NS);
        add(steps, HOURS, 3_600 * SECOND_NS);
        add(steps, DAYS, DAY_NS);
        return List.copyOf(steps);
    }

    private static void add(final List<Long> steps, final long[] counts, final long unitNs)
    {
        for (final long count : counts)
        {
            steps.add(count * unitNs);
        }
    }
}
