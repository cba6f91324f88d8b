package io.tailrace.perf.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.HdrHistogram.Histogram;

/**
 * Histograms as the lines of a table, in microseconds: p50 p90 p99 p99.9 p99.99 max.
 */
public final class LatencyTable
{
    /** Greatest latency that is told apart: an hour. What is longer counts as that. */
    public static final long MAX_LATENCY_NS = 3_600_000_000_000L;
    /** Significant decimal digits of every histogram. */
    public static final int DIGITS = 3;
    /** The percentiles of the columns. */
    public static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99, 100};

    private static final double NANOS_PER_MICRO = 1_000.0;

    private final StringBuilder text = new StringBuilder();

    /** Begins with the line of the headings. */
    public LatencyTable()
    {
        text.append(String.format(Locale.ROOT, "%-42s %10s", "us", "samples"));
        for (final double percentile : PERCENTILES)
        {
            text.append(String.format(Locale.ROOT, " %10s", heading(percentile)));
        }
        text.append('\n');
    }

    /** @return an empty histogram with the range and digits that the rigs use. */
    public static Histogram newHistogram()
    {
        return new Histogram(MAX_LATENCY_NS, DIGITS);
    }

    /** @return a latency within the range of a histogram. */
    public static long clamp(final long latencyNs)
    {
        return Math.max(0, Math.min(latencyNs, MAX_LATENCY_NS));
    }

    /** @return name of a percentile: {@code p99.9}, and {@code max} for 100. */
    public static String heading(final double percentile)
    {
        if (percentile == 100)
        {
            return "max";
        }
        return percentile == Math.rint(percentile) ? "p" + (long)percentile : "p" + percentile;
    }

    /** @return samples and percentiles of a histogram, for a manifest, in its unit. */
    public static Map<String, Object> percentiles(final Histogram histogram)
    {
        final Map<String, Object> percentiles = new LinkedHashMap<>();
        percentiles.put("samples", histogram.getTotalCount());
        for (final double percentile : PERCENTILES)
        {
            percentiles.put(heading(percentile), histogram.getValueAtPercentile(percentile));
        }
        return percentiles;
    }

    /** Adds a line. */
    public LatencyTable add(final String name, final Histogram histogram)
    {
        text.append(String.format(Locale.ROOT, "%-42s %10d", name, histogram.getTotalCount()));
        for (final double percentile : PERCENTILES)
        {
            final double micros = histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
            text.append(String.format(Locale.ROOT, " %10.1f", micros));
        }
        text.append('\n');
        return this;
    }

    @Override
    public String toString()
    {
        return text.toString();
    }
}
