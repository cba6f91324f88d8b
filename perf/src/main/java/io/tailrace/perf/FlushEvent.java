package io.tailrace.perf;

import io.tailrace.codec.MessageLayout;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** The event that ends a run: it closes every window that the others went to. */
final class FlushEvent
{
    private FlushEvent()
    {
    }

    /**
     * Offers it once.
     *
     * @param workload  the events.
     * @param published so many of them have been.
     * @param windowNs  size of the windows.
     * @param sink      where they went.
     * @return whether it was taken.
     */
    static boolean offer(
        final ReferenceWorkload workload, final long published, final long windowNs, final EventSink sink)
    {
        final UnsafeBuffer flush = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        workload.encodeFlush(flush, 0, published, windowNs);
        return sink.offer(flush, 0, 1) == 1;
    }
}
