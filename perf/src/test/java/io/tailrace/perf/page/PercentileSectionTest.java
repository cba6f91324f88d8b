package io.tailrace.perf.page;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tailrace.perf.report.LatencyTable;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class PercentileSectionTest
{
    /** What is measured from intended times is compared with the round trip in one plot. */
    @Test
    void shouldDrawResultsAlertsAndTheRoundTripTogether()
    {
        final Map<String, Histogram> histograms = new LinkedHashMap<>();
        for (final String name : List.of("latency", "first-results", "alerts", "round-trip", "control"))
        {
            final Histogram histogram = LatencyTable.newHistogram();
            for (int i = 1; i <= 1_000; i++)
            {
                histogram.recordValue(i * 1_000L);
            }
            histograms.put(name, histogram);
        }
        final Html html = new Html();
        new PercentileSection(html).write(histograms);
        final String section = html.toString();
        assertEquals(2, section.split("<figcaption", -1).length - 1, "results and control");
        assertEquals(2 * 5, section.split("<polyline", -1).length - 1, "a line each, and its mark in the legend");
        assertTrue(section.contains("round-trip"));
    }
}
