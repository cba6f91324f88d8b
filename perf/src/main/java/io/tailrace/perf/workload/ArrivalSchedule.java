package io.tailrace.perf.workload;

/**
 * When each event is meant to happen: event {@code i} at {@code start + i / rate}, fixed for ever. Nothing that goes
 * wrong during a run can move it.
 * <p>
 * Threading: immutable. Hot path: allocation-free.
 */
public final class ArrivalSchedule
{
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long startNs;
    private final long ratePerSecond;
    private final long count;
    private final long periodNs;

    /**
     * @param startNs       time of the first event, ns on whatever clock the events are compared with.
     * @param ratePerSecond events a second, from 1 to 1e9.
     * @param count         how many events there are.
     * @throws IllegalArgumentException if a number is out of its range.
     */
    public ArrivalSchedule(final long startNs, final long ratePerSecond, final long count)
    {
        if (ratePerSecond < 1 || ratePerSecond > NANOS_PER_SECOND)
        {
            throw new IllegalArgumentException("rate=" + ratePerSecond + ", expected 1 to " + NANOS_PER_SECOND);
        }
        if (count < 0 || count / ratePerSecond > Integer.MAX_VALUE)
        {
            throw new IllegalArgumentException("count=" + count + ", expected 0 to 68 years of events");
        }
        this.startNs = startNs;
        this.ratePerSecond = ratePerSecond;
        this.count = count;
        periodNs = NANOS_PER_SECOND % ratePerSecond == 0 ? NANOS_PER_SECOND / ratePerSecond : 0;
    }

    /** @return the intended time of event {@code index}, which may lie beyond the last one. */
    public long intendedNs(final long index)
    {
        if (periodNs != 0)
        {
            return startNs + index * periodNs;
        }
        // In two parts, so that nothing overflows.
        return startNs + index / ratePerSecond * NANOS_PER_SECOND +
            index % ratePerSecond * NANOS_PER_SECOND / ratePerSecond;
    }

    /** @return how many events are due at a time: those whose intended time is not after it. */
    public long dueCount(final long nowNs)
    {
        final long elapsedNs = nowNs - startNs;
        if (elapsedNs < 0)
        {
            return 0;
        }
        final long parts = (elapsedNs % NANOS_PER_SECOND + 1) * ratePerSecond;
        final long due = elapsedNs / NANOS_PER_SECOND * ratePerSecond +
            (parts + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
        return Math.min(due, count);
    }

    /** @return when the schedule is over: the time at which one more event would be due. */
    public long endNs()
    {
        return intendedNs(count);
    }

    /** @return time of the first event. */
    public long startNs()
    {
        return startNs;
    }

    /** @return how many events there are. */
    public long count()
    {
        return count;
    }

    /** @return events a second. */
    public long ratePerSecond()
    {
        return ratePerSecond;
    }
}
