package io.tailrace.perf;

import java.util.List;

import org.agrona.collections.LongArrayList;

/**
 * How many events were published in each interval of a run: throughput over time.
 * <p>
 * Threading: the publisher's; read once that has ended. An interval costs it eight bytes.
 */
final class PublishedCounts
{
    /** Length of an interval, ns. */
    static final long INTERVAL_NS = 250_000_000L;

    private final LongArrayList counts = new LongArrayList(1_024, LongArrayList.DEFAULT_NULL_VALUE);
    private long endNs;
    private long before;

    /**
     * @param startNs of the first interval; what was published before is not counted.
     */
    PublishedCounts(final long startNs)
    {
        endNs = startNs + INTERVAL_NS;
    }

    /**
     * Looks whether an interval is over. After a stall the first of its intervals has what was published meanwhile.
     *
     * @param nowNs     the time.
     * @param published events so far, in all.
     */
    void onPublished(final long nowNs, final long published)
    {
        if (nowNs - (endNs - INTERVAL_NS) < 0)
        {
            before = published;
        }
        while (nowNs - endNs >= 0)
        {
            counts.addLong(published - before);
            before = published;
            endNs += INTERVAL_NS;
        }
    }

    /** @return events of each interval that is over. */
    List<Long> perInterval()
    {
        return List.copyOf(counts);
    }
}
