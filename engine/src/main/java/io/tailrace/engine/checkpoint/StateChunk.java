package io.tailrace.engine.checkpoint;

import org.agrona.UnsafeApi;

/**
 * Records on their way from the operators to the checkpoint's file: off-heap memory that is handed from thread to
 * thread, with all that is in it.
 */
final class StateChunk
{
    private final int capacity;
    private long address;
    private int length;
    private boolean isLast;

    StateChunk(final int capacity)
    {
        this.capacity = capacity;
        address = UnsafeApi.allocateMemory(capacity);
    }

    /** @return where a record of so many bytes goes, or 0 if there is no room for it. */
    long claim(final int recordLength)
    {
        if (recordLength > capacity - length)
        {
            return 0;
        }
        final long record = address + length;
        length += recordLength;
        return record;
    }

    void clear()
    {
        length = 0;
        isLast = false;
    }

    /** No other chunk of the checkpoint follows. */
    void markLast()
    {
        isLast = true;
    }

    boolean isLast()
    {
        return isLast;
    }

    long address()
    {
        return address;
    }

    int length()
    {
        return length;
    }

    int capacity()
    {
        return capacity;
    }

    /** Gives the memory back. */
    void free()
    {
        UnsafeApi.freeMemory(address);
        address = 0;
    }
}
