package io.tailrace.perf.page;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.tailrace.perf.profile.Hotspots;
import io.tailrace.perf.profile.Profile;

/**
 * A profile as one page: what ran, flame graphs, then threads with what they do and what they allocate. The graphs are
 * files of their own beside it.
 * <p>
 * Threading: one thread.
 */
public final class ProfilePage
{
    private static final double PERCENT = 100.0;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double LEAST_SHARE = 0.01;

    private final Profile profile;
    private final Html html = new Html();

    private ProfilePage(final Profile profile)
    {
        this.profile = profile;
    }

    /**
     * Draws the page.
     *
     * @param command that was profiled.
     * @param graphs  file name of each flame graph by what it shows.
     * @param files   the other files, by name: what they are.
     * @return HTML that is well-formed XML as well, and refers to nothing but those files.
     */
    public static String of(
        final Profile profile,
        final String command,
        final Map<String, String> graphs,
        final Map<String, String> files)
    {
        return new ProfilePage(profile).page(command, graphs, files);
    }

    private String page(final String command, final Map<String, String> graphs, final Map<String, String> files)
    {
        HtmlReport.begin(html, "Tailrace, profiled");
        html.element("h1", "Tailrace, profiled");
        html.element("p", command, "class", "lead");
        html.element("p", "A profile says where time goes, not how fast it is: no figure of this run is a " +
            "measurement.");
        html.element("p", profile.engine() + ", over " + seconds(profile.samples().duration().toNanos()) + ".",
            "class", "note");
        if (profile.isWithoutKernel())
        {
            html.element("p", "perf_events are not permitted here: CPU time is that of a timer for each thread, " +
                "without kernel frames.", "class", "note");
        }
        graphs.forEach((title, file) ->
        {
            html.element("h2", title);
            html.open("p").element("a", file, "href", file).close();
            html.open("iframe", "class", "flames", "src", file, "title", title).close();
        });
        if (profile.time().total() > 0)
        {
            time(profile.time());
        }
        allocations(profile.allocated());
        html.element("h2", "Collections");
        html.element("p", profile.recording().collections() + ", paused " +
            millis(profile.recording().paused().toNanos()) + ", longest pause " +
            millis(profile.recording().longestPause().toNanos()) + ".");
        html.element("h2", "Files");
        html.open("div", "class", "pairs");
        final Table table = Table.begin(html, "Files of this directory", List.of("name", "what"));
        files.forEach(table::row);
        table.end();
        html.close();
        html.close().close().close();
        return html.toString();
    }

    private void time(final Hotspots hotspots)
    {
        html.element("h2", "What threads do");
        final Table threads = Table.begin(
            html, "Samples by thread", List.of("thread", "samples", "share", "seconds"));
        hotspots.roles().forEach(role -> threads.row(
            role.name(),
            String.valueOf(role.total()),
            share(role.total(), hotspots.total()),
            seconds((double)role.total() * profile.settings().intervalNs())));
        threads.end();
        sites(hotspots, "innermost frame", "called from", "samples");
    }

    private void allocations(final Hotspots hotspots)
    {
        html.element("h2", "What threads allocate");
        final Map<String, Long> counted = profile.recording().allocated();
        final Table threads = Table.begin(
            html, "Bytes counted by the JVM; sampled ones are an estimate", List.of("thread", "bytes", "sampled"));
        counted.entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .forEach(entry -> threads.row(
                entry.getKey(),
                String.valueOf(entry.getValue()),
                String.valueOf(hotspots.roles().stream()
                    .filter(role -> role.name().equals(entry.getKey()))
                    .mapToLong(Hotspots.Role::total)
                    .sum())));
        threads.end();
        sites(hotspots, "class", "allocated in", "bytes");
    }

    private void sites(final Hotspots hotspots, final String what, final String where, final String unit)
    {
        hotspots.roles().stream().filter(role -> role.total() >= LEAST_SHARE * hotspots.total()).forEach(role ->
        {
            html.element("h3", role.name());
            html.open("div", "class", "sites");
            final Table table = Table.begin(
                html, role.name() + ": greatest " + unit, List.of(what, where, unit, "share of thread"));
            role.sites().forEach(site -> table.row(
                site.what(), site.where(), String.valueOf(site.total()), share(site.total(), role.total())));
            table.end();
            html.close();
        });
    }

    private static String share(final long value, final long total)
    {
        return String.format(Locale.ROOT, "%.1f %%", PERCENT * value / total);
    }

    private static String seconds(final double ns)
    {
        return String.format(Locale.ROOT, "%.2f s", ns / NANOS_PER_SECOND);
    }

    private static String millis(final double ns)
    {
        return String.format(Locale.ROOT, "%.1f ms", ns / NANOS_PER_MILLI);
    }
}
