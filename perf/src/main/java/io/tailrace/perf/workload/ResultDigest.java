package io.tailrace.perf.workload;

/**
 * What a job's window results come to, whatever their order: two systems that took the same events must agree in all
 * three numbers. The second moment is left out, because its last bits depend on the method.
 * <p>
 * Threading: one thread. Hot path: allocation-free.
 */
public final class ResultDigest
{
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private long resultCount;
    private long eventCount;
    private long hash;

    /**
     * Adds one result.
     *
     * @param deviceId key.
     * @param startNs  of its window, epoch ns.
     * @param count    events in it.
     * @param sum      of their values.
     * @param min      of their values.
     * @param max      of their values.
     * @param first    value, by event time.
     * @param last     value, by event time.
     */
    public void add(
        final long deviceId,
        final long startNs,
        final long count,
        final double sum,
        final double min,
        final double max,
        final double first,
        final double last)
    {
        long mixed = mix(deviceId, startNs);
        mixed = mix(mixed, count);
        mixed = mix(mixed, Double.doubleToRawLongBits(sum));
        mixed = mix(mixed, Double.doubleToRawLongBits(min));
        mixed = mix(mixed, Double.doubleToRawLongBits(max));
        mixed = mix(mixed, Double.doubleToRawLongBits(first));
        mixed = mix(mixed, Double.doubleToRawLongBits(last));
        hash += mixed;
        eventCount += count;
        resultCount++;
    }

    /** @return how many results there were. */
    public long resultCount()
    {
        return resultCount;
    }

    /** @return sum of their counts. */
    public long eventCount()
    {
        return eventCount;
    }

    /** @return hash of all their contents. */
    public long hash()
    {
        return hash;
    }

    /** @return whether another digest is of the same results. */
    public boolean isSameAs(final ResultDigest other)
    {
        return resultCount == other.resultCount && eventCount == other.eventCount && hash == other.hash;
    }

    @Override
    public String toString()
    {
        return "results=" + resultCount + " events=" + eventCount + " hash=" + Long.toHexString(hash);
    }

    private static long mix(final long state, final long value)
    {
        final long mixed = (state ^ value) * MULTIPLIER;
        return mixed ^ mixed >>> 29;
    }
}
