package io.tailrace.codec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ids of the names of devices and metrics, and the way back for printing.
 * <p>
 * A device is a u64 by the rules of {@link EventIds}. A metric is a u32: a configured name has its configured id,
 * the canonical text of a number below 2^32 is that number, and every other text is the low half of its XXH64. Two
 * texts with the same id are an {@link IdCollisionException}; only a configured id may also be written as its
 * number. Names of events are not kept.
 * <p>
 * Threading: one thread. Not for the hot path. Memory: two map entries a name, 8 to 16 bytes a number; the caller
 * bounds how many different names it lets in.
 */
public final class NameDictionary
{
    private static final long U32_MASK = 0xFFFF_FFFFL;
    private static final String HEADER = "kind,name,id";

    private final NameTable devices = new NameTable("device");
    private final NameTable metrics = new NameTable("metric");

    /**
     * A dictionary without configured names.
     */
    public NameDictionary()
    {
    }

    /**
     * A dictionary that knows configured metrics.
     *
     * @param configuredMetrics ids, 0 to 2^32 - 1, by name. A name that is a number itself must have that number.
     * @throws IdCollisionException if two names have the same id.
     */
    public NameDictionary(final Map<String, Long> configuredMetrics) throws IdCollisionException
    {
        // In the order of the names, so that a collision reads the same in every run.
        for (final Map.Entry<String, Long> metric : new TreeMap<>(configuredMetrics).entrySet())
        {
            final String problem = choose(metrics, metric.getKey(), metric.getValue());
            if (problem != null)
            {
                throw new IllegalArgumentException(problem);
            }
        }
    }

    /**
     * Id of a device; a new name is entered.
     *
     * @param text name or number.
     * @return u64.
     * @throws IdCollisionException if another text has this id.
     */
    public long deviceId(final String text) throws IdCollisionException
    {
        if (EventIds.isCanonical(text))
        {
            final long number = EventIds.parseCanonical(text);
            devices.number(number);
            return number;
        }

        final Long known = devices.idOf(text);
        return known == null ? enter(devices, text, EventIds.hash(text)) : known;
    }

    /**
     * Id of a metric; a new name is entered.
     *
     * @param text name or number.
     * @return u32, as 0 to 2^32 - 1.
     * @throws IdCollisionException if another text has this id.
     */
    public long metricId(final String text) throws IdCollisionException
    {
        if (isMetricNumber(text))
        {
            final long number = EventIds.parseCanonical(text);
            metrics.number(number);
            return number;
        }

        final Long known = metrics.idOf(text);
        return known == null ? enter(metrics, text, EventIds.hash(text) & U32_MASK) : known;
    }

    /**
     * Text of a device.
     *
     * @param deviceId u64.
     * @return its name; without one, the unsigned decimal number.
     */
    public String deviceText(final long deviceId)
    {
        return devices.textOf(deviceId);
    }

    /**
     * Text of a metric.
     *
     * @param metricId u32; only the low 32 bits count, so that an int read raw may be given as it is.
     * @return its name; without one, the unsigned decimal number.
     */
    public String metricText(final long metricId)
    {
        return metrics.textOf(metricId & U32_MASK);
    }

    /**
     * Writes all names in the order of (kind, name), with the header {@code kind,name,id}. Numbers that stand for
     * themselves have no row.
     *
     * @param file to write, replaced if it exists.
     * @throws IOException if it cannot be written.
     */
    public void write(final Path file) throws IOException
    {
        try (CsvWriter writer = CsvWriter.create(file))
        {
            writer.row("kind", "name", "id");
            write(writer, devices);
            write(writer, metrics);
        }
    }

    /**
     * Enters the names of a file that {@link #write} has written or somebody has made up.
     *
     * @param file to read.
     * @throws CsvFormatException   if a line is not what is expected, or gives a name another id than it has.
     * @throws IdCollisionException if two names have the same id.
     * @throws IOException          if it cannot be read.
     */
    public void read(final Path file) throws IOException, IdCollisionException
    {
        try (CsvReader reader = CsvReader.open(file))
        {
            if (!reader.next() || !HEADER.equals(String.join(",", reader.cells())))
            {
                throw reader.fault("header \"" + String.join(",", reader.cells()) + "\"", HEADER);
            }
            while (reader.next())
            {
                readName(reader);
            }
        }
    }

    private void readName(final CsvReader reader) throws CsvFormatException, IdCollisionException
    {
        if (reader.cellCount() != 3)
        {
            throw reader.fault(reader.cellCount() + " cells", "3: " + HEADER);
        }

        final String idText = reader.cell(2);
        final NameTable table = table(reader.cell(0));
        if (table == null)
        {
            throw reader.fault("kind \"" + reader.cell(0) + "\"", "device or metric");
        }
        if (table == metrics ? !isMetricNumber(idText) : !EventIds.isCanonical(idText))
        {
            throw reader.fault("id \"" + idText + "\"",
                "a whole number of " + (table == metrics ? "32" : "64") + " bits");
        }

        final String problem = choose(table, reader.cell(1), EventIds.parseCanonical(idText));
        if (problem != null)
        {
            throw reader.fault(problem);
        }
    }

    private NameTable table(final String kind)
    {
        if (kind.equals(devices.kind()))
        {
            return devices;
        }

        return kind.equals(metrics.kind()) ? metrics : null;
    }

    /**
     * Enters a name with an id from outside; answers what is wrong with the pair, or null.
     */
    private String choose(final NameTable table, final String name, final long id) throws IdCollisionException
    {
        final boolean isMetric = table == metrics;
        final String pair = table.kind() + " \"" + name + "\"=" + Long.toUnsignedString(id);
        if (name.isEmpty() || (isMetric && (id & ~U32_MASK) != 0))
        {
            return pair + ", expected a name and an id of " + (isMetric ? 32 : 64) + " bits";
        }
        if (isMetric ? isMetricNumber(name) : EventIds.isCanonical(name))
        {
            return EventIds.parseCanonical(name) == id ? null : pair + ", expected " + name + " or another name";
        }
        final Long known = table.idOf(name);
        if (known != null)
        {
            return known == id ? null :
                pair + ", expected " + Long.toUnsignedString(known) + ", the id it has already";
        }

        final long hash = EventIds.hash(name);
        if (id == (isMetric ? hash & U32_MASK : hash))
        {
            table.hash(name, id);
        }
        else
        {
            table.choose(name, id);
        }
        return null;
    }

    private static long enter(final NameTable table, final String name, final long id) throws IdCollisionException
    {
        table.hash(name, id);
        return id;
    }

    private static boolean isMetricNumber(final String text)
    {
        // Ten digits hold every u32; longer texts would read as negative at 2^63 and above.
        return text.length() <= 10 && EventIds.isCanonical(text) && EventIds.parseCanonical(text) <= U32_MASK;
    }

    private static void write(final CsvWriter writer, final NameTable table) throws IOException
    {
        for (final Map.Entry<String, Long> name : new TreeMap<>(table.ids()).entrySet())
        {
            writer.cell(table.kind()).cell(name.getKey()).unsignedCell(name.getValue()).endRow();
        }
    }
}
