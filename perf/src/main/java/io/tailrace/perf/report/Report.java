package io.tailrace.perf.report;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.HdrHistogram.Histogram;

/**
 * What a command has measured: figures and comparisons, which are printed, one row for each repetition and histograms,
 * which are only saved, and the verdict on all of it.
 * <p>
 * Threading: one thread.
 */
public final class Report
{
    private static final double SHOWN = 0.05;
    static final String OVER_TIME = "over-time";
    static final String COMPARISONS = "comparisons";

    private static final String FIGURES = "figures";
    private static final String NAME_AND_VALUE = "%-58s %s%n";

    private final Map<String, Object> entries = new LinkedHashMap<>();
    private final Map<String, Object> figures = new LinkedHashMap<>();
    private final Map<String, Comparison> comparisons = new LinkedHashMap<>();
    private final Map<String, Histogram> percentiles = new LinkedHashMap<>();
    private final Map<String, List<Histogram>> intervals = new LinkedHashMap<>();
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, List<Map<String, Object>>> rows = new LinkedHashMap<>();
    private final Verdict verdict = new Verdict();

    /** @return the verdict, to be added to. */
    public Verdict verdict()
    {
        return verdict;
    }

    /** Adds a figure. */
    public Report figure(final String name, final Object value)
    {
        figures.put(name, value);
        return this;
    }

    /** Adds a comparison. */
    public Report compare(final Comparison comparison)
    {
        comparisons.put(comparison.name(), comparison);
        return this;
    }

    /**
     * Adds a figure for each thread: the spread of what it used per event, unless that is next to nothing.
     *
     * @param name    what they used, in front of the name of the thread.
     * @param threads for each repetition, what each thread used.
     * @param events  of each repetition.
     */
    public Report perEvent(final String name, final List<Map<String, Long>> threads, final List<Long> events)
    {
        final Set<String> names = new TreeSet<>();
        threads.forEach(used -> names.addAll(used.keySet()));
        for (final String thread : names)
        {
            final double[] values = new double[threads.size()];
            for (int i = 0; i < values.length; i++)
            {
                values[i] = (double)threads.get(i).getOrDefault(thread, 0L) / events.get(i);
            }
            final Spread spread = Spread.of(values);
            if (spread.max() >= SHOWN)
            {
                figure(name + " " + thread, spread.text(1));
            }
        }
        return this;
    }

    /** Adds something that is saved and not printed. */
    public Report entry(final String key, final Object value)
    {
        entries.put(key, value);
        return this;
    }

    /** Adds a row of a table that is saved and not printed. */
    public Report row(final String table, final Map<String, Object> row)
    {
        rows.computeIfAbsent(table, name -> new ArrayList<>()).add(row);
        return this;
    }

    /** Adds a file that is saved as it is. */
    public Report file(final String name, final String text)
    {
        texts.put(name, text);
        return this;
    }

    /** Adds a histogram, ns, to what is saved as percentiles under a name; those of one name go together. */
    public Report percentiles(final String name, final Histogram histogram)
    {
        percentiles.computeIfAbsent(name, absent -> LatencyTable.newHistogram()).add(histogram);
        return this;
    }

    /** Adds a histogram, ns, to those that are saved as a log under a name; each has its time stamps. */
    public Report interval(final String name, final Histogram histogram)
    {
        intervals.computeIfAbsent(name, log -> new ArrayList<>()).add(histogram);
        return this;
    }

    /**
     * Adds how many events were published in each interval of a run; saved and not printed.
     *
     * @param name       of what ran.
     * @param intervalNs length of an interval.
     * @param counts     events of each.
     */
    public Report overTime(final String name, final long intervalNs, final List<Long> counts)
    {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", name);
        row.put("interval-ns", intervalNs);
        row.put("counts", counts);
        return row(OVER_TIME, row);
    }

    /** Prints figures, comparisons and verdict. Misses stand where hits do. */
    public void print(final PrintWriter text)
    {
        text.println();
        figures.forEach((name, value) -> text.printf(Locale.ROOT, NAME_AND_VALUE, name, value));
        comparisons.forEach((name, comparison) -> text.printf(Locale.ROOT, NAME_AND_VALUE, name, comparison.text()));
        text.println(verdict);
        text.flush();
    }

    /** Saves everything; what belongs to a failed run is marked as that. */
    public void save(final RunDirectory directory, final RunManifest manifest)
    {
        percentiles.forEach((name, histogram) -> directory.savePercentiles(name, histogram, verdict));
        intervals.forEach((name, log) ->
            directory.saveIntervals(name, log.get(0).getStartTimeStamp(), log, verdict));
        texts.forEach((name, text) -> directory.saveText(name, text, verdict));
        manifest.verdict(verdict);
        if (!figures.isEmpty())
        {
            manifest.put(FIGURES, figures);
        }
        if (!comparisons.isEmpty())
        {
            final Map<String, Object> maps = new LinkedHashMap<>();
            comparisons.forEach((name, comparison) -> maps.put(name, comparison.toMap()));
            manifest.put(COMPARISONS, maps);
        }
        entries.forEach(manifest::put);
        rows.forEach(manifest::put);
        directory.saveManifest(manifest);
    }
}
