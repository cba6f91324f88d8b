package io.tailrace.engine.ingress;

import java.util.concurrent.atomic.AtomicLong;

import org.agrona.concurrent.IdleStrategy;

/**
 * Whether publishers may enter, and how many are inside: the engine shuts the gate, waits until nobody is inside, and
 * only then drains the ring and frees its memory.
 * <pre>
 *   state: bit 63 = shut, the rest = publishers inside
 * </pre>
 * Threading: any. Costs a publisher two atomic additions per offer.
 */
public final class IngressGate
{
    private static final long SHUT = Long.MIN_VALUE;

    private final AtomicLong state = new AtomicLong();

    /** Written by the retention thread. */
    private volatile boolean isHeld;

    boolean tryEnter()
    {
        if (state.getAndIncrement() < 0)
        {
            state.getAndDecrement();
            return false;
        }
        return true;
    }

    void leave()
    {
        state.getAndDecrement();
    }

    /** Holds all sources back, or lets them go on: a disk without room. Publishers may enter, and are told to wait. */
    public void hold(final boolean isHeldNow)
    {
        isHeld = isHeldNow;
    }

    boolean isHeld()
    {
        return isHeld;
    }

    /** Lets nobody in any more. */
    public void shut()
    {
        state.getAndUpdate(value -> value | SHUT);
    }

    /** Waits until everybody has left; after {@link #shut}. */
    public void awaitEmpty(final IdleStrategy idleStrategy)
    {
        while ((state.get() & ~SHUT) != 0)
        {
            idleStrategy.idle();
        }
    }
}
