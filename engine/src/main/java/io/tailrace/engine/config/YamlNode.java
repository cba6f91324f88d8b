package io.tailrace.engine.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A piece of a YAML file with its place: text, list or mapping. Exactly one of the three is not null.
 *
 * @param line   from 1.
 * @param column from 1, in characters.
 */
record YamlNode(int line, int column, String text, List<YamlNode> list, Map<String, Entry> mapping)
{
    /** A key of a mapping with its place, and its value. */
    record Entry(int line, int column, YamlNode value)
    {
    }

    static YamlNode text(final int line, final int column, final String text)
    {
        return new YamlNode(line, column, text, null, null);
    }

    static YamlNode list(final int line, final int column, final List<YamlNode> list)
    {
        return new YamlNode(line, column, null, list, null);
    }

    static YamlNode mapping(final int line, final int column)
    {
        return new YamlNode(line, column, null, null, new LinkedHashMap<>());
    }

    /** What is here, as an error message names it. */
    String found()
    {
        return text != null ? Problem.quote(text) : list != null ? "a list" : "a mapping";
    }
}
