package io.tailrace.archive.journal;

import java.lang.invoke.VarHandle;

import io.tailrace.archive.recording.LogReader;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A log that survives nothing: what is appended is as durable as it will ever be, and is kept, if at all, until newer
 * frames need its room.
 * <pre>
 *   start .................... append = durable
 *     |  the newest frames, as many as there is room for  |
 * </pre>
 * Appending never waits for a reader. A reader that is overtaken goes on with the oldest frame that is kept; positions
 * tell how much it has missed.
 * <p>
 * Threading: one thread appends and closes; all else may be called by any, each reader by one. Hot path: append is
 * allocation-free and never blocks. Memory: the capacity, off the heap, taken up front.
 */
public final class MemoryLog implements MessageLog
{
    /** Longest payload of one frame, bytes. */
    public static final int MAX_PAYLOAD_LENGTH = 32 * 1024;

    static final int HEADER_LENGTH = 32;
    static final int ALIGNMENT = 32;

    /** Stands in place of a length where a frame did not fit before the end of the buffer. */
    static final int PADDING = -1;

    private static final int MIN_CAPACITY = 4 * MAX_PAYLOAD_LENGTH;

    private final String name;
    private final UnsafeBuffer buffer;

    /** The oldest frame whose bytes are whole. Moves before the bytes of a frame are overwritten. */
    private volatile long startPosition;
    private volatile long appendPosition;
    private volatile boolean isClosed;

    private MemoryLog(final String name, final UnsafeBuffer buffer)
    {
        this.name = name;
        this.buffer = buffer;
    }

    /**
     * A log that counts positions and keeps nothing.
     *
     * @param name of the log.
     * @return the log, empty.
     */
    public static MemoryLog discarding(final String name)
    {
        return new MemoryLog(name, null);
    }

    /**
     * A log that keeps its newest frames.
     *
     * @param name     of the log.
     * @param capacity bytes, a power of two, with 32 for each frame; 131,072 or more.
     * @return the log, empty.
     */
    public static MemoryLog keeping(final String name, final int capacity)
    {
        if (capacity < MIN_CAPACITY || !BitUtil.isPowerOfTwo(capacity))
        {
            throw new IllegalArgumentException(
                "capacity=" + capacity + ", expected a power of two from " + MIN_CAPACITY);
        }
        return new MemoryLog(
            name, new UnsafeBuffer(BufferUtil.allocateDirectAligned(capacity, BitUtil.CACHE_LINE_LENGTH)));
    }

    @Override
    public long append(final DirectBuffer src, final int offset, final int length)
    {
        return append(src, offset, length, 0, 0);
    }

    @Override
    public long append(
        final DirectBuffer src, final int offset1, final int length1, final int offset2, final int length2)
    {
        final int length = length1 + length2;
        if (length < 0 || length > MAX_PAYLOAD_LENGTH)
        {
            throw new IllegalArgumentException("length=" + length + ", expected 0 to " + MAX_PAYLOAD_LENGTH);
        }
        if (isClosed)
        {
            return LOST;
        }
        final int frameLength = BitUtil.align(HEADER_LENGTH + length, ALIGNMENT);
        long position = appendPosition;
        if (null == buffer)
        {
            startPosition = position + frameLength;
        }
        else
        {
            final int room = buffer.capacity() - index(position);
            if (room < frameLength)
            {
                makeRoom(position + room);
                buffer.putInt(index(position), PADDING);
                position += room;
            }
            makeRoom(position + frameLength);
            final int at = index(position);
            buffer.putInt(at, length);
            buffer.putBytes(at + HEADER_LENGTH, src, offset1, length1);
            buffer.putBytes(at + HEADER_LENGTH + length1, src, offset2, length2);
        }
        appendPosition = position + frameLength;
        return position + HEADER_LENGTH;
    }

    @Override
    public int maxPayloadLength()
    {
        return MAX_PAYLOAD_LENGTH;
    }

    /** {@inheritDoc} Here it never is. */
    @Override
    public int windowLength()
    {
        return 0;
    }

    @Override
    public long durablePosition()
    {
        return appendPosition;
    }

    @Override
    public long appendPosition()
    {
        return appendPosition;
    }

    @Override
    public long openPosition()
    {
        return 0;
    }

    @Override
    public long startPosition()
    {
        return startPosition;
    }

    @Override
    public boolean isConnected()
    {
        return !isClosed;
    }

    @Override
    public String lostReason()
    {
        return isClosed ? "closed " + name + " at position " + appendPosition : "";
    }

    @Override
    public boolean awaitDurable(final long timeoutNs)
    {
        return true;
    }

    /** {@inheritDoc} There are no segments. */
    @Override
    public boolean purgeBefore(final long position)
    {
        return false;
    }

    /** {@inheritDoc} Here all that can be kept, 0 if nothing is. */
    @Override
    public int segmentLength()
    {
        return null == buffer ? 0 : buffer.capacity();
    }

    @Override
    public String name()
    {
        return name;
    }

    /** {@inheritDoc} If nothing from there on is kept, it goes on with the oldest frame that is. */
    @Override
    public LogReader reader(final long fromPosition)
    {
        if (fromPosition < 0 || fromPosition % ALIGNMENT != 0)
        {
            throw new IllegalArgumentException("fromPosition=" + fromPosition + ", expected a multiple of 32");
        }
        return new MemoryLogReader(this, buffer, fromPosition);
    }

    /** Takes nothing any more; what is kept can be read on. */
    @Override
    public void close()
    {
        isClosed = true;
    }

    /** Gives up the oldest frames so that bytes up to a position can be written. */
    private void makeRoom(final long endPosition)
    {
        long start = startPosition;
        while (endPosition - start > buffer.capacity())
        {
            final int length = buffer.getInt(index(start));
            start += length == PADDING ?
                buffer.capacity() - index(start) : BitUtil.align(HEADER_LENGTH + length, ALIGNMENT);
        }
        if (start != startPosition)
        {
            startPosition = start;
            // No byte of the new frame may be seen by who does not see that the old one is gone.
            VarHandle.storeStoreFence();
        }
    }

    private int index(final long position)
    {
        return (int)position & (buffer.capacity() - 1);
    }
}
