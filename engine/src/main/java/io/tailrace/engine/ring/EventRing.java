package io.tailrace.engine.ring;

import java.nio.ByteBuffer;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.MultiProducerSequencer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.Sequencer;
import com.lmax.disruptor.SingleProducerSequencer;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.queue.QueueMeter;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Events on their way to the operators: 64-byte slots in wire layout on one off-heap slab; the Disruptor coordinates
 * their sequences, nothing of an event lives on the heap.
 * <pre>
 *   producers --claim, write, publish--&gt; slots --journal stage--&gt; positions --operator stage--&gt; free again
 * </pre>
 * Stages poll: none waits, so that one thread can drive several of them and a stage can stop in the middle of its work
 * (engine/docs/adr/001).
 * <p>
 * Threading: claims from several threads if the ring was made so, else from one; each stage one thread.
 * Memory: {@code slots * 72} bytes, taken at construction.
 */
public final class EventRing
{
    /** Not enough free slots now. */
    public static final long BACK_PRESSURED = -1;

    /** Bytes of a slot. */
    public static final int SLOT_LENGTH = MessageLayout.SLOT_LENGTH;

    private final int slots;
    private final int mask;
    private final Sequencer sequencer;
    private final ByteBuffer memory;
    private final UnsafeBuffer slab;
    private final long slabAddress;
    private final long[] positions;
    private final QueueMeter meter = new QueueMeter();

    /** The stage that frees slots. */
    private Sequence freed = new Sequence();

    /** The last claim of a single producer, whose sequencer shows only what is published; else null. */
    private final Sequence claimed;

    /**
     * @param slots               a power of two.
     * @param hasSeveralProducers whether more than one thread claims.
     */
    public EventRing(final int slots, final boolean hasSeveralProducers)
    {
        this.slots = slots;
        mask = slots - 1;
        // Nobody ever waits on a barrier; a strategy without locks makes publishing free of signals.
        sequencer = hasSeveralProducers ?
            new MultiProducerSequencer(slots, new YieldingWaitStrategy()) :
            new SingleProducerSequencer(slots, new YieldingWaitStrategy());
        claimed = hasSeveralProducers ? null : new Sequence();
        memory = BufferUtil.allocateDirectAligned(slots * SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH);
        slab = new UnsafeBuffer(memory);
        slabAddress = slab.addressOffset();
        positions = new long[slots];
    }

    /** The stage after which a slot is free again; before the first claim. */
    public void gate(final Sequence lastStage)
    {
        freed = lastStage;
        sequencer.addGatingSequences(lastStage);
    }

    /** @return how many slots there are. */
    public int capacity()
    {
        return slots;
    }

    /**
     * Claims slots in a row.
     *
     * @param count from 1 to {@link #capacity}.
     * @return sequence of the last one, or {@link #BACK_PRESSURED}.
     */
    public long tryClaim(final int count)
    {
        return tryClaim(count, slots);
    }

    /**
     * Claims slots in a row, if few enough are in use then. Others who claim at the same moment may use more.
     *
     * @param count from 1 to {@code limit}.
     * @param limit of the slots in use, these included, up to {@link #capacity}.
     * @return sequence of the last one, or {@link #BACK_PRESSURED}.
     */
    public long tryClaim(final int count, final int limit)
    {
        if (!hasRoom(count, limit))
        {
            return BACK_PRESSURED;
        }
        try
        {
            final long last = sequencer.tryNext(count);
            if (null != claimed)
            {
                claimed.set(last);
            }
            return last;
        }
        catch (final InsufficientCapacityException ex)
        {
            // Another producer was faster. The exception is preallocated and carries no stack.
            return BACK_PRESSURED;
        }
    }

    /**
     * Whether {@link #tryClaim(int, int)} would find room now; by a thread that claims.
     *
     * @param count from 1 to {@code limit}.
     * @param limit of the slots in use, these included, up to {@link #capacity}.
     * @return whether so few slots are in use.
     */
    public boolean hasRoom(final int count, final int limit)
    {
        return sequencer.hasAvailableCapacity(count + slots - limit);
    }

    /** Hands the claimed slots {@code first} to {@code last} to the stages. */
    public void publish(final long first, final long last)
    {
        sequencer.publish(first, last);
    }

    /**
     * How far the ring is published, looking at no more slots than are wanted: with several producers each is looked
     * at.
     *
     * @param next  the first slot of interest.
     * @param limit the last one.
     * @return the greatest sequence up to {@code limit} to which all slots from {@code next} are published; less than
     *         {@code next} if there is none.
     */
    public long published(final long next, final long limit)
    {
        return sequencer.getHighestPublishedSequence(next, Math.min(sequencer.getCursor(), limit));
    }

    /** @return the greatest sequence that was claimed; whoever sees a count that was made after a claim sees it. */
    public long cursor()
    {
        return null == claimed ? sequencer.getCursor() : claimed.get();
    }

    /** @return the greatest sequence whose slot is free again, and with it all before. */
    public long freed()
    {
        return sequencer.getMinimumSequence();
    }

    /** @return free slots, roughly. */
    public long remaining()
    {
        return sequencer.remainingCapacity();
    }

    /** @return slots that are claimed and not free again; by any thread. */
    public long depth()
    {
        final long lastFreed = freed.get();
        return Math.max(0, Math.min(slots, cursor() - lastFreed));
    }

    /** @return high-water mark and dwell times, kept by the last stage. */
    public QueueMeter meter()
    {
        return meter;
    }

    /** @return address of the slot of a sequence. */
    public long address(final long sequence)
    {
        return slabAddress + (sequence & mask) * SLOT_LENGTH;
    }

    /** @return offset in {@link #slab} of the slot of a sequence. */
    public int offset(final long sequence)
    {
        return (int)(sequence & mask) * SLOT_LENGTH;
    }

    /** @return all slots. */
    public UnsafeBuffer slab()
    {
        return slab;
    }

    /** The journal stage says where the slots from {@code first} to {@code last} stand in the journal. */
    public void positions(final long first, final long last, final long firstPosition)
    {
        long position = firstPosition;
        for (long sequence = first; sequence <= last; sequence++)
        {
            positions[(int)sequence & mask] = position;
            position += SLOT_LENGTH;
        }
    }

    /** @return journal position of the slot of a sequence. */
    public long position(final long sequence)
    {
        return positions[(int)sequence & mask];
    }
}
