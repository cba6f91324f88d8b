package io.tailrace.engine.config;

import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The types of values that a configuration has. */
final class ValueTypes
{
    static final long MAX_METRIC_ID = 0xffff_ffffL;
    static final String ANY = "any";

    static final ValueType<String> TEXT =
        new ValueType<>("a text", (text, metrics) -> text, (text, metrics) -> quoted(text));

    static final ValueType<Path> PATH =
        new ValueType<>("a path", (text, metrics) -> path(text), (path, metrics) -> quoted(path.toString()));

    static final ValueType<Boolean> BOOLEAN = words("true or false", Map.of("true", true, "false", false));

    static final ValueType<Integer> INTEGER = new ValueType<>(
        "a whole number", (text, metrics) -> integer(text), (value, metrics) -> String.valueOf(value));

    static final ValueType<Long> LONG = new ValueType<>(
        "a whole number", (text, metrics) -> Quantities.parseWhole(text), (value, metrics) -> String.valueOf(value));

    static final ValueType<Double> NUMBER = new ValueType<>(
        "a number", (text, metrics) -> Quantities.parseNumber(text), (value, metrics) -> Quantities.printNumber(value));

    static final ValueType<Long> DURATION = new ValueType<>(
        "a duration such as 100ms, 5s or 2m (ns, us, ms, s, m, h, d)",
        (text, metrics) -> Quantities.parseDuration(text),
        (value, metrics) -> Quantities.printDuration(value));

    static final ValueType<Long> DURATION_OR_NONE = DURATION.or("none", Long.MAX_VALUE);

    static final ValueType<Long> DECLARED_DURATION = DURATION.or("none", 0L);

    static final ValueType<Long> SIZE = new ValueType<>(
        "a size such as 64KiB, 8MB or 50GB (B, KB, MB, GB, TB, KiB, MiB, GiB, TiB)",
        (text, metrics) -> Quantities.parseSize(text),
        (value, metrics) -> Quantities.printSize(value));

    static final ValueType<Double> RATE = new ValueType<>(
        "a rate such as 100/s, 10/m or 4/h",
        (text, metrics) -> Quantities.parseRate(text),
        (value, metrics) -> Quantities.printRate(value)).or("none", 0.0);

    static final ValueType<Long> INSTANT = new ValueType<>(
        "a date such as 2020-01-01 or an instant such as 2020-01-01T12:00:00Z, between 1677 and 2262",
        (text, metrics) -> Quantities.parseInstant(text),
        (value, metrics) -> Quantities.printInstant(value)).or("none", Long.MIN_VALUE);

    static final ValueType<InetSocketAddress> ADDRESS = new ValueType<>(
        "an address HOST:PORT such as 127.0.0.1:9010",
        (text, metrics) -> Addresses.parse(text),
        (value, metrics) -> quoted(Addresses.print(value)));

    static final ValueType<ZoneId> ZONE = new ValueType<>(
        "a time zone of the IANA data base such as Europe/Berlin",
        new TreeSet<>(ZoneId.getAvailableZoneIds()),
        (text, metrics) -> zone(text),
        (zone, metrics) -> quoted(zone.getId()),
        null);

    static final ValueType<Integer> TIME_UNIT = words("auto, s, ms, us or ns", numbered("auto", "s", "ms", "us", "ns"));

    static final ValueType<Integer> PRIORITY = words("normal or critical", numbered("normal", "critical"));

    static final ValueType<Integer> QUALITY =
        words("good, uncertain, bad", numbered("good", "uncertain", "bad")).or(ANY, EventFilter.ANY_QUALITY);

    static final ValueType<Integer> PANES = INTEGER.or("auto", 0);

    static final ValueType<List<Long>> METRICS = new ValueType<>(
        "a name under metrics, the id of a metric, or a list of them",
        List.of(),
        ValueTypes::metric,
        ValueTypes::printMetrics,
        ValueTypes::flatten).or(ANY, List.of());

    static final ValueType<Set<SinkResults>> SINK_RESULTS = listOf(SinkResults.class);

    private static final String PLAIN = "[A-Za-z0-9_/.]([A-Za-z0-9_/.+:-]*[A-Za-z0-9_/.+-])?";

    private ValueTypes()
    {
    }

    /** Constants of an enum in lower case, with a hyphen for an underscore; those of {@link KeyKind} with a plus. */
    static <E extends Enum<E>> ValueType<E> constants(final Class<E> type)
    {
        final char separator = type == KeyKind.class ? '+' : '-';
        final Map<String, E> words = new LinkedHashMap<>();
        for (final E constant : type.getEnumConstants())
        {
            words.put(constant.name().toLowerCase(Locale.ROOT).replace('_', separator), constant);
        }

        final List<String> names = new ArrayList<>(words.keySet());
        final String last = names.remove(names.size() - 1);
        return words(String.join(", ", names) + " or " + last, words);
    }

    /** One or several constants of an enum. */
    private static ValueType<Set<SinkResults>> listOf(final Class<SinkResults> type)
    {
        final ValueType<SinkResults> one = constants(type);
        return new ValueType<>(
            "one or a list of " + one.expected(),
            one.words(),
            (text, metrics) -> Set.of(one.parse(text, metrics)),
            (values, metrics) -> values.stream().sorted().map((value) -> one.print(value, metrics))
                .collect(Collectors.joining(", ", "[", "]")),
            (lists) -> lists.stream().flatMap(Set::stream).collect(Collectors.toUnmodifiableSet()));
    }

    /** A text as YAML: plain where that is plain enough, else in double quotes. */
    static String quoted(final String text)
    {
        if (text.matches(PLAIN))
        {
            return text;
        }

        final StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach((codePoint) ->
        {
            if (codePoint == '"' || codePoint == '\\')
            {
                quoted.append('\\').appendCodePoint(codePoint);
            }
            else if (codePoint >= ' ' && codePoint < 0x7f)
            {
                quoted.appendCodePoint(codePoint);
            }
            else
            {
                quoted.append(String.format("\\U%08X", codePoint));
            }
        });
        return quoted.append('"').toString();
    }

    /** The name of a metric as the file has it, or its id. */
    static String metricName(final long id, final Map<String, Long> metrics)
    {
        for (final Map.Entry<String, Long> entry : metrics.entrySet())
        {
            if (entry.getValue() == id)
            {
                return entry.getKey();
            }
        }

        return String.valueOf(id);
    }

    private static <V> ValueType<V> words(final String expected, final Map<String, V> words)
    {
        return new ValueType<>(
            expected,
            words.keySet(),
            (text, metrics) -> present(words.get(text)),
            (value, metrics) -> words.entrySet().stream()
                .filter((entry) -> entry.getValue().equals(value))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> String.valueOf(value)),
            null);
    }

    private static Map<String, Integer> numbered(final String... words)
    {
        final Map<String, Integer> numbered = new LinkedHashMap<>();
        for (final String word : words)
        {
            numbered.put(word, numbered.size());
        }

        return numbered;
    }

    private static <V> V present(final V value) throws ValueException
    {
        if (value == null)
        {
            throw new ValueException();
        }

        return value;
    }

    private static int integer(final String text) throws ValueException
    {
        final long value = Quantities.parseWhole(text);
        if ((int) value != value)
        {
            throw new ValueException();
        }

        return (int) value;
    }

    private static Path path(final String text) throws ValueException
    {
        try
        {
            return Path.of(text);
        }
        catch (final InvalidPathException ex)
        {
            throw new ValueException();
        }
    }

    private static ZoneId zone(final String text) throws ValueException
    {
        // ZoneId.of alone would also take offsets such as +02:00, which are no zones: they know no summer.
        if (!ZoneId.getAvailableZoneIds().contains(text))
        {
            throw new ValueException();
        }

        return ZoneId.of(text);
    }

    private static List<Long> metric(final String text, final Map<String, Long> metrics) throws ValueException
    {
        final Long id = metrics.get(text);
        if (id != null)
        {
            return List.of(id);
        }

        final long number = Quantities.parseWhole(text);
        if (number < 0 || number > MAX_METRIC_ID)
        {
            throw new ValueException();
        }

        return List.of(number);
    }

    private static String printMetrics(final List<Long> ids, final Map<String, Long> metrics)
    {
        final List<String> names = new ArrayList<>(ids.size());
        ids.forEach((id) -> names.add(quoted(metricName(id, metrics))));
        return names.size() == 1 ? names.get(0) : "[" + String.join(", ", names) + "]";
    }

    private static List<Long> flatten(final List<List<Long>> lists)
    {
        final List<Long> flat = new ArrayList<>();
        lists.forEach(flat::addAll);
        return flat;
    }
}
