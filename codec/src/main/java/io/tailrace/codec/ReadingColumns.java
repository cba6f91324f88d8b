package io.tailrace.codec;

import java.util.List;

/**
 * Where the columns of a readings file stand, found by the names in its header.
 */
final class ReadingColumns
{
    static final int NULL_COLUMN = -1;

    private static final String EVENT_TIME_MS = "event_time_ms";
    private static final String EVENT_TIME = "event_time";
    private static final List<String> KNOWN = List.of(
        "event_id", "device_id", "metric", EVENT_TIME_MS, EVENT_TIME, "value",
        "ingest_time_ms", "priority", "source", "device_epoch");
    private static final String EXPECTED = "event_id,device_id,metric,event_time_ms,value (or event_time) " +
        "and optionally ingest_time_ms,priority,source,device_epoch";

    final int eventId;
    final int deviceId;
    final int metric;
    final int eventTime;
    final int value;
    final int ingestTime;
    final int priority;
    final int source;
    final int deviceEpoch;
    final boolean isEventTimeInMillis;
    final List<String> names;

    /**
     * Reads the header.
     *
     * @param csv at the first record.
     * @throws CsvFormatException if a column is unknown, missing or there twice.
     */
    ReadingColumns(final CsvReader csv) throws CsvFormatException
    {
        names = List.copyOf(csv.cells());
        for (int i = 0; i < names.size(); i++)
        {
            final String name = names.get(i);
            if (!KNOWN.contains(name))
            {
                throw csv.fault("unknown column \"" + name + "\"", EXPECTED);
            }
            if (names.indexOf(name) != i)
            {
                throw csv.fault("column " + name + " twice", EXPECTED);
            }
        }

        isEventTimeInMillis = names.contains(EVENT_TIME_MS);
        if (isEventTimeInMillis && names.contains(EVENT_TIME))
        {
            throw csv.fault("both columns event_time_ms and event_time", "one of them");
        }

        eventId = required(csv, "event_id");
        deviceId = required(csv, "device_id");
        metric = required(csv, "metric");
        eventTime = isEventTimeInMillis || !names.contains(EVENT_TIME) ?
            required(csv, EVENT_TIME_MS) : names.indexOf(EVENT_TIME);
        value = required(csv, "value");
        ingestTime = names.indexOf("ingest_time_ms");
        priority = names.indexOf("priority");
        source = names.indexOf("source");
        deviceEpoch = names.indexOf("device_epoch");
    }

    private int required(final CsvReader csv, final String name) throws CsvFormatException
    {
        final int column = names.indexOf(name);
        if (column == NULL_COLUMN)
        {
            throw csv.fault("no column " + name, EXPECTED);
        }

        return column;
    }
}
