package io.tailrace.engine.ingress;

import java.time.Instant;

import org.agrona.concurrent.EpochNanoClock;

/**
 * Epoch nanoseconds that never go back while the process lives: the epoch at start, moved on by the monotonic clock.
 */
public final class EngineClock implements EpochNanoClock
{
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long offsetNs;

    /**
     * Takes the wall clock's time once.
     *
     * @param earliestNs begins with this time if the wall clock shows an earlier one, such as after it was set back.
     */
    public EngineClock(final long earliestNs)
    {
        final long monotonicNs = System.nanoTime();
        final Instant now = Instant.now();
        final long wallNs = now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
        offsetNs = Math.max(wallNs, earliestNs) - monotonicNs;
    }

    @Override
    public long nanoTime()
    {
        return offsetNs + System.nanoTime();
    }
}
