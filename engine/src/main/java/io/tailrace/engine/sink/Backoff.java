package io.tailrace.engine.sink;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: twice as long each time, up to a bound, of which a random part between one half
 * and all is waited, so that many engines do not come back at the same moment.
 * <p>
 * Threading: one thread.
 */
final class Backoff
{
    static final long MIN_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long MAX_NS = TimeUnit.SECONDS.toNanos(30);

    private final RandomGenerator random;
    private long boundNs = MIN_NS;

    Backoff(final RandomGenerator random)
    {
        this.random = random;
    }

    /** @return ns to wait now. */
    long nextNs()
    {
        final long halfNs = boundNs / 2;
        boundNs = Math.min(MAX_NS, 2 * boundNs);
        return halfNs + random.nextLong(halfNs + 1);
    }

    /** Begins with the shortest wait again. */
    void reset()
    {
        boundNs = MIN_NS;
    }
}
