package io.tailrace.engine.demo;

import java.io.IOException;

import org.agrona.MutableDirectBuffer;

/** Where the readings that are sent come from, in order. */
interface ReadingFeed
{
    /**
     * Writes the next reading.
     *
     * @param buffer for its {@link io.tailrace.codec.MessageLayout#SLOT_LENGTH} bytes.
     * @param offset of the first.
     * @return whether there was one.
     * @throws IOException if it cannot be read.
     */
    boolean next(MutableDirectBuffer buffer, int offset) throws IOException;
}
