package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A key whose effective value is another one in two configurations. Elements of lists are told apart by their names; a
 * list whose names are others, or in another order, is one difference, and so is a section that is in one of them only.
 *
 * @param path           of the key, such as {@code windows[vibration].size}.
 * @param before         its value; {@code none} if there is no such key.
 * @param after          likewise, in the other configuration.
 * @param affectsResults whether the results depend on it, so that the digest is another one too.
 */
public record ConfigDifference(String path, String before, String after, boolean affectsResults)
{
    private static final String NONE = "none";

    /** What the digest leaves out. */
    private static final Pattern OUTSIDE = Pattern.compile(
        "name|data-dir|durability|layout|http|limits\\.(ring|result)-slots|event-time\\.(tick-interval|warn-age)|" +
        "(checkpoint|overload|retention|sinks)([.\\[].*)?|sources\\[[^]]*]\\.(?!(name|unit)$).*|" +
        "windows\\[[^]]*]\\.physics.*");

    /**
     * Compares two configurations key by key.
     *
     * @param before one.
     * @param after  the other.
     * @return what differs, in the order of the table of keys.
     */
    public static List<ConfigDifference> between(final EngineConfig before, final EngineConfig after)
    {
        final Map<String, String> valuesBefore = valuesOf(before);
        final Map<String, String> valuesAfter = valuesOf(after);
        final Set<String> paths = new LinkedHashSet<>(valuesBefore.keySet());
        paths.addAll(valuesAfter.keySet());
        final List<ConfigDifference> differences = new ArrayList<>();
        for (final String path : paths)
        {
            final String found = valuesBefore.get(path);
            final String expected = valuesAfter.get(path);
            final boolean isInBoth = null != found && null != expected;
            if (isInBoth ? !found.equals(expected) : isOwnerIn(path, valuesBefore) && isOwnerIn(path, valuesAfter))
            {
                differences.add(new ConfigDifference(
                    path, null == found ? NONE : found, null == expected ? NONE : expected,
                    !OUTSIDE.matcher(path).matches()));
            }
        }
        return List.copyOf(differences);
    }

    @Override
    public String toString()
    {
        return path + ": " + before + " -> " + after;
    }

    private static Map<String, String> valuesOf(final EngineConfig config)
    {
        final Map<String, String> values = new LinkedHashMap<>();
        values.put("", "");
        section(ConfigSchema.ROOT, config, "", config, values);
        return values;
    }

    private static <B, C> void section(
        final Section<B, C> section,
        final C owner,
        final String prefix,
        final EngineConfig config,
        final Map<String, String> values)
    {
        for (final SchemaEntry<B, C> entry : section.entries())
        {
            final String path = prefix + entry.name();
            if (!entry.applies(owner))
            {
                continue;
            }
            if (entry instanceof Key<B, C, ?> key)
            {
                values.put(path, print(key, owner, config));
            }
            else if (entry instanceof Child<B, C, ?, ?> child)
            {
                child(child, owner, path, config, values);
            }
            else if (entry instanceof NameTable<B, C> table)
            {
                values.put(path, table.get(owner).toString());
            }
        }
    }

    private static <C, D, E> void child(
        final Child<?, C, D, E> child,
        final C owner,
        final String path,
        final EngineConfig config,
        final Map<String, String> values)
    {
        final List<E> elements = child.get(owner);
        final List<String> names = new ArrayList<>();
        for (final E element : elements)
        {
            names.add(child.isList() && child.section().entry("name") instanceof Key<D, E, ?> name ?
                print(name, element, config) : "");
        }
        if (child.isList())
        {
            values.put(path, names.toString());
        }
        else if (!elements.isEmpty())
        {
            values.put(path, "as follows");
        }
        for (int i = 0; i < elements.size(); i++)
        {
            final String element = child.isList() ? path + "[" + names.get(i) + "]" : path;
            values.put(element, child.isList() ? "present" : "as follows");
            section(child.section(), elements.get(i), element + ".", config, values);
        }
    }

    private static <C, V> String print(final Key<?, C, V> key, final C owner, final EngineConfig config)
    {
        return key.type().print(key.get(owner), config.metrics());
    }

    /** Whether what the path is a part of is there; an element of a list shows in the names of the list. */
    private static boolean isOwnerIn(final String path, final Map<String, String> values)
    {
        if (path.endsWith("]"))
        {
            return false;
        }
        final int dot = path.lastIndexOf('.');
        return dot < 0 || values.containsKey(path.substring(0, dot));
    }
}
