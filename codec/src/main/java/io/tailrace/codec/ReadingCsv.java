package io.tailrace.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads readings from a CSV file, in the order of its rows.
 * <p>
 * The header names the columns, in any order: {@code event_id,device_id,metric,event_time_ms,value}, or
 * {@code event_time} in place of {@code event_time_ms}, and optionally
 * {@code ingest_time_ms,priority,source,device_epoch}. Times are whole numbers, in milliseconds or in the given unit.
 * Ids follow {@link EventIds} and {@link NameDictionary}. A blank priority is normal, a blank source is source 0, a
 * blank device epoch is epoch 0.
 * <p>
 * A row with a cell that does not parse is not an error but a rejected event: {@link #isRejected} is true,
 * {@link #fault} is the first fault in the order of {@link RowFault}, the texts are kept, and its names do not
 * enter the dictionary.
 * <p>
 * Threading: one thread.
 */
public final class ReadingCsv implements AutoCloseable
{
    private static final int MAX_SOURCE = 0xFFFF;
    private static final int MAX_EPOCH = 0xFFFF;
    private static final int U16_DIGITS = 5;

    private final CsvReader csv;
    private final NameDictionary names;
    private final int eventTimeUnit;
    private final List<String> sources;
    private final ReadingColumns columns;
    private final String[] texts;

    private RowFault fault;
    private long eventId;
    private long deviceId;
    private long metric;
    private long eventTime;
    private double value;
    private long ingestTimeNs;
    private Priority priority;
    private int source;
    private int deviceEpoch;

    /**
     * Reads from a stream, whose header it takes at once.
     *
     * @param in            closed with this reader.
     * @param name          of the file, for messages.
     * @param names         where names of devices and metrics get their ids.
     * @param eventTimeUnit code, 0 to 4, of the unit of a column {@code event_time}.
     * @param sources       names of the sources by index; without names, an index up to 65535 is taken.
     * @throws CsvFormatException if the header has an unknown, a missing or a repeated column.
     * @throws IOException        if reading fails.
     */
    public ReadingCsv(
        final InputStream in,
        final String name,
        final NameDictionary names,
        final int eventTimeUnit,
        final List<String> sources) throws IOException
    {
        this(new CsvReader(in, name), names, eventTimeUnit, sources);
    }

    private ReadingCsv(
        final CsvReader csv, final NameDictionary names, final int eventTimeUnit, final List<String> sources)
        throws IOException
    {
        this.csv = csv;
        this.names = names;
        this.eventTimeUnit = eventTimeUnit;
        this.sources = List.copyOf(sources);
        csv.next();
        columns = new ReadingColumns(csv);
        texts = new String[columns.names.size()];
    }

    /**
     * Opens a file.
     *
     * @param file          to read, unpacked if its name ends with {@code .gz}.
     * @param names         where names of devices and metrics get their ids.
     * @param eventTimeUnit code, 0 to 4, of the unit of a column {@code event_time}.
     * @param sources       names of the sources by index; without names, an index up to 65535 is taken.
     * @return the reader, before the first row.
     * @throws CsvFormatException if the header has an unknown, a missing or a repeated column.
     * @throws IOException        if it cannot be read.
     */
    public static ReadingCsv open(
        final Path file, final NameDictionary names, final int eventTimeUnit, final List<String> sources)
        throws IOException
    {
        final CsvReader csv = CsvReader.open(file);
        try
        {
            return new ReadingCsv(csv, names, eventTimeUnit, sources);
        }
        catch (final IOException | RuntimeException failed)
        {
            csv.close();
            throw failed;
        }
    }

    /**
     * Moves to the next row.
     *
     * @return false at the end of the file.
     * @throws CsvFormatException   if the file cannot be understood from here on.
     * @throws IdCollisionException if a device or metric has the id of another.
     * @throws IOException          if reading fails.
     */
    public boolean next() throws IOException, IdCollisionException
    {
        if (!csv.next())
        {
            return false;
        }

        for (int i = 0; i < texts.length; i++)
        {
            texts[i] = i < csv.cellCount() ? csv.cell(i) : "";
        }
        fault = csv.cellCount() == texts.length ? parse() : RowFault.COLUMNS;
        if (fault == null)
        {
            eventId = EventIds.idOf(texts[columns.eventId]);
            deviceId = names.deviceId(texts[columns.deviceId]);
            metric = names.metricId(texts[columns.metric]);
        }
        return true;
    }

    /**
     * Whether the row is a rejected event.
     *
     * @return true if only {@link #fault} and the texts have a meaning.
     */
    public boolean isRejected()
    {
        return fault != null;
    }

    /**
     * Why the row is rejected.
     *
     * @return the fault.
     * @throws IllegalStateException if the row is not rejected.
     */
    public RowFault fault()
    {
        if (fault == null)
        {
            throw new IllegalStateException("line=" + line() + " has no fault, expected isRejected");
        }

        return fault;
    }

    /**
     * Event id.
     *
     * @return u64.
     */
    public long eventId()
    {
        return eventId;
    }

    /**
     * Device id.
     *
     * @return u64.
     */
    public long deviceId()
    {
        return deviceId;
    }

    /**
     * Metric id.
     *
     * @return u32, as 0 to 2^32 - 1.
     */
    public long metric()
    {
        return metric;
    }

    /**
     * Event time as it stands in the file.
     *
     * @return in {@link #timeUnit}.
     */
    public long eventTime()
    {
        return eventTime;
    }

    /**
     * Unit of the event time.
     *
     * @return code, 0 to 4.
     */
    public int timeUnit()
    {
        return columns.isEventTimeInMillis ? TimeUnits.MILLIS : eventTimeUnit;
    }

    /**
     * Value.
     *
     * @return finite.
     */
    public double value()
    {
        return value;
    }

    /**
     * Whether the file has ingest times.
     *
     * @return true if {@link #ingestTimeNs} has a meaning.
     */
    public boolean hasIngestTime()
    {
        return columns.ingestTime != ReadingColumns.NULL_COLUMN;
    }

    /**
     * Ingest time.
     *
     * @return epoch ns.
     */
    public long ingestTimeNs()
    {
        return ingestTimeNs;
    }

    /**
     * Priority.
     *
     * @return normal if the file does not say.
     */
    public Priority priority()
    {
        return priority;
    }

    /**
     * Index of the source.
     *
     * @return 0 if the file does not say.
     */
    public int source()
    {
        return source;
    }

    /**
     * Epoch of the device: a newer one says that it counts its event ids anew.
     *
     * @return u16, as 0 to 65535; 0 if the file does not say.
     */
    public int deviceEpoch()
    {
        return deviceEpoch;
    }

    /**
     * Names of the columns.
     *
     * @return in the order of the file.
     */
    public List<String> columns()
    {
        return columns.names;
    }

    /**
     * Text of a column in the row.
     *
     * @param column {@code 0 <= column < columns().size()}.
     * @return as in the file; empty if the row is too short.
     */
    public String text(final int column)
    {
        return texts[column];
    }

    /**
     * Text of a column in the row.
     *
     * @param column name, such as {@code event_id}.
     * @return as in the file; empty if the file has no such column or the row is too short.
     */
    public String text(final String column)
    {
        final int index = columns.names.indexOf(column);

        return index < 0 ? "" : texts[index];
    }

    /**
     * Where the row begins.
     *
     * @return line, from 1.
     */
    public long line()
    {
        return csv.line();
    }

    @Override
    public void close() throws IOException
    {
        csv.close();
    }

    private RowFault parse()
    {
        if (texts[columns.eventId].isEmpty())
        {
            return RowFault.EVENT_ID;
        }
        if (texts[columns.deviceId].isEmpty())
        {
            return RowFault.DEVICE_ID;
        }
        if (texts[columns.metric].isEmpty())
        {
            return RowFault.METRIC;
        }
        final String eventTimeText = texts[columns.eventTime];
        if (!NumberText.isLong(eventTimeText))
        {
            return RowFault.EVENT_TIME;
        }
        eventTime = NumberText.parseLong(eventTimeText);
        value = NumberText.parseDouble(texts[columns.value]);

        return Double.isNaN(value) ? RowFault.VALUE : parseOptional();
    }

    private RowFault parseOptional()
    {
        if (hasIngestTime() && !parseIngestTime(texts[columns.ingestTime]))
        {
            return RowFault.INGEST_TIME;
        }
        priority = Priority.NORMAL;
        if (columns.priority != ReadingColumns.NULL_COLUMN && !parsePriority(texts[columns.priority]))
        {
            return RowFault.PRIORITY;
        }
        source = 0;
        if (columns.source != ReadingColumns.NULL_COLUMN && !parseSource(texts[columns.source]))
        {
            return RowFault.SOURCE;
        }
        deviceEpoch = 0;
        if (columns.deviceEpoch != ReadingColumns.NULL_COLUMN && !parseDeviceEpoch(texts[columns.deviceEpoch]))
        {
            return RowFault.DEVICE_EPOCH;
        }

        return null;
    }

    private boolean parseIngestTime(final String text)
    {
        if (!NumberText.isLong(text))
        {
            return false;
        }
        final long ingestTimeMs = NumberText.parseLong(text);
        ingestTimeNs = TimeUnits.toNanos(ingestTimeMs, TimeUnits.MILLIS);

        return TimeUnits.isRepresentable(ingestTimeMs, TimeUnits.MILLIS);
    }

    private boolean parsePriority(final String text)
    {
        if (text.equals(Priority.CRITICAL.text()))
        {
            priority = Priority.CRITICAL;
            return true;
        }

        return text.isEmpty() || text.equals(Priority.NORMAL.text());
    }

    private boolean parseSource(final String text)
    {
        final int named = sources.indexOf(text);
        if (named >= 0)
        {
            source = named;
            return true;
        }
        if (text.isEmpty())
        {
            return true;
        }
        if (text.length() > U16_DIGITS || !EventIds.isCanonical(text))
        {
            return false;
        }
        source = (int) EventIds.parseCanonical(text);

        return source <= (sources.isEmpty() ? MAX_SOURCE : sources.size() - 1);
    }

    private boolean parseDeviceEpoch(final String text)
    {
        if (text.isEmpty())
        {
            return true;
        }
        if (text.length() > U16_DIGITS || !EventIds.isCanonical(text))
        {
            return false;
        }
        deviceEpoch = (int) EventIds.parseCanonical(text);

        return deviceEpoch <= MAX_EPOCH;
    }
}
