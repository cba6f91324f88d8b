package io.tailrace.engine.config;

/**
 * Against what the times of events are judged: key {@code event-time.reference-clock}.
 */
public enum ReferenceClock
{
    /** The ingest time of the event. */
    INGEST,

    /** Nothing: historical data. {@code max-future}, {@code max-age} and {@code warn-age} do not apply. */
    NONE
}
