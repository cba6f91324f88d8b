package io.tailrace.engine.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Walks the nodes of a file along the table of keys and hands each value to its builder. Collects every problem with
 * its
 * place; knows where each value stood, so that what is found wrong later can be placed as well.
 */
final class ConfigReader
{
    private record Placed(int line, int column, String text)
    {
    }

    private final String file;
    private final Map<String, YamlNode> nodes = new HashMap<>();
    private final Map<String, Long> metrics = new LinkedHashMap<>();
    private final List<Placed> problems = new ArrayList<>();

    ConfigReader(final String file)
    {
        this.file = file;
    }

    /**
     * @param root of the file.
     * @return what it says.
     * @throws ConfigurationException with all problems of types and keys, or if there are none, with all problems of
     * values
     *                                that do not go together; in order of their place.
     */
    EngineConfig read(final YamlNode root)
    {
        nodes.put("", root);
        final EngineConfig.Builder builder = EngineConfig.builder();
        entries(ConfigSchema.ROOT, builder, root, "");
        throwIfAny();
        try
        {
            return builder.build();
        }
        catch (final ConfigurationException ex)
        {
            ex.details().forEach(this::place);
            throwIfAny();
            throw ex;
        }
    }

    /** One problem, at the place of its key or of the nearest section around it. */
    ConfigurationException locate(final Problem problem)
    {
        problems.clear();
        place(problem);
        return new ConfigurationException(problems.get(0).text());
    }

    private <B, C> void section(
        final Section<B, C> section, final B builder, final YamlNode node, final String path)
    {
        final int problemsBefore = problems.size();
        entries(section, builder, node, path);
        if (problems.size() > problemsBefore)
        {
            return;
        }

        final C finished = section.finish(builder);
        for (final String name : node.mapping().keySet())
        {
            final SchemaEntry<B, C> entry = section.entry(name);
            if (!entry.applies(finished))
            {
                final YamlNode value = node.mapping().get(name).value();
                add(value, YamlReader.child(path, name), value.found(), entry.misplaced());
            }
        }
    }

    private <B, C> void entries(
        final Section<B, C> section, final B builder, final YamlNode node, final String path)
    {
        if (node.mapping() == null)
        {
            add(node, path.isEmpty() ? "configuration" : path, node.found(), "a mapping of keys");
            return;
        }

        node.mapping().forEach((name, entry) ->
        {
            if (section.entry(name) == null)
            {
                unknownKey(section, path, name, entry);
            }
        });

        // In the order of the table: names of metrics are known before the keys that use them.
        for (final SchemaEntry<B, C> entry : section.entries())
        {
            final YamlNode.Entry found = node.mapping().get(entry.name());
            if (found != null)
            {
                final String childPath = YamlReader.child(path, entry.name());
                nodes.put(childPath, found.value());
                entry(entry, builder, found.value(), childPath);
            }
        }
    }

    private <B, C> void entry(
        final SchemaEntry<B, C> entry, final B builder, final YamlNode node, final String path)
    {
        if (entry instanceof Key<B, C, ?> key)
        {
            key(key, builder, node, path);
        }
        else if (entry instanceof Child<B, C, ?, ?> child)
        {
            child(child, builder, node, path);
        }
        else if (entry instanceof NameTable<B, C> table)
        {
            names(table, builder, node, path);
        }
    }

    private <B, C, D, E> void child(
        final Child<B, C, D, E> child, final B outer, final YamlNode node, final String path)
    {
        if (!child.isList())
        {
            one(child, outer, node, path);
            return;
        }

        if (node.list() == null)
        {
            add(node, path, node.found(), "a list");
            return;
        }

        for (int i = 0; i < node.list().size(); i++)
        {
            final String elementPath = path + "[" + i + "]";
            nodes.put(elementPath, node.list().get(i));
            one(child, outer, node.list().get(i), elementPath);
        }
    }

    private <B, C, D, E> void one(
        final Child<B, C, D, E> child, final B outer, final YamlNode node, final String path)
    {
        final D inner = child.start(outer);
        section(child.section(), inner, node, path);
        child.end(outer, child.section().finish(inner));
    }

    private <B, V> void key(final Key<B, ?, V> key, final B builder, final YamlNode node, final String path)
    {
        if (node.list() != null && key.type().takesList())
        {
            final List<V> values = new ArrayList<>();
            node.list().forEach((element) -> value(key, element, path, values));
            if (values.size() == node.list().size())
            {
                setIfInRange(key, builder, key.type().join(values), node, path);
            }

            return;
        }

        final List<V> values = new ArrayList<>(1);
        value(key, node, path, values);
        if (!values.isEmpty())
        {
            setIfInRange(key, builder, values.get(0), node, path);
        }
    }

    private <B, V> void setIfInRange(
        final Key<B, ?, V> key, final B builder, final V value, final YamlNode node, final String path)
    {
        // A null is the word for nothing, of a key that has one.
        if (value != null && !key.isInRange(value))
        {
            add(node, path, node.found(), key.expected());
            return;
        }

        key.set(builder, value);
    }

    private <V> void value(final Key<?, ?, V> key, final YamlNode node, final String path, final List<V> values)
    {
        if (node.text() == null || node.text().isBlank())
        {
            add(node, path, node.found(), key.expected());
            return;
        }

        try
        {
            values.add(key.type().parse(node.text(), metrics));
        }
        catch (final ValueException ex)
        {
            final String meant = key.type().takesList() && key.type().words().isEmpty() ?
                Suggestion.of(node.text(), metrics.keySet()) : Suggestion.of(node.text(), key.type().words());
            add(node, path, node.found(), key.type().expected() + meant);
        }
    }

    private <B> void names(final NameTable<B, ?> table, final B builder, final YamlNode node, final String path)
    {
        if (node.mapping() == null)
        {
            add(node, path, node.found(), "a mapping of names to ids");
            return;
        }

        node.mapping().forEach((name, entry) ->
        {
            final String namePath = YamlReader.child(path, name);
            nodes.put(namePath, entry.value());
            try
            {
                final String text = entry.value().text();
                final long id = Quantities.parseWhole(text == null ? "" : text);
                metrics.put(name, id);
                table.set(builder, name, id);
            }
            catch (final ValueException ex)
            {
                add(entry.value(), namePath, entry.value().found(), ConfigRules.METRIC_ID);
            }
        });
    }

    private void unknownKey(
        final Section<?, ?> section, final String path, final String name, final YamlNode.Entry entry)
    {
        final String meant = Suggestion.of(name, section.names());
        final String expected =
            meant.isEmpty() ? "one of " + String.join(", ", section.names()) : "a known key" + meant;
        final Problem problem = new Problem(YamlReader.child(path, name), "an unknown key", expected);
        problems.add(new Placed(entry.line(), entry.column(),
            problem.inFile(file, entry.line(), entry.column(), problem.found())));
    }

    private void add(final YamlNode node, final String path, final String found, final String expected)
    {
        problems.add(new Placed(node.line(), node.column(),
            new Problem(path, found, expected).inFile(file, node.line(), node.column(), found)));
    }

    private void place(final Problem problem)
    {
        final YamlNode node = nodes.get(problem.path());
        if (node != null)
        {
            add(node, problem.path(), node.text() == null ? problem.found() : node.found(), problem.expected());
            return;
        }

        String around = problem.path();
        while (!nodes.containsKey(around))
        {
            around = around.substring(0, Math.max(0, Math.max(around.lastIndexOf('.'), around.lastIndexOf('['))));
        }

        add(nodes.get(around), problem.path(), Problem.NOTHING, problem.expected());
    }

    private void throwIfAny()
    {
        if (!problems.isEmpty())
        {
            problems.sort(Comparator.comparingInt(Placed::line).thenComparingInt(Placed::column));
            throw new ConfigurationException(problems.stream().map(Placed::text).distinct().toList());
        }
    }
}
