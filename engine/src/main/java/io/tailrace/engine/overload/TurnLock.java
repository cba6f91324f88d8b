package io.tailrace.engine.overload;

import com.lmax.disruptor.Sequence;

/**
 * A lock that nobody waits for: who finds it taken comes again. Ingress has the right of way: one thread against many
 * that ask without a pause would hardly ever find it free, so while it wants to enter, nobody else does.
 * <p>
 * Threading: any; the right of way is one thread's, ingress. One compare-and-set to take it, one ordered store to
 * leave it. Memory: a cache line of its own for each of its two words, so that those who ask for it slow down nobody
 * who uses what lies beside it.
 */
public final class TurnLock
{
    /** Who has entered is out again long before, unless it has lost its CPU. */
    private static final int ATTEMPTS = 200;

    private static final long NO = 0;
    private static final long YES = 1;

    private final Sequence taken = new Sequence(NO);
    /** Written by who has the right of way alone. */
    private final Sequence wanted = new Sequence(NO);

    /** @return whether it was free and not wanted, and is the caller's now. */
    public boolean tryEnter()
    {
        return wanted.get() == NO && tryTake();
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
        wanted.setVolatile(YES);
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
        if (wanted.get() == YES)
        {
            wanted.set(NO);
        }
    }

    /** Who has entered leaves. */
    public void leave()
    {
        taken.set(NO);
    }

    /** @return whether somebody has entered. */
    public boolean isTaken()
    {
        return taken.get() == YES;
    }

    private boolean tryTake()
    {
        // Looked at first: a compare-and-set that fails takes the cache line from who has entered.
        return taken.get() == NO && taken.compareAndSet(NO, YES);
    }
}
