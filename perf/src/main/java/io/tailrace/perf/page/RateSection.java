package io.tailrace.perf.page;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.perf.report.RateOverTime;
import io.tailrace.perf.report.Spread;

/**
 * Throughput over time: a line for each run of an engine, and a table of what the lines come to.
 * <p>
 * Threading: one thread.
 */
final class RateSection
{
    private static final List<String> OPEN_LOOP = List.of("latency", "offered");
    private static final double MILLION = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int MAX_POINTS = 240;

    private final Html html;

    RateSection(final Html html)
    {
        this.html = html;
    }

    /** Writes a plot and a table of each kind of load; nothing of those of which nothing lasted an interval. */
    void write(final List<RateOverTime> rates)
    {
        write("As fast as it goes", rates.stream().filter(rate -> !isOpenLoop(rate)).toList());
        write("On schedule", rates.stream().filter(RateSection::isOpenLoop).toList());
    }

    private static boolean isOpenLoop(final RateOverTime rate)
    {
        return OPEN_LOOP.stream().anyMatch(rate.name()::startsWith);
    }

    private void write(final String kind, final List<RateOverTime> rates)
    {
        final String title = kind + ": published over time, M events/s";
        final List<Plot.Line> lines = new ArrayList<>();
        rates.stream().filter(rate -> !rate.counts().isEmpty()).forEach(rate -> lines.add(line(rate)));
        if (lines.isEmpty())
        {
            return;
        }
        final double lastS = lines.stream().mapToDouble(line -> line.xs()[line.xs().length - 1]).max().orElse(1);
        final double greatest =
            lines.stream().flatMapToDouble(line -> Arrays.stream(line.ys())).max().orElse(1);
        html.open("div", "class", "plots");
        new Plot(title, Axis.linear(lastS, "seconds"), Axis.linear(greatest, "M events/s"))
            .write(html, lines);
        html.close();
        final Table table = Table.begin(html, title + ", of each interval",
            List.of("run", "intervals", "ms each", "median", "least", "greatest"));
        final Map<String, Integer> numbers = new HashMap<>();
        for (final RateOverTime rate : rates)
        {
            // A run that was over before the first interval was has no rate.
            final Spread spread = rate.counts().isEmpty() ? null : rate.spread();
            table.row(
                rate.name() + ", " + numbers.merge(rate.name(), 1, Integer::sum),
                String.valueOf(rate.counts().size()),
                String.valueOf(rate.intervalNs() / 1_000_000),
                null == spread ? "none" : millions(spread.median()),
                null == spread ? "none" : millions(spread.min()),
                null == spread ? "none" : millions(spread.max()));
        }
        table.end();
    }

    /** As many points as can be told apart; each the mean of the intervals that it stands for. */
    private static Plot.Line line(final RateOverTime rate)
    {
        final int count = rate.counts().size();
        final int points = Math.min(count, MAX_POINTS);
        final double[] xs = new double[points];
        final double[] ys = new double[points];
        for (int point = 0; point < points; point++)
        {
            final int from = (int)((long)point * count / points);
            final int to = (int)((long)(point + 1) * count / points);
            for (int i = from; i < to; i++)
            {
                ys[point] += rate.rate(i) / MILLION / (to - from);
            }
            xs[point] = to * rate.intervalNs() / NANOS_PER_SECOND;
        }
        return new Plot.Line(rate.name(), xs, ys);
    }

    private static String millions(final double rate)
    {
        return String.format(Locale.ROOT, "%.3f", rate / MILLION);
    }
}
