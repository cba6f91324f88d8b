package io.tailrace.engine.config;

import java.util.List;
import java.util.Map;

/** Writes the table of keys as the page {@code engine/docs/configuration.md}. */
public final class SchemaDocument
{
    private static final String PREFACE = """
        # Configuration

        This page is generated from the table of keys that also reads and prints the file. Every key has a default, or
        is required where its section is used; a file with `windows` alone is valid. An error is one line,
        `FILE:LINE:COLUMN: KEY.PATH: found X, expected Y`. `check` prints every key with its effective value, as YAML
        that can be used again.

        How values are written:

        - The type of a value comes from its key, never from YAML's rules: `no`, `010` and `1:30` are just text.
        - **Durations** are a whole number and a unit, `100ms`: `ns`, `us`, `ms`, `s`, `m` (minutes), `h`,
          `d` (24 hours).
        - **Sizes** likewise: `B`, `KB`, `MB`, `GB`, `TB` are powers of 1000; `KiB`, `MiB`, `GiB`, `TiB` of 1024.
        - **Rates** are a number per time: `100/s`, `10/m`, `4/h`.
        - **Instants** are a date, `2020-01-01` (its beginning in UTC), or `2020-01-01T12:00:00Z`.
        - **Addresses** are `HOST:PORT`, IPv6 in brackets (`"[::1]:9010"`). `localhost` is 127.0.0.1; any other host
          name is resolved when the socket is bound, not when the file is read.
        - Booleans are `true` and `false`. `none` means that there is no such bound or value.
        - Anchors, aliases, tags, repeated or unknown keys and a second document are errors. A file has at most
          1 MiB.

        Of windows and alerts, `late`, `rejected`, `duplicates`, `alerts`, `ledger` and `names` are reserved names:
        they are files beside the operators' own.

        `unit: auto` with `earliest: none` leaves the unit of small times open. `run` refuses it unless every source has
        a unit of its own; `batch` takes it where the column names the unit (`event_time_ms`).

        The digest of a configuration, by which a restart knows whether its results would still be the same, covers
        `mode`, `metrics`, the name and unit of each source, `limits.devices`, `limits.keys`, `limits.key-ttl`,
        `event-time` without `tick-interval` and `warn-age`, `dedup`, `windows` without `physics`, and `alerts`; lists
        in their order. Sinks may come, go and change without a new epoch.
        """;

    private final StringBuilder out = new StringBuilder(16 * 1024);

    private SchemaDocument()
    {
    }

    /** @return the whole page, in Markdown. */
    public static String markdown()
    {
        final SchemaDocument document = new SchemaDocument();
        document.out.append(PREFACE);
        document.section(ConfigSchema.ROOT, EngineConfig.builder().build(), "", "The file");
        return document.out.toString();
    }

    private <B, C> void section(final Section<B, C> section, final C defaults, final String path, final String title)
    {
        line("");
        line("## " + title);
        line("");
        line("| Key | Value | Default | Meaning |");
        line("| --- | --- | --- | --- |");
        for (final SchemaEntry<B, C> entry : section.entries())
        {
            line("| `" + path + entry.name() + "` | " + value(entry) + " | " + defaultOf(entry, defaults) + " | " +
                meaning(entry) + " |");
        }

        for (final SchemaEntry<B, C> entry : section.entries())
        {
            if (entry instanceof Child<B, C, ?, ?> child)
            {
                child(child, defaults, path);
            }
        }
    }

    private <B, C, D, E> void child(final Child<B, C, D, E> child, final C defaults, final String path)
    {
        final String childPath = path + child.name() + (child.isList() ? "[]" : "");
        final List<E> present = child.get(defaults);
        final E shown = present.isEmpty() ? fresh(child) : present.get(0);
        section(child.section(), shown, childPath + ".", "`" + childPath + "`");
    }

    /** An element as it is when its section is empty. An outer builder is not needed to start an element of a list. */
    private static <D, E> E fresh(final Child<?, ?, D, E> child)
    {
        return child.section().finish(child.start(null));
    }

    private static String value(final SchemaEntry<?, ?> entry)
    {
        if (entry instanceof Key<?, ?, ?> key)
        {
            return key.expected();
        }

        if (entry instanceof Child<?, ?, ?, ?> child)
        {
            return child.isList() ? "a list of sections" : "a section";
        }

        return "names and ids";
    }

    private static <C> String defaultOf(final SchemaEntry<?, C> entry, final C defaults)
    {
        if (entry instanceof Key<?, C, ?> key)
        {
            return defaultOfKey(key, defaults);
        }

        return entry instanceof Child<?, C, ?, ?> child && !child.isList() ? "see below" : "empty";
    }

    private static <C, V> String defaultOfKey(final Key<?, C, V> key, final C defaults)
    {
        return key.defaultText() != null ?
            key.defaultText() : "`" + key.type().print(key.get(defaults), Map.of()) + "`";
    }

    private static String meaning(final SchemaEntry<?, ?> entry)
    {
        final String when = entry.conditionText();
        return entry.meaning() + (when.isEmpty() ? "" : " Only if " + when + ".");
    }

    private void line(final String text)
    {
        out.append(text).append('\n');
    }
}
