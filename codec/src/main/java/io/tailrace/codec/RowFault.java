package io.tailrace.codec;

/**
 * Why a row of a readings file is a rejected event. Files and counters name it by {@link #text}.
 */
public enum RowFault
{
    /** The row has not as many cells as the header. */
    COLUMNS("columns"),
    /** No event id. */
    EVENT_ID("event-id"),
    /** No device id. */
    DEVICE_ID("device-id"),
    /** No metric. */
    METRIC("metric"),
    /** The event time is not a whole number of 64 bits. */
    EVENT_TIME("event-time"),
    /** The value is blank, not a decimal number or not finite. */
    VALUE("value"),
    /** The ingest time is not a whole number of milliseconds that fits 64 bits in nanoseconds. */
    INGEST_TIME("ingest-time"),
    /** The priority is neither blank nor {@code normal} or {@code critical}. */
    PRIORITY("priority"),
    /** The source is neither blank nor the name or index of one. */
    SOURCE("source"),
    /** The device epoch is neither blank nor a whole number from 0 to 65535. */
    DEVICE_EPOCH("device-epoch");

    private final String text;

    RowFault(final String text)
    {
        this.text = text;
    }

    /**
     * Name in files and counters.
     *
     * @return the name in kebab case.
     */
    public String text()
    {
        return text;
    }
}
