package io.tailrace.engine.batch;

import java.util.Arrays;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.SaturatingTime;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The ticks that ingress would have made while the rows came in, derived from their ingest times: on a grid that
 * begins with the first row, each source polled and empty since its last row. A tick at which nothing can happen is
 * left out, so that a pause of years costs no more than one of seconds.
 */
final class BatchTicks
{
    /** Processes one tick message; answers the earliest engine time at which another tick would change something. */
    @FunctionalInterface
    interface TickHandler
    {
        long onTick(long message, boolean isLast);
    }

    private final long intervalNs;
    private final long[] lastRowNs;
    private final UnsafeBuffer message = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private boolean hasBegun;
    private long nextTickNs;

    BatchTicks(final int sourceCount, final long intervalNs)
    {
        this.intervalNs = intervalNs;
        lastRowNs = new long[sourceCount];
    }

    /** Makes the ticks that were due before a row came in, and notes the row. */
    void onRow(final int source, final long ingestTimeNs, final TickHandler handler)
    {
        if (!hasBegun)
        {
            hasBegun = true;
            nextTickNs = SaturatingTime.add(ingestTimeNs, intervalNs);
            Arrays.fill(lastRowNs, ingestTimeNs);
        }
        while (nextTickNs <= ingestTimeNs && nextTickNs != Long.MAX_VALUE)
        {
            final long deadlineNs = tick(nextTickNs, handler);
            nextTickNs = SaturatingTime.add(nextTickNs, intervalNs);
            if (deadlineNs > nextTickNs)
            {
                nextTickNs = gridTimeFrom(Math.min(deadlineNs, ingestTimeNs));
            }
        }
        lastRowNs[source] = Math.max(lastRowNs[source], ingestTimeNs);
    }

    /** @return the first time of the grid that is not before a time. */
    private long gridTimeFrom(final long timeNs)
    {
        final long behindNs = SaturatingTime.subtract(timeNs, nextTickNs);
        if (behindNs <= 0)
        {
            return nextTickNs;
        }
        final long steps = behindNs / intervalNs + (behindNs % intervalNs == 0 ? 0 : 1);
        return SaturatingTime.add(nextTickNs, steps * intervalNs);
    }

    private long tick(final long timeNs, final TickHandler handler)
    {
        long deadlineNs = Long.MAX_VALUE;
        for (int first = 0; first < lastRowNs.length; first += MessageLayout.TICK_SOURCES)
        {
            final int count = Math.min(MessageLayout.TICK_SOURCES, lastRowNs.length - first);
            final boolean isLast = first + count == lastRowNs.length;
            final long slot = message.addressOffset();
            UnsafeApi.setMemory(slot, MessageLayout.SLOT_LENGTH, (byte)0);
            UnsafeApi.putLong(slot, MessageLayout.TICK_HEADER);
            UnsafeApi.putLong(slot + MessageLayout.TICK_TIME_OFFSET, timeNs);
            for (int i = 0; i < count; i++)
            {
                UnsafeApi.putLong(
                    slot + MessageLayout.TICK_EMPTY_SINCE0_OFFSET + (long)i * Long.BYTES, lastRowNs[first + i]);
            }
            UnsafeApi.putShort(slot + MessageLayout.TICK_FIRST_SOURCE_OFFSET, (short)first);
            UnsafeApi.putByte(slot + MessageLayout.TICK_SOURCE_COUNT_OFFSET, (byte)count);
            UnsafeApi.putByte(slot + MessageLayout.TICK_LAST_OFFSET, (byte)(isLast ? 1 : 0));
            deadlineNs = handler.onTick(slot, isLast);
        }
        return deadlineNs;
    }
}
