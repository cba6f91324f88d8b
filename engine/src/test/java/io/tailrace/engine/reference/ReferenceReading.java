package io.tailrace.engine.reference;

/**
 * One reading as it stands in the journal.
 *
 * @param position     journal position, at least 32.
 * @param eventId      unsigned, chosen by the sender.
 * @param deviceId     unsigned.
 * @param metric       0 to 2^32 - 1.
 * @param eventTime    as sent, in {@code timeUnit}.
 * @param timeUnit     0 auto, 1 s, 2 ms, 3 microseconds, 4 ns; anything else is a bad unit.
 * @param ingestTimeNs epoch ns.
 * @param value        may be NaN or infinite, which is then rejected.
 * @param source       index of the source.
 * @param priority     0 normal, 1 critical.
 * @param quality      0 good, 1 uncertain, 2 bad.
 * @param deviceEpoch  counts the resets of the device's event ids.
 */
public record ReferenceReading(
    long position,
    long eventId,
    long deviceId,
    long metric,
    long eventTime,
    int timeUnit,
    long ingestTimeNs,
    double value,
    int source,
    int priority,
    int quality,
    int deviceEpoch)
{
    /**
     * The same elsewhere in a journal.
     *
     * @param newPosition in the journal.
     * @return the reading.
     */
    public ReferenceReading withPosition(final long newPosition)
    {
        return new ReferenceReading(newPosition, eventId, deviceId, metric, eventTime, timeUnit, ingestTimeNs, value,
            source, priority, quality, deviceEpoch);
    }
}
