package io.tailrace.perf;

import org.agrona.concurrent.NanoClock;

/** A clock that only a test moves. */
final class ManualClock implements NanoClock
{
    private long nowNs;

    ManualClock(final long nowNs)
    {
        this.nowNs = nowNs;
    }

    @Override
    public long nanoTime()
    {
        return nowNs;
    }

    void advance(final long ns)
    {
        nowNs += ns;
    }
}
