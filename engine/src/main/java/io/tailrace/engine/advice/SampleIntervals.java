package io.tailrace.engine.advice;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The median time between one reading of a device and metric and the next, as they came in; readings that are repeated
 * or out of order leave no interval.
 * <p>
 * Exact for up to 31 intervals; of more, the median of 31 of them drawn evenly (algorithm R: J. S. Vitter, "Random
 * Sampling with a Reservoir", ACM TOMS 11, 1985), by a fixed seed, so that a file always gives the same figure.
 */
final class SampleIntervals
{
    private static final int CAPACITY = 31;
    private static final int INITIAL_CAPACITY = 3;

    private long[] intervalsNs = new long[INITIAL_CAPACITY];
    private int held;
    private long seen;
    private long lastNs;

    SampleIntervals(final long firstTimeNs)
    {
        lastNs = firstTimeNs;
    }

    void onReading(final long timeNs, final SplittableRandom random)
    {
        final long intervalNs = timeNs - lastNs;
        if (timeNs > lastNs && intervalNs > 0)
        {
            lastNs = timeNs;
            keep(intervalNs, random);
        }
    }

    private void keep(final long intervalNs, final SplittableRandom random)
    {
        seen++;
        if (held < CAPACITY)
        {
            if (held == intervalsNs.length)
            {
                intervalsNs = Arrays.copyOf(intervalsNs, Math.min(CAPACITY, 2 * held + 1));
            }
            intervalsNs[held++] = intervalNs;
            return;
        }
        final long place = random.nextLong(seen);
        if (place < CAPACITY)
        {
            intervalsNs[(int)place] = intervalNs;
        }
    }

    /** @return the lower median, ns; 0 if there is no interval. */
    long medianNs()
    {
        if (held == 0)
        {
            return 0;
        }
        final long[] sorted = Arrays.copyOf(intervalsNs, held);
        Arrays.sort(sorted);
        return sorted[(held - 1) / 2];
    }
}
