package io.tailrace.engine.overload;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A lock that nobody waits for: who finds it taken comes again. Ingress has the right of way: one thread against many
 * that ask without a pause would hardly ever find it free, so while it wants to enter, nobody else does. Whoever only
 * reads what is written under it sees by {@link #version} whether it was written meanwhile.
 * <pre>
 *   version: even = free, odd = taken; one more with each change
 * </pre>
 * Threading: any; the right of way is one thread's, ingress. One compare-and-set to take it, one ordered store to
 * leave it.
 */
public final class TurnLock
{
    /** Who has entered is out again long before, unless it has lost its CPU. */
    private static final int ATTEMPTS = 200;

    private final AtomicLong version = new AtomicLong();
    private volatile boolean isWanted;

    /** @return whether it was free and not wanted, and is the caller's now. */
    public boolean tryEnter()
    {
        return !isWanted && tryTake();
    }

    /**
     * Enters with the right of way; for one thread. If it cannot, nobody else enters until {@link #giveWay}.
     *
     * @return whether it was free soon, and is the caller's now.
     */
    public boolean tryEnterFirst()
    {
        if (tryTake())
        {
            return true;
        }
        isWanted = true;
        for (int i = 0; i < ATTEMPTS; i++)
        {
            Thread.onSpinWait();
            if (tryTake())
            {
                return true;
            }
        }
        return false;
    }

    /** Lets others enter again: by the thread that has the right of way, before it comes anew. */
    public void giveWay()
    {
        if (isWanted)
        {
            isWanted = false;
        }
    }

    /** Enters, wanted or not, and waits until it is free: for what is done seldom, by threads that may wait. */
    void enter()
    {
        while (!tryTake())
        {
            Thread.onSpinWait();
        }
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

    private boolean tryTake()
    {
        final long now = version.get();
        return (now & 1) == 0 && version.compareAndSet(now, now + 1);
    }
}
