package io.tailrace.perf;

import org.agrona.MutableDirectBuffer;

/** Makes events, each a function of its index, as readings in wire layout, back to back. */
@FunctionalInterface
interface EventEncoder
{
    /** Writes so many events from an index on. */
    void encode(MutableDirectBuffer buffer, int offset, long firstIndex, int count);
}
