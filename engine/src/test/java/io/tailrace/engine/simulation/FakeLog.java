package io.tailrace.engine.simulation;

import java.util.SplittableRandom;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.LogReader;
import org.agrona.DirectBuffer;

/**
 * A log on a {@link FakeMedium}: refuses appends when it likes, and becomes durable when it is told to. A refused
 * append may let it get on, so that whoever tries again at once is not at it for ever.
 * <p>
 * Each operation that reaches the medium is announced before and after, so that a crash can come at either moment.
 */
final class FakeLog implements MessageLog
{
    private static final int PERCENT = 100;

    private final FakeMedium medium;
    private final SplittableRandom random;
    private final int refusedPercent;
    private final Runnable onOperation;
    private final long openPosition;

    /** Where the term ends that is appended to: it is left when a frame does not fit, not when it is full. */
    private long termEnd;
    private String lostReason = "";

    FakeLog(
        final FakeMedium medium, final SplittableRandom random, final int refusedPercent, final Runnable onOperation)
    {
        this.medium = medium;
        this.random = random;
        this.refusedPercent = refusedPercent;
        this.onOperation = onOperation;
        openPosition = medium.endPosition();
        termEnd = openPosition - openPosition % medium.termLength() + medium.termLength();
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
        if (length < 0 || length > medium.maxPayloadLength())
        {
            throw new IllegalArgumentException("length=" + length + ", expected 0 to " + medium.maxPayloadLength());
        }
        if (!isConnected())
        {
            return LOST;
        }
        onOperation.run();
        if (random.nextInt(PERCENT) < refusedPercent)
        {
            return random.nextBoolean() ? ADMIN_ACTION : BACK_PRESSURED;
        }
        final int frameLength = FakeMedium.aligned(length);
        if (medium.endPosition() + frameLength - medium.durablePosition() > medium.termLength() / 2)
        {
            if (random.nextInt(4) == 0)
            {
                medium.advance(random);
            }
            return BACK_PRESSURED;
        }
        final int room = (int)(termEnd - medium.endPosition());
        if (frameLength > room)
        {
            if (room > 0)
            {
                medium.pad(room);
            }
            termEnd += medium.termLength();
            return ADMIN_ACTION;
        }
        final long position = medium.put(src, offset1, length1, offset2, length2);
        onOperation.run();
        return position;
    }

    @Override
    public int maxPayloadLength()
    {
        return medium.maxPayloadLength();
    }

    @Override
    public int windowLength()
    {
        return medium.termLength() / 2;
    }

    @Override
    public long durablePosition()
    {
        return medium.durablePosition();
    }

    @Override
    public long appendPosition()
    {
        return isConnected() ? medium.endPosition() : medium.durablePosition();
    }

    @Override
    public long openPosition()
    {
        return openPosition;
    }

    @Override
    public long startPosition()
    {
        return medium.startPosition();
    }

    @Override
    public boolean isConnected()
    {
        return lostReason.isEmpty();
    }

    @Override
    public String lostReason()
    {
        return lostReason;
    }

    @Override
    public boolean awaitDurable(final long timeoutNs)
    {
        if (isConnected())
        {
            medium.advanceToEnd();
        }
        return medium.durablePosition() >= appendPosition();
    }

    @Override
    public boolean purgeBefore(final long position)
    {
        final int segmentLength = medium.segmentLength();
        final long newStartPosition =
            medium.startPosition() - medium.startPosition() % segmentLength + segmentLength;
        if (newStartPosition > Math.min(position, medium.durablePosition()) || !isConnected())
        {
            return false;
        }
        medium.purgeTo(newStartPosition);
        onOperation.run();
        return true;
    }

    @Override
    public int segmentLength()
    {
        return medium.segmentLength();
    }

    @Override
    public String name()
    {
        return medium.name();
    }

    @Override
    public LogReader reader(final long fromPosition)
    {
        return new FakeLogReader(medium, medium.startPosition(), fromPosition, onOperation);
    }

    @Override
    public void close()
    {
        awaitDurable(0);
        if (isConnected())
        {
            lostReason = "closed " + medium.name() + " at position " + medium.durablePosition();
        }
    }

    /** The archive records no more. */
    void lose()
    {
        lostReason = "archive stopped recording " + medium.name() + " at position " + medium.durablePosition();
    }

    FakeMedium medium()
    {
        return medium;
    }
}
