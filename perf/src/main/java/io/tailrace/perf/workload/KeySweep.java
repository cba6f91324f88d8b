package io.tailrace.perf.workload;

import org.agrona.MutableDirectBuffer;

/**
 * Events that touch chosen devices, each once: every {@code stride}-th device from {@code first} on. All of them fall
 * into one window of 1 s.
 * <pre>
 *   device   first + i * stride                metric   1
 *   time     start + i, ns                     value    1
 *   event id firstId + i
 * </pre>
 * Threading: immutable. Hot path: allocation-free.
 *
 * @param first   device.
 * @param stride  from one device to the next.
 * @param firstId of the event ids; greater than any that the devices have sent.
 * @param startNs time of the first event, the beginning of a window, epoch ns.
 */
public record KeySweep(int first, int stride, long firstId, long startNs)
{
    /** A sweep in the first window, so that none closes. */
    public KeySweep(final int first, final int stride, final long firstId)
    {
        this(first, stride, firstId, ReferenceWorkload.EVENT_TIME_START_NS);
    }

    /**
     * @param devices there are.
     * @return how many of them are touched.
     */
    public int count(final int devices)
    {
        return (devices - first + stride - 1) / stride;
    }

    /**
     * Writes events as readings in wire layout, back to back.
     *
     * @param buffer     with room for them.
     * @param offset     of the first one.
     * @param firstIndex of the events.
     * @param count      of the events.
     */
    public void encode(final MutableDirectBuffer buffer, final int offset, final long firstIndex, final int count)
    {
        int at = offset;
        for (long index = firstIndex; index < firstIndex + count; index++)
        {
            ReferenceWorkload.encode(
                buffer,
                at,
                firstId + index,
                first + index * stride,
                startNs + index,
                1);
            at += ReferenceWorkload.LENGTH;
        }
    }
}
