package io.tailrace.perf.report;

import java.util.Arrays;

/** How much something has grown while it was looked at. */
public final class Growth
{
    private static final int QUARTERS = 4;

    private Growth()
    {
    }

    /** @return whether there are enough samples. */
    public static boolean isEnough(final int samples)
    {
        return samples >= QUARTERS;
    }

    /**
     * The median of the last quarter of the samples against that of the second; in the first, tables fill.
     *
     * @param name    of the comparison.
     * @param samples in the order of their times, four at least.
     * @param bar     of the growth.
     */
    public static Comparison of(final String name, final double[] samples, final Bar bar)
    {
        final int quarter = samples.length / QUARTERS;
        return Comparison.of(
            name,
            median(Arrays.copyOfRange(samples, samples.length - quarter, samples.length)),
            median(Arrays.copyOfRange(samples, quarter, 2 * quarter)),
            bar);
    }

    private static double[] median(final double[] samples)
    {
        return new double[]{Spread.of(samples).median()};
    }
}
