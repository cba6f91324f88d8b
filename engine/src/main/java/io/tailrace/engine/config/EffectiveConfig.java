package io.tailrace.engine.config;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Prints a configuration with every key that applies and its effective value, as YAML that reads back to an equal one.
 */
public final class EffectiveConfig
{
    private final Appendable out;
    private final EngineConfig config;

    private EffectiveConfig(final Appendable out, final EngineConfig config)
    {
        this.out = out;
        this.config = config;
    }

    /**
     * Prints a configuration.
     *
     * @param out    where to.
     * @param config what.
     * @throws IOException as the target does.
     */
    public static void print(final Appendable out, final EngineConfig config) throws IOException
    {
        new EffectiveConfig(out, config).section(ConfigSchema.ROOT, config, "", false);
    }

    /** Prints a section; as an element of a list its first line begins with a hyphen. */
    private <B, C> void section(
        final Section<B, C> section, final C owner, final String indent, final boolean isElement) throws IOException
    {
        boolean isFirst = isElement;
        for (final SchemaEntry<B, C> entry : section.entries())
        {
            if (entry.applies(owner))
            {
                out.append(isFirst ? indent.substring(2) + "- " : indent).append(entry.name()).append(':');
                entry(entry, owner, indent);
                isFirst = false;
            }
        }
    }

    private <B, C> void entry(final SchemaEntry<B, C> entry, final C owner, final String indent) throws IOException
    {
        if (entry instanceof Key<B, C, ?> key)
        {
            key(key, owner);
        }
        else if (entry instanceof Child<B, C, ?, ?> child)
        {
            child(child, owner, indent);
        }
        else if (entry instanceof NameTable<B, C> table)
        {
            names(table.get(owner), indent);
        }
    }

    private <C, V> void key(final Key<?, C, V> key, final C owner) throws IOException
    {
        out.append(' ').append(key.type().print(key.get(owner), config.metrics()));
        if (owner instanceof WindowConfig window && "panes".equals(key.name()) && window.panes() == 0)
        {
            out.append(" # ").append(String.valueOf(window.paneBound(config.eventTime())));
        }

        out.append('\n');
    }

    private <C, D, E> void child(final Child<?, C, D, E> child, final C owner, final String indent) throws IOException
    {
        final List<E> elements = child.get(owner);
        out.append(elements.isEmpty() ? " []\n" : "\n");
        for (final E element : elements)
        {
            section(child.section(), element, indent + (child.isList() ? "    " : "  "), child.isList());
        }
    }

    private void names(final Map<String, Long> names, final String indent) throws IOException
    {
        out.append(names.isEmpty() ? " {}\n" : "\n");
        for (final Map.Entry<String, Long> name : names.entrySet())
        {
            out.append(indent).append("  ").append(ValueTypes.quoted(name.getKey())).append(": ")
                .append(String.valueOf(name.getValue())).append('\n');
        }
    }
}
