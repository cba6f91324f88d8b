package io.tailrace.engine.ring;

import java.nio.ByteBuffer;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.queue.QueueMeter;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Results on their way from the operators to egress: 128-byte slots in wire layout, off-heap.
 * <p>
 * Threading: one producer, one consumer, which may be the same thread. Hot path: allocation-free, never blocks.
 * Memory: {@code slots * 128} bytes, taken at construction.
 */
public final class ResultsRing
{
    /** Bytes of a slot. */
    public static final int SLOT_LENGTH = MessageLayout.RESULT_LENGTH;

    /** Most slots: the memory of a ring is one buffer. */
    public static final int MAX_SLOTS = 1 << 23;

    private final int slots;
    private final int mask;
    private final ByteBuffer memory;
    private final UnsafeBuffer buffer;
    private final Sequence published = new Sequence(0);
    private final Sequence released = new Sequence(0);
    private final QueueMeter meter = new QueueMeter();

    /** The producer's own count of published slots, and the released count that it last saw. */
    private long nextSequence;
    private long releasedSeen;

    /**
     * @param slots a power of two.
     */
    public ResultsRing(final int slots)
    {
        if (!BitUtil.isPowerOfTwo(slots))
        {
            throw new IllegalArgumentException("slots=" + slots + ", expected a power of two");
        }
        this.slots = slots;
        mask = slots - 1;
        memory = BufferUtil.allocateDirectAligned(slots * SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH);
        buffer = new UnsafeBuffer(memory);
    }

    /** @return whether the producer may fill {@code count} slots now. */
    public boolean hasRoom(final int count)
    {
        if (slots - (int)(nextSequence - releasedSeen) >= count)
        {
            return true;
        }
        releasedSeen = released.get();
        return slots - (int)(nextSequence - releasedSeen) >= count;
    }

    /** @return how many slots there are. */
    public int capacity()
    {
        return slots;
    }

    /** @return address of the next slot, to be filled and then {@link #publish}ed; only if {@link #hasRoom} says so. */
    public long claim()
    {
        return buffer.addressOffset() + (nextSequence & mask) * SLOT_LENGTH;
    }

    /** Hands the claimed slot to the consumer. */
    public void publish()
    {
        published.set(++nextSequence);
    }

    /** @return how many results have been handed to the consumer since the start. */
    public long published()
    {
        return published.get();
    }

    /** @return how many of them the consumer has given back. */
    public long released()
    {
        return released.get();
    }

    /** @return high-water mark and dwell times: producer and consumer tell it. */
    public QueueMeter meter()
    {
        return meter;
    }

    /** @return how many slots are filled; by any thread. */
    public long depth()
    {
        final long releasedBefore = released.get();
        return Math.min(slots, published.get() - releasedBefore);
    }

    /** @return how many slots the consumer may read. */
    public int available()
    {
        return (int)(published.get() - released.get());
    }

    /** @return how many of {@code available} slots lie in one piece. */
    public int contiguous(final int available)
    {
        return Math.min(available, slots - (int)(released.get() & mask));
    }

    /** @return offset in {@link #buffer} of the consumer's slot at {@code index}, counted from the oldest. */
    public int offsetOf(final int index)
    {
        return (int)((released.get() + index) & mask) * SLOT_LENGTH;
    }

    /** @return all slots. */
    public UnsafeBuffer buffer()
    {
        return buffer;
    }

    /** Gives the oldest {@code count} slots back to the producer. */
    public void release(final int count)
    {
        released.set(released.get() + count);
    }
}
