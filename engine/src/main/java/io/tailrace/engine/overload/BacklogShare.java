package io.tailrace.engine.overload;

import org.agrona.BitUtil;

/**
 * The slots of the ring that backlog holds: what was claimed for it and is not free again.
 * <pre>
 *   claims, oldest first:  | last sequence, count | last sequence, count | ...     freed in this order
 * </pre>
 * By Little's law the share of the slots is the share of the throughput while live readings wait as well, and backlog
 * has all that is left while they do not. A frame longer than the share comes in alone.
 * <p>
 * Threading: one thread at a time. Hot path: allocation-free. Memory: 12 bytes for each slot of the share.
 */
final class BacklogShare
{
    private final int limit;
    private final long[] lasts;
    private final int[] counts;
    private final int mask;
    private int first;
    private int next;
    private int inFlight;

    /** @param limit slots that backlog may hold, from 1. */
    BacklogShare(final int limit)
    {
        this.limit = limit;
        // A claim takes one slot at least.
        final int claims = BitUtil.findNextPositivePowerOfTwo(limit);
        lasts = new long[claims];
        counts = new int[claims];
        mask = claims - 1;
    }

    /** @return whether a frame of so many slots may be claimed. */
    boolean hasRoom(final int count)
    {
        return inFlight <= limit - count || inFlight == 0;
    }

    /**
     * A frame was claimed for which there was room.
     *
     * @param last  its last sequence, greater than all before.
     * @param count its slots, from 1.
     */
    void onClaimed(final long last, final int count)
    {
        lasts[next & mask] = last;
        counts[next & mask] = count;
        next++;
        inFlight += count;
    }

    /** All slots up to a sequence are free. */
    void onFreed(final long sequence)
    {
        while (first != next && lasts[first & mask] <= sequence)
        {
            inFlight -= counts[first & mask];
            first++;
        }
    }

    /** @return slots that backlog holds. */
    int inFlight()
    {
        return inFlight;
    }

    /** @return slots that it may hold. */
    int limit()
    {
        return limit;
    }
}
