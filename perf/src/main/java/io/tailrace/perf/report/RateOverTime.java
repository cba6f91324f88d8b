package io.tailrace.perf.report;

import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * Events published in each interval of one run of an engine.
 *
 * @param name       of what ran; several runs may have the same.
 * @param intervalNs length of an interval.
 * @param counts     events of each.
 */
public record RateOverTime(String name, long intervalNs, List<Long> counts)
{
    private static final double NANOS_PER_SECOND = 1e9;

    /** @return events a second in an interval. */
    public double rate(final int interval)
    {
        return counts.get(interval) * NANOS_PER_SECOND / intervalNs;
    }

    /**
     * @return the spread of the rates.
     * @throws IllegalArgumentException if there is no interval.
     */
    public Spread spread()
    {
        final double[] rates = new double[counts.size()];
        for (int i = 0; i < counts.size(); i++)
        {
            rates[i] = rate(i);
        }
        return Spread.of(rates);
    }

    static List<RateOverTime> of(final JsonNode manifest)
    {
        final List<RateOverTime> all = new ArrayList<>();
        for (final JsonNode row : manifest.path(Report.OVER_TIME))
        {
            final long intervalNs = row.path("interval-ns").asLong(0);
            if (intervalNs < 1)
            {
                throw new IllegalArgumentException(Report.OVER_TIME + ": interval-ns < 1, expected a length");
            }
            final List<Long> counts = new ArrayList<>();
            row.path("counts").forEach(count -> counts.add(count.asLong()));
            all.add(new RateOverTime(row.path("name").asString(""), intervalNs, counts));
        }
        return all;
    }
}
