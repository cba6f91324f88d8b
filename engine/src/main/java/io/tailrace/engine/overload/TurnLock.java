package io.tailrace.engine.overload;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A lock that nobody waits for: who finds it taken comes again. Whoever only reads what is written under it sees by
 * {@link #version} whether it was written meanwhile.
 * <pre>
 *   version: even = free, odd = taken; one more with each change
 * </pre>
 * Threading: any. One compare-and-set to take it, one ordered store to leave it.
 */
public final class TurnLock
{
    private final AtomicLong version = new AtomicLong();

    /** @return whether it was free, and is the caller's now. */
    public boolean tryEnter()
    {
        final long now = version.get();
        return (now & 1) == 0 && version.compareAndSet(now, now + 1);
    }

    /** Who has entered leaves. */
    public void leave()
    {
        version.lazySet(version.getPlain() + 1);
    }

    /** @return the version; odd: it is taken. */
    public long version()
    {
        return version.get();
    }
}
