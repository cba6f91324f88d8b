package io.tailrace.perf.certify.counter;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads what the model must know from properties, {@code key=value}: flat, so that this program needs no reader of the
 * engine's configuration, and no library. {@code perf/docs/certify.md} lists the keys.
 */
final class CountConfig
{
    private final Properties properties;

    CountConfig(final Properties properties)
    {
        this.properties = properties;
    }

    /** The configuration of the model. */
    ModelConfig model()
    {
        final int sourceCount = integer("sources");
        final int[] units = new int[sourceCount];
        for (int i = 0; i < sourceCount; i++)
        {
            units[i] = integer("source." + i + ".unit");
        }
        final List<ModelWindow> windows = new ArrayList<>();
        for (int i = 0; i < integer("windows"); i++)
        {
            windows.add(window("window." + i + "."));
        }
        return new ModelConfig(
            windows,
            number("out-of-orderness-ns"),
            number("idle-after-ns"),
            number("earliest-ns"),
            number("max-future-ns"),
            number("max-age-ns"),
            number("max-age-ns"),
            Boolean.parseBoolean(text("reference-clock-ingest")),
            sourceCount,
            units,
            integer("limits.devices"),
            integer("limits.keys"),
            number("limits.key-ttl-ns"),
            new ModelDedup(ModelDedup.By.valueOf(text("dedup.by")), integer("dedup.window-ids"),
                number("dedup.ttl-ns"), number("dedup.max-ids")));
    }

    /** How many sinks are to be looked at. */
    int sinks()
    {
        return integer("sinks");
    }

    /** A value that must be there. */
    String text(final String key)
    {
        final String value = properties.getProperty(key);
        if (value == null)
        {
            throw new UncoveredException("the counter is not told " + key);
        }
        return value;
    }

    private ModelWindow window(final String prefix)
    {
        final ModelWindow.Type type = ModelWindow.Type.valueOf(text(prefix + "type"));
        final boolean isCalendar = type == ModelWindow.Type.CALENDAR;
        return new ModelWindow(
            text(prefix + "name"),
            type,
            number(prefix + "size-ns"),
            number(prefix + "slide-ns"),
            number(prefix + "gap-ns"),
            isCalendar ? ModelWindow.CalendarUnit.valueOf(text(prefix + "every")) : null,
            isCalendar ? ZoneId.of(text(prefix + "zone")) : null,
            number(prefix + "offset-ns"),
            ModelWindow.Key.valueOf(text(prefix + "key")),
            number(prefix + "allowed-lateness-ns"),
            new ModelFilter(
                metrics(text(prefix + "metrics")),
                Double.parseDouble(text(prefix + "min")),
                Double.parseDouble(text(prefix + "max")),
                integer(prefix + "max-quality")),
            integer(prefix + "panes"),
            ModelWindow.Watermark.valueOf(text(prefix + "watermark")));
    }

    private static Set<Long> metrics(final String list)
    {
        final Set<Long> metrics = new TreeSet<>();
        for (final String metric : list.split(","))
        {
            if (!metric.isEmpty())
            {
                metrics.add(Long.parseLong(metric));
            }
        }
        return metrics;
    }

    private int integer(final String key)
    {
        return Math.toIntExact(number(key));
    }

    private long number(final String key)
    {
        return Long.parseLong(text(key));
    }
}
