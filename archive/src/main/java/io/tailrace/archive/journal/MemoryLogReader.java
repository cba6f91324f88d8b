package io.tailrace.archive.journal;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

import io.tailrace.archive.recording.LogReader;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a {@link MemoryLog} beside its appending. Copies each frame and then looks whether it was still whole.
 */
final class MemoryLogReader implements LogReader
{
    private final MemoryLog log;
    private final UnsafeBuffer buffer;
    private final UnsafeBuffer payload = new UnsafeBuffer(ByteBuffer.allocateDirect(MemoryLog.MAX_PAYLOAD_LENGTH));
    private long nextPosition;
    private long payloadPosition;
    private int payloadLength;

    MemoryLogReader(final MemoryLog log, final UnsafeBuffer buffer, final long fromPosition)
    {
        this.log = log;
        this.buffer = buffer;
        nextPosition = fromPosition;
    }

    @Override
    public boolean next(final long limitPosition)
    {
        while (true)
        {
            final long limit = Math.min(limitPosition, log.appendPosition());
            final long position = Math.max(nextPosition, log.startPosition());
            if (position >= limit)
            {
                nextPosition = position;
                return false;
            }
            final int at = (int)position & (buffer.capacity() - 1);
            final int length = buffer.getInt(at);
            // What was overwritten meanwhile may be anything.
            if (length > 0 && length <= Math.min(payload.capacity(), buffer.capacity() - at - MemoryLog.HEADER_LENGTH))
            {
                payload.putBytes(0, buffer, at + MemoryLog.HEADER_LENGTH, length);
            }
            VarHandle.loadLoadFence();
            if (log.startPosition() <= position)
            {
                if (length != MemoryLog.PADDING)
                {
                    payloadPosition = position + MemoryLog.HEADER_LENGTH;
                    payloadLength = length;
                    nextPosition = position + BitUtil.align(MemoryLog.HEADER_LENGTH + length, MemoryLog.ALIGNMENT);
                    return true;
                }
                nextPosition = position + buffer.capacity() - at;
            }
        }
    }

    @Override
    public long payloadPosition()
    {
        return payloadPosition;
    }

    @Override
    public long nextPosition()
    {
        return nextPosition;
    }

    @Override
    public DirectBuffer payloadBuffer()
    {
        return payload;
    }

    @Override
    public int payloadOffset()
    {
        return 0;
    }

    @Override
    public int payloadLength()
    {
        return payloadLength;
    }

    @Override
    public void close()
    {
        BufferUtil.free(payload);
    }
}
