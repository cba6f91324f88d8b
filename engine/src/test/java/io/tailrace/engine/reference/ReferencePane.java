package io.tailrace.engine.reference;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Everything one window of one key holds.
 */
final class ReferencePane
{
    /** Order of firing. */
    static final Comparator<ReferencePane> BY_END_THEN_REGISTRATION =
        Comparator.<ReferencePane>comparingLong((pane) -> pane.span.endNs())
            .thenComparingLong((pane) -> pane.registration);

    /** What tells keys apart; parts that are not keyed by are 0. */
    record Key(long deviceId, long metric)
    {
        static Key of(final ReferenceWindow.Key key, final ReferenceReading reading)
        {
            return new Key(
                (key.parts() & 1) != 0 ? reading.deviceId() : 0,
                (key.parts() & 2) != 0 ? reading.metric() : 0);
        }
    }

    final Key key;
    final ReferenceSpan span;
    final long registration;
    final List<ReferenceAggregate.Entry> entries = new ArrayList<>();
    long firings;

    ReferencePane(final Key key, final ReferenceSpan span, final long registration)
    {
        this.key = key;
        this.span = span;
        this.registration = registration;
    }
}
