package io.tailrace.perf.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.tailrace.perf.report.LatencyTable;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * The histograms of a run: those of one kind in one plot, the control's beside it on the same scale, and a table.
 * <p>
 * Threading: one thread.
 */
final class PercentileSection
{
    private static final String CONTROL = "control";
    private static final String CONTROL_TITLE = "Control: hiccups of an idle thread";
    /** What stands in one plot with the latency of results. */
    private static final Set<String> FROM_INTENDED = Set.of("first-results", "alerts", "round-trip");
    private static final int MIN_NINES = 2;
    private static final int MAX_NINES = 6;
    private static final int TICKS_PER_HALF_DISTANCE = 10;
    private static final double PERCENT = 100;
    private static final double NANOS_PER_MICRO = 1e3;

    private final Html html;

    PercentileSection(final Html html)
    {
        this.html = html;
    }

    /** Writes plots and tables; nothing if nothing was recorded. */
    void write(final Map<String, Histogram> histograms)
    {
        final Map<String, Histogram> control = new LinkedHashMap<>();
        final Map<String, Map<String, Histogram>> kinds = new LinkedHashMap<>();
        histograms.forEach((name, histogram) ->
        {
            if (histogram.getTotalCount() > 0)
            {
                (name.startsWith(CONTROL) ? control : kinds.computeIfAbsent(kind(name), k -> new LinkedHashMap<>()))
                    .put(name, histogram);
            }
        });
        if (kinds.isEmpty() && !control.isEmpty())
        {
            kinds.put(CONTROL_TITLE, Map.of());
        }
        kinds.forEach((kind, of) -> write(kind, of, control));
    }

    private void write(
        final String title, final Map<String, Histogram> histograms, final Map<String, Histogram> control)
    {
        final Map<String, Histogram> all = new LinkedHashMap<>(histograms);
        all.putAll(control);
        final Axis y = Axis.durations(
            all.values().stream().mapToLong(Histogram::getMinValue).min().orElse(1),
            all.values().stream().mapToLong(Histogram::getMaxValue).max().orElse(1));
        final Axis x = Axis.percentiles(
            nines(all.values().stream().mapToLong(Histogram::getTotalCount).max().orElse(1)));
        html.open("div", "class", "plots");
        if (!histograms.isEmpty())
        {
            new Plot(title, x, y).write(html, lines(histograms));
        }
        if (!control.isEmpty())
        {
            new Plot(CONTROL_TITLE, x, y).write(html, lines(control));
        }
        html.close();
        final List<String> headings = new ArrayList<>(List.of("µs", "samples"));
        for (final double percentile : LatencyTable.PERCENTILES)
        {
            headings.add(LatencyTable.heading(percentile));
        }
        final Table table = Table.begin(html, title + ", percentiles in µs", headings);
        all.forEach((name, histogram) -> table.row(row(name, histogram)));
        table.end();
    }

    private static String[] row(final String name, final Histogram histogram)
    {
        final List<String> cells = new ArrayList<>(List.of(name, String.valueOf(histogram.getTotalCount())));
        for (final double percentile : LatencyTable.PERCENTILES)
        {
            cells.add(String.format(
                Locale.ROOT, "%.1f", histogram.getValueAtPercentile(percentile) / NANOS_PER_MICRO));
        }
        return cells.toArray(new String[0]);
    }

    private static List<Plot.Line> lines(final Map<String, Histogram> histograms)
    {
        final List<Plot.Line> lines = new ArrayList<>();
        histograms.forEach((name, histogram) -> lines.add(line(name, histogram)));
        return lines;
    }

    /** Steps, as HdrHistogram plots them: a value holds up to its percentile. */
    private static Plot.Line line(final String name, final Histogram histogram)
    {
        final List<double[]> points = new ArrayList<>();
        for (final HistogramIterationValue value : histogram.percentiles(TICKS_PER_HALF_DISTANCE))
        {
            final double beyond = 1 - value.getPercentileLevelIteratedTo() / PERCENT;
            // The last sample has no percentile beyond it; it lies where one in all of them lies.
            final double nines = -Math.log10(Math.max(beyond, 1.0 / histogram.getTotalCount()));
            points.add(new double[]{nines, Math.log10(Math.max(1, value.getValueIteratedTo()))});
        }
        return new Plot.Line(
            name,
            points.stream().mapToDouble(point -> point[0]).toArray(),
            points.stream().mapToDouble(point -> point[1]).toArray());
    }

    private static int nines(final long samples)
    {
        return Math.max(MIN_NINES, Math.min(MAX_NINES, (int)Math.ceil(Math.log10(Math.max(1, samples)))));
    }

    private static String kind(final String name)
    {
        return name.startsWith("latency") || FROM_INTENDED.contains(name) ? "Result latency from intended time" :
            name.startsWith("duty-cycles") ? "Duty cycles of the engine thread" :
            name.startsWith("critical") ? "Critical readings, from intended time to the alert that was read" :
            name.startsWith("wait") ? "From ingest to the result in its log" : name;
    }
}
