package io.tailrace.perf.certify.counter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Everything one window of one key holds.
 */
final class ModelPane
{
    /** Order of firing. */
    static final Comparator<ModelPane> BY_END_THEN_REGISTRATION =
        Comparator.<ModelPane>comparingLong((pane) -> pane.span.endNs())
            .thenComparingLong((pane) -> pane.registration);

    /** What tells keys apart; parts that are not keyed by are 0. */
    record Key(long deviceId, long metric)
    {
        static Key of(final ModelWindow.Key key, final ModelReading reading)
        {
            return new Key(
                (key.parts() & 1) != 0 ? reading.deviceId() : 0,
                (key.parts() & 2) != 0 ? reading.metric() : 0);
        }
    }

    final Key key;
    final ModelSpan span;
    final long registration;

    /** Kept only where another pane may take them over. */
    final List<ModelAggregate.Entry> entries = new ArrayList<>();
    final ModelSums sums = new ModelSums();
    long firings;

    private final boolean isKeepingEntries;

    ModelPane(final Key key, final ModelSpan span, final long registration, final boolean isKeepingEntries)
    {
        this.key = key;
        this.span = span;
        this.registration = registration;
        this.isKeepingEntries = isKeepingEntries;
    }

    /** In order of arrival. */
    void add(final ModelAggregate.Entry entry)
    {
        if (isKeepingEntries)
        {
            entries.add(entry);
        }
        sums.add(entry);
    }
}
