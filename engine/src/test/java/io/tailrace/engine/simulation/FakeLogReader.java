package io.tailrace.engine.simulation;

import io.tailrace.archive.recording.LogReader;
import org.agrona.DirectBuffer;

/**
 * Reads a {@link FakeMedium}.
 */
final class FakeLogReader implements LogReader
{
    private static final int ALIGNMENT = 32;

    private final FakeMedium medium;
    private final long startPosition;
    private final Runnable onOperation;
    private long nextPosition;
    private long framePosition;
    private int payloadLength;

    FakeLogReader(
        final FakeMedium medium, final long startPosition, final long fromPosition, final Runnable onOperation)
    {
        if (fromPosition < 0 || fromPosition % ALIGNMENT != 0)
        {
            throw new IllegalArgumentException("fromPosition=" + fromPosition + ", expected the start of a frame");
        }
        this.medium = medium;
        this.startPosition = startPosition;
        this.onOperation = onOperation;
        nextPosition = fromPosition;
    }

    @Override
    public boolean next(final long limitPosition)
    {
        while (nextPosition < limitPosition)
        {
            onOperation.run();
            if (nextPosition < startPosition)
            {
                throw medium.corrupt(nextPosition, "purged");
            }
            final int length = medium.frameLength(nextPosition);
            framePosition = nextPosition;
            nextPosition += Math.abs(length) + ALIGNMENT - 1 & -ALIGNMENT;
            if (length > 0)
            {
                payloadLength = length - FakeMedium.HEADER_LENGTH;
                return true;
            }
        }
        return false;
    }

    @Override
    public long payloadPosition()
    {
        return framePosition + FakeMedium.HEADER_LENGTH;
    }

    @Override
    public long nextPosition()
    {
        return nextPosition;
    }

    @Override
    public DirectBuffer payloadBuffer()
    {
        return medium.segment(framePosition);
    }

    @Override
    public int payloadOffset()
    {
        return medium.offsetOf(framePosition) + FakeMedium.HEADER_LENGTH;
    }

    @Override
    public int payloadLength()
    {
        return payloadLength;
    }

    @Override
    public void close()
    {
        // Owns nothing.
    }
}
