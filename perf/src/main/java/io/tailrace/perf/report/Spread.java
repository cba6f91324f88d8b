package io.tailrace.perf.report;

import java.util.Arrays;
import java.util.Locale;

/**
 * Median and extremes of the repetitions of one figure.
 *
 * @param median the middle one, or the mean of the two in the middle.
 * @param min    the smallest.
 * @param max    the greatest.
 */
public record Spread(double median, double min, double max)
{
    /**
     * @param values one or more.
     * @return their spread.
     * @throws IllegalArgumentException if there are none.
     */
    public static Spread of(final double... values)
    {
        if (values.length == 0)
        {
            throw new IllegalArgumentException("no values");
        }
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        final double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /** @return {@code median (min-max)} with so many decimals. */
    public String text(final int decimals)
    {
        final String number = "%." + decimals + "f";
        return String.format(Locale.ROOT, number + " (" + number + "-" + number + ")", median, min, max);
    }
}
