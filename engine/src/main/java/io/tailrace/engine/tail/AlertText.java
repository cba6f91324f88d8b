package io.tailrace.engine.tail;

/** How state and severity of an alert are written, wherever they are. */
public final class AlertText
{
    private AlertText()
    {
    }

    /** @return {@code raised} or {@code cleared}, of the state on the wire. */
    public static String state(final byte state)
    {
        return state == 0 ? "cleared" : "raised";
    }

    /** @return {@code normal} or {@code critical}, of the severity on the wire. */
    public static String severity(final byte severity)
    {
        return severity == 0 ? "normal" : "critical";
    }
}
