package io.tailrace.engine.send;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

import io.tailrace.codec.RowFault;

/**
 * What a run has sent so far.
 * <p>
 * Threading: one thread, that of the run.
 */
public final class SendReport
{
    private static final double NANOS_PER_SECOND = 1e9;

    private final Map<RowFault, Long> rejected = new EnumMap<>(RowFault.class);
    private long rows;
    private long sent;
    private long datagrams;
    private long elapsedNs;

    /** @return rows taken from the file, sent or not. */
    public long rows()
    {
        return rows;
    }

    /** @return readings in datagrams that were sent. */
    public long sent()
    {
        return sent;
    }

    /** @return datagrams sent. */
    public long datagrams()
    {
        return datagrams;
    }

    /** @return rows that have a cell that does not parse. */
    public long rejectedRows()
    {
        return rejected.values().stream().mapToLong(Long::longValue).sum();
    }

    /** @return the rejected rows by reason, such as {@code event-time=2 value=1}; empty if there are none. */
    public String reasons()
    {
        final StringJoiner reasons = new StringJoiner(" ");
        rejected.forEach((fault, count) -> reasons.add(fault.text() + "=" + count));
        return reasons.toString();
    }

    @Override
    public String toString()
    {
        final double seconds = elapsedNs / NANOS_PER_SECOND;
        return String.format(
            Locale.ROOT,
            "sent=%d datagrams=%d rejected-rows=%d elapsed=%.3fs rate=%.0f/s",
            sent,
            datagrams,
            rejectedRows(),
            seconds,
            elapsedNs > 0 ? sent / seconds : 0.0);
    }

    /** Takes a row; answers its number, from 0. */
    long onRow()
    {
        return rows++;
    }

    void onRejected(final RowFault fault)
    {
        rejected.merge(fault, 1L, Long::sum);
    }

    void onDatagram(final long readings)
    {
        datagrams++;
        sent += readings;
    }

    void elapsedNs(final long elapsedNs)
    {
        this.elapsedNs = elapsedNs;
    }
}
