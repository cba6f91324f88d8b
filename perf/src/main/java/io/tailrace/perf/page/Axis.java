package io.tailrace.perf.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One side of a plot, in the unit in which its points are given; a logarithmic axis is given logarithms.
 *
 * @param from  its beginning.
 * @param to    its end, greater.
 * @param ticks within.
 * @param label what it shows, the unit included.
 */
record Axis(double from, double to, List<Tick> ticks, String label)
{
    private static final int MOST_TICKS = 6;
    private static final int FEW_DECADES = 2;
    private static final double[] STEPS = {1, 2, 5, 10};
    private static final String[] NANOS = {"1 ns", "10 ns", "100 ns", "1 µs", "10 µs", "100 µs", "1 ms", "10 ms",
        "100 ms", "1 s", "10 s", "100 s", "1000 s", "10000 s"};

    /**
     * A mark.
     *
     * @param at    where.
     * @param label of it; empty: a line alone.
     */
    record Tick(double at, String label)
    {
    }

    /** @return where a value lies, 0 at the beginning, 1 at the end; what lies beyond is at the edge. */
    double share(final double value)
    {
        return Math.max(0, Math.min(1, (value - from) / (to - from)));
    }

    /**
     * Percentiles as HdrHistogram plots them: by the logarithm of {@code 1 / (1 - percentile)}.
     *
     * @param nines how many nines the last tick has.
     */
    static Axis percentiles(final int nines)
    {
        final List<Tick> ticks = new ArrayList<>();
        ticks.add(new Tick(0, "0"));
        final StringBuilder label = new StringBuilder("9");
        for (int i = 1; i <= nines; i++)
        {
            ticks.add(new Tick(i, i == 1 ? "90" : label + (i == 2 ? "" : "." + "9".repeat(i - 2))));
            if (i == 1)
            {
                label.append('9');
            }
        }
        return new Axis(0, nines, ticks, "percentile");
    }

    /** Logarithms of durations, in whole decades that hold both ends. */
    static Axis durations(final double minNs, final double maxNs)
    {
        final int from = (int)Math.floor(Math.log10(Math.max(1, minNs)));
        final int to = Math.min(NANOS.length - 1, Math.max(from + 1, (int)Math.ceil(Math.log10(Math.max(1, maxNs)))));
        final List<Tick> ticks = new ArrayList<>();
        for (int decade = from; decade <= to; decade++)
        {
            ticks.add(new Tick(decade, NANOS[decade]));
            if (to - from <= FEW_DECADES && decade < to)
            {
                ticks.add(new Tick(decade + Math.log10(2), ""));
                ticks.add(new Tick(decade + Math.log10(5), ""));
            }
        }
        return new Axis(from, to, ticks, "latency, logarithmic");
    }

    /** From 0 to a value or somewhat more, in even steps. */
    static Axis linear(final double max, final String label)
    {
        final double most = max > 0 ? max : 1;
        final double power = Math.pow(10, Math.floor(Math.log10(most / MOST_TICKS)));
        double step = power;
        for (final double times : STEPS)
        {
            step = times * power;
            if (step * MOST_TICKS >= most)
            {
                break;
            }
        }
        final int count = (int)Math.ceil(most / step);
        final int decimals = Math.max(0, (int)-Math.floor(Math.log10(step)));
        final List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= count; i++)
        {
            ticks.add(new Tick(i * step, String.format(Locale.ROOT, "%." + decimals + "f", i * step)));
        }
        return new Axis(0, count * step, ticks, label);
    }
}
