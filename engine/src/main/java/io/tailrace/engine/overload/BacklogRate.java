package io.tailrace.engine.overload;

/**
 * How fast backlog may come in: a token bucket as generic cell rate algorithm (ITU-T I.371), which is one theoretical
 * arrival time. A frame may come while that time does not lie ahead; the bucket is emptied by what it lets in, also
 * below zero by one frame, so that no frame is too long.
 * <p>
 * Threading: one thread at a time. Hot path: allocation-free.
 */
final class BacklogRate
{
    private static final double NANOS_PER_SECOND = 1e9;

    private final double intervalNs;
    private final long burstNs;
    private long arrivalNs;

    /**
     * @param perSecond readings a second; 0: no limit.
     * @param burstNs   how much may come at once, as the time in which the rate would bring it.
     */
    BacklogRate(final double perSecond, final long burstNs)
    {
        intervalNs = perSecond > 0 ? NANOS_PER_SECOND / perSecond : 0;
        this.burstNs = burstNs;
    }

    /** @return whether a frame may come in at engine time {@code nowNs}. */
    boolean isDue(final long nowNs)
    {
        return intervalNs == 0 || arrivalNs <= nowNs;
    }

    /** A frame came in. */
    void onAdmitted(final int count, final long nowNs)
    {
        // What was not used for longer than a burst is gone.
        arrivalNs = Math.max(arrivalNs, nowNs - burstNs) + Math.round(count * intervalNs);
    }
}
