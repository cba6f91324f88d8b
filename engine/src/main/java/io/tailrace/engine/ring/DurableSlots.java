package io.tailrace.engine.ring;

import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

import com.lmax.disruptor.Sequence;

/**
 * Up to which slot of the ring everything is durable in the journal, for whoever fills the ring.
 * <p>
 * Positions stand beside the slots, and a slot may be used again before its position is durable. So one journalled slot
 * and its position are noted at a time; when the position is durable, all slots up to it are, and the next is noted.
 * <p>
 * Threading: one thread, any but that of the journal stage. Hot path: allocation-free, never blocks.
 */
public final class DurableSlots
{
    private final EventRing ring;
    private final Sequence journalled;
    private final LongSupplier durablePosition;
    private long durable = -1;
    private long notedSlot = -1;
    private long notedEndPosition;

    /**
     * @param ring            whose slots are journalled.
     * @param journalled      the last slot that is in the journal.
     * @param durablePosition position up to which the journal is durable.
     */
    public DurableSlots(final EventRing ring, final Sequence journalled, final LongSupplier durablePosition)
    {
        this.ring = ring;
        this.journalled = journalled;
        this.durablePosition = durablePosition;
    }

    /** Looks anew; answers the last slot that is durable with all before it, -1: none. Never decreases. */
    public long update()
    {
        if (notedSlot == durable)
        {
            note();
        }
        if (notedSlot != durable && durablePosition.getAsLong() >= notedEndPosition)
        {
            durable = notedSlot;
        }
        return durable;
    }

    private void note()
    {
        final long slot = journalled.get();
        if (slot == durable)
        {
            return;
        }
        final long position = ring.position(slot);
        VarHandle.loadLoadFence();
        // Whoever writes the position of a later slot in the same place has claimed that slot before.
        if (ring.cursor() < slot + ring.capacity())
        {
            notedSlot = slot;
            notedEndPosition = position + EventRing.SLOT_LENGTH;
        }
    }
}
