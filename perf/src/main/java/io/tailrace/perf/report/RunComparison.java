package io.tailrace.perf.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.HdrHistogram.Histogram;

/**
 * Two runs of one command side by side: what they have in common, and why it may mean little. Runs of different times
 * never took turns, so nothing here is held against a bar.
 * <p>
 * Threading: immutable, once made.
 */
public final class RunComparison
{
    private static final String[][] SAME = {
        {"git", "commit"}, {"git", "dirty"},
        {"jvm", "name"}, {"jvm", "vendor"}, {"jvm", "version"}, {"jvm", "flags"}, {"jvm", "collectors"},
        {"jvm", "glibc-tunables"},
        {"jvm", "max-heap-bytes"},
        {"machine", "cpu"}, {"machine", "cores"}, {"machine", "kernel"}, {"machine", "arch"},
        {"machine", "governor"}, {"machine", "memory-bytes"}, {"machine", "allowed-cores"},
        {"machine", "isolated-cores"}, {"machine", "transparent-huge-pages"}, {"machine", "clock-source"}};
    private static final String WORKLOAD = "workload";

    private final SavedRun a;
    private final SavedRun b;
    private final List<String> obstacles = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, Comparison[]> comparisons = new LinkedHashMap<>();
    private final Map<String, Histogram[]> histograms = new LinkedHashMap<>();

    /**
     * Compares.
     *
     * @param a what was before.
     * @param b what is now.
     */
    public RunComparison(final SavedRun a, final SavedRun b)
    {
        this.a = a;
        this.b = b;
        requirePass(a);
        requirePass(b);
        if (!a.command().equals(b.command()))
        {
            obstacles.add("commands differ: " + a.command() + " and " + b.command());
        }
        if (!obstacles.isEmpty())
        {
            return;
        }
        collectWarnings();
        collectCommon();
        if (comparisons.isEmpty() && histograms.isEmpty())
        {
            obstacles.add("no comparison and no histogram in common");
        }
    }

    /** @return why the two cannot be compared; empty if they can. */
    public List<String> obstacles()
    {
        return List.copyOf(obstacles);
    }

    /** @return what differs besides the figures. */
    public List<String> warnings()
    {
        return List.copyOf(warnings);
    }

    /** @return all of it, for people. */
    public String text()
    {
        final StringBuilder text = new StringBuilder("A " + a.dir() + "\nB " + b.dir() + "\n");
        obstacles.forEach(obstacle -> text.append("INCOMPARABLE: ").append(obstacle).append('\n'));
        warnings.forEach(warning -> text.append("WARNING: ").append(warning).append('\n'));
        comparisons.forEach((name, both) -> text.append('\n').append(text(name, both[0], both[1])));
        histograms.forEach((name, both) -> text.append('\n').append(text(name, both[0], both[1])));
        return text.toString();
    }

    private void requirePass(final SavedRun run)
    {
        if (!run.isPass())
        {
            obstacles.add(run.dir() + " failed: " + String.join("; ", run.failures()));
        }
    }

    private void collectWarnings()
    {
        for (final String[] key : SAME)
        {
            warnUnlessSame(key[0], key[1]);
        }
        final List<String> keys = new ArrayList<>(a.manifest().path(WORKLOAD).propertyNames());
        b.manifest().path(WORKLOAD).propertyNames().forEach(key ->
        {
            if (!keys.contains(key))
            {
                keys.add(key);
            }
        });
        keys.forEach(key -> warnUnlessSame(WORKLOAD, key));
    }

    private void warnUnlessSame(final String section, final String key)
    {
        if (!Objects.equals(a.manifest().path(section).path(key), b.manifest().path(section).path(key)))
        {
            warnings.add(section + " " + key + ": " + a.text(section, key) + " -> " + b.text(section, key));
        }
    }

    private void collectCommon()
    {
        for (final Comparison ofA : a.comparisons())
        {
            b.comparisons().stream().filter(ofB -> ofB.name().equals(ofA.name())).findFirst().ifPresent(
                ofB -> comparisons.put(ofA.name(), new Comparison[]{ofA, ofB}));
        }
        final Map<String, Histogram> ofB = b.histograms();
        a.histograms().forEach((name, histogram) ->
        {
            final Histogram other = ofB.get(name);
            if (null != other && histogram.getTotalCount() > 0 && other.getTotalCount() > 0)
            {
                histograms.put(name, new Histogram[]{histogram, other});
            }
        });
    }

    private static String text(final String name, final Comparison ofA, final Comparison ofB)
    {
        return String.format(
            Locale.ROOT,
            "%s%n  measured  A %s  B %s  B/A %.3f%n  against   A %s  B %s  B/A %.3f%n" +
                "  ratio     A %.3f  B %.3f  B/A %.3f%n",
            name,
            ofA.measured().text(2),
            ofB.measured().text(2),
            ofB.measured().median() / ofA.measured().median(),
            ofA.against().text(2),
            ofB.against().text(2),
            ofB.against().median() / ofA.against().median(),
            ofA.ratio(),
            ofB.ratio(),
            ofB.ratio() / ofA.ratio());
    }

    private static String text(final String name, final Histogram ofA, final Histogram ofB)
    {
        final StringBuilder text = new StringBuilder(new LatencyTable().add(name + " A", ofA).add(name + " B", ofB)
            .toString());
        text.append(String.format(Locale.ROOT, "%-42s %10s", name + " B/A", ""));
        for (final double percentile : LatencyTable.PERCENTILES)
        {
            text.append(String.format(
                Locale.ROOT,
                " %10.3f",
                (double)ofB.getValueAtPercentile(percentile) / ofA.getValueAtPercentile(percentile)));
        }
        return text.append('\n').toString();
    }
}
