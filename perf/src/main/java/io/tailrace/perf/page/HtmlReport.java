package io.tailrace.perf.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.SavedRun;
import io.tailrace.perf.report.Spread;
import tools.jackson.databind.JsonNode;

/**
 * Runs as one page: what the bars say, what failed, then each run, then where all of it was measured.
 * <p>
 * Threading: one thread.
 */
public final class HtmlReport
{
    private static final double MANY = 100;
    private static final List<String> PLACES = List.of("machine", "jvm", "git");
    private static final String LOAD = "load-average-at-start";

    private final List<SavedRun> runs;
    private final Html html = new Html();

    private HtmlReport(final List<SavedRun> runs)
    {
        this.runs = runs;
    }

    /**
     * Draws the page.
     *
     * @param runs one or more, in their order.
     * @return HTML that is well-formed XML as well, and refers to nothing outside itself.
     */
    public static String of(final List<SavedRun> runs)
    {
        return new HtmlReport(runs).page();
    }

    private String page()
    {
        begin(html, "Tailrace, measured");
        final long failed = runs.stream().filter(run -> !run.isPass()).count();
        html.element("h1", "Tailrace, measured");
        html.element("p", (runs.size() == 1 ? "1 run, " : runs.size() + " runs, ") + failed + " failed. A ratio is " +
            "that of two medians, measured in turns in one run; a spread is median (least-greatest).",
            "class", "lead");
        bars();
        failures();
        for (int i = 0; i < runs.size(); i++)
        {
            if (runs.get(i).isPass())
            {
                run(i);
            }
        }
        places();
        html.close().close().close();
        return html.toString();
    }

    /** Opens a page, its body and the main part of that. */
    static void begin(final Html html, final String title)
    {
        html.open("html", "lang", "en");
        html.open("head")
            .empty("meta", "charset", "utf-8")
            .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
            .empty("meta", "name", "color-scheme", "content", "light dark")
            .element("title", title)
            .element("style", style())
            .close();
        html.open("body").open("main");
    }

    private void bars()
    {
        html.element("h2", "Against the bars");
        final List<String> headings =
            List.of("comparison", "verdict", "ratio", "bar", "measured", "against", "run");
        final Table table = Table.begin(html, "Ratios of medians against their bars", headings);
        int count = 0;
        for (final SavedRun run : runs)
        {
            for (final Comparison comparison : run.comparisons())
            {
                if (comparison.bar().isSet())
                {
                    count++;
                    table.row(
                        comparison.name(),
                        comparison.isHit() ? "HIT" : "MISS",
                        ratio(comparison.ratio()),
                        (comparison.bar().isFloor() ? "at least " : "at most ") + comparison.bar().limit(),
                        spread(comparison.measured(), comparison),
                        spread(comparison.against(), comparison),
                        run.name());
                }
            }
        }
        table.end();
        if (count == 0)
        {
            html.element("p", "No run that passed has a comparison with a bar.");
        }
    }

    private void failures()
    {
        if (runs.stream().allMatch(SavedRun::isPass))
        {
            return;
        }
        html.element("h2", "Failed runs");
        html.element(
            "p", "These are no measurements, as profiled runs are none, and none of their figures is shown.");
        html.open("div", "class", "texts");
        final Table table = Table.begin(html, "Failed runs and their reasons", List.of("run", "command", "reasons"));
        runs.stream().filter(run -> !run.isPass()).forEach(
            run -> table.row(run.name(), run.command(), String.join("; ", run.failures())));
        table.end();
        html.close();
    }

    private void run(final int index)
    {
        final SavedRun run = runs.get(index);
        html.open("section", "id", "run-" + index);
        html.element("h2", run.name());
        html.element("p", run.manifest().path("heading").asString(run.command()));
        html.element("p", "Layout " + run.text("workload", "layout") + ", seed " + run.text("workload", "seed") +
            ", rate " + run.text("workload", "rate") + ", " + run.manifest().path("date").asString("unknown date"),
            "class", "note");
        if (!run.comparisons().isEmpty())
        {
            comparisons(run);
        }
        new PercentileSection(html).write(run.histograms());
        new RateSection(html).write(run.overTime());
        pairs("Figures", run.manifest().path("figures"));
        html.open("details").element("summary", "Conditions");
        pairs("Workload", run.manifest().path("workload"));
        pairs("Conditions", run.manifest().path("conditions"));
        html.close().close();
    }

    private void comparisons(final SavedRun run)
    {
        final Table table = Table.begin(html, "Comparisons",
            List.of("comparison", "verdict", "ratio", "ratios of pairs", "measured", "against"));
        for (final Comparison comparison : run.comparisons())
        {
            table.row(
                comparison.name(),
                comparison.bar().isSet() ? (comparison.isHit() ? "HIT" : "MISS") : "no bar",
                ratio(comparison.ratio()),
                comparison.pairs().text(3),
                spread(comparison.measured(), comparison),
                spread(comparison.against(), comparison));
        }
        table.end();
    }

    /** Machine, JVM and commit; once, if all runs have the same. */
    private void places()
    {
        final Map<String, List<SavedRun>> byPlace = new LinkedHashMap<>();
        for (final SavedRun run : runs)
        {
            final StringBuilder place = new StringBuilder();
            PLACES.forEach(name -> run.manifest().path(name).properties().forEach(entry ->
                place.append(entry.getKey().equals(LOAD) ? "" : entry)));
            byPlace.computeIfAbsent(place.toString(), absent -> new ArrayList<>()).add(run);
        }
        html.element("h2", "Where it was measured");
        for (final List<SavedRun> same : byPlace.values())
        {
            if (byPlace.size() > 1)
            {
                html.element("h3", String.join(", ", same.stream().map(SavedRun::name).toList()));
            }
            pairs("Machine", same.get(0).manifest().path("machine"));
            pairs("JVM", same.get(0).manifest().path("jvm"));
            pairs("Commit", same.get(0).manifest().path("git"));
        }
    }

    private void pairs(final String caption, final JsonNode map)
    {
        if (map.properties().isEmpty())
        {
            return;
        }
        html.open("div", "class", "pairs");
        final Table table = Table.begin(html, caption, List.of("name", "value"));
        map.properties().forEach(entry -> table.row(entry.getKey(), text(entry.getValue())));
        table.end();
        html.close();
    }

    private static String text(final JsonNode value)
    {
        if (value.isNull())
        {
            return "unknown";
        }
        if (value.isArray())
        {
            final List<String> items = new ArrayList<>();
            value.forEach(item -> items.add(item.isValueNode() ? item.asString() : item.toString()));
            return items.isEmpty() ? "none" : String.join(", ", items);
        }
        final String text = value.isValueNode() ? value.asString() : value.toString();
        return text.isEmpty() ? "none" : text;
    }

    private static String spread(final Spread spread, final Comparison comparison)
    {
        return spread.text(
            Math.max(comparison.measured().median(), comparison.against().median()) < MANY ? 2 : 0);
    }

    private static String ratio(final double ratio)
    {
        return Comparison.ratioText(ratio);
    }

    private static String style()
    {
        try (InputStream in = HtmlReport.class.getResourceAsStream("/report/page.css"))
        {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
