package io.tailrace.perf.profile;

import java.util.Locale;
import java.util.Map;

/** A profile for people at a terminal. */
public final class ProfileText
{
    private static final double PERCENT = 100.0;
    private static final double LEAST_SHARE = 0.01;
    private static final int SHOWN_SITES = 6;

    private ProfileText()
    {
    }

    /** @return roles with their greatest sites; roles with less than 1 % only in one line each. */
    public static String of(final Profile profile)
    {
        final StringBuilder text = new StringBuilder(profile.engine()).append('\n');
        if (profile.isWithoutKernel())
        {
            text.append("perf_events are not permitted here: without kernel frames\n");
        }
        if (profile.time().total() > 0)
        {
            append(text, "Samples by thread, and their innermost frames", profile.time());
        }
        append(text, "Bytes by thread (estimated from samples), class, and where they were allocated",
            profile.allocated());
        text.append("\nBytes by thread, counted by the JVM\n");
        profile.recording().allocated().entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .forEach(entry -> text.append(
                String.format(Locale.ROOT, "%14d         %s%n", entry.getValue(), entry.getKey())));
        return text.append(String.format(
            Locale.ROOT,
            "%nCollections %d, paused %.1f ms, longest pause %.1f ms%n",
            profile.recording().collections(),
            profile.recording().paused().toNanos() / 1e6,
            profile.recording().longestPause().toNanos() / 1e6)).toString();
    }

    private static void append(final StringBuilder text, final String title, final Hotspots hotspots)
    {
        text.append('\n').append(title).append('\n');
        for (final Hotspots.Role role : hotspots.roles())
        {
            line(text, role.total(), hotspots.total(), "", role.name());
            if (role.total() >= LEAST_SHARE * hotspots.total())
            {
                role.sites().stream().limit(SHOWN_SITES).forEach(site -> line(text, site.total(), role.total(), "    ",
                    site.what() + (site.where().isEmpty() ? "" : "  < " + site.where())));
            }
        }
        if (hotspots.roles().isEmpty())
        {
            text.append("  none\n");
        }
    }

    private static void line(
        final StringBuilder text, final long value, final long of, final String indent, final String name)
    {
        text.append(String.format(Locale.ROOT, "%14d %5.1f %% %s%s%n", value, PERCENT * value / of, indent, name));
    }
}
