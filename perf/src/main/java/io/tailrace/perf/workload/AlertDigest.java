package io.tailrace.perf.workload;

/**
 * What the alerts of a run come to, whatever their order: two systems that took the same events must agree in all
 * three numbers.
 * <p>
 * Threading: one thread. Hot path: allocation-free.
 */
public final class AlertDigest
{
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private long raised;
    private long cleared;
    private long hash;

    /**
     * Adds one alert.
     *
     * @param eventId  of the event that caused it.
     * @param isRaised or else cleared.
     */
    public void add(final long eventId, final boolean isRaised)
    {
        final long mixed = (eventId << 1 | (isRaised ? 1 : 0)) * MULTIPLIER;
        hash += (mixed ^ mixed >>> 29) * MULTIPLIER;
        if (isRaised)
        {
            raised++;
        }
        else
        {
            cleared++;
        }
    }

    /** @return how many there were, raised and cleared. */
    public long count()
    {
        return raised + cleared;
    }

    /** @return whether another digest is of the same alerts. */
    public boolean isSameAs(final AlertDigest other)
    {
        return raised == other.raised && cleared == other.cleared && hash == other.hash;
    }

    @Override
    public String toString()
    {
        return "raised=" + raised + " cleared=" + cleared + " hash=" + Long.toHexString(hash);
    }
}
