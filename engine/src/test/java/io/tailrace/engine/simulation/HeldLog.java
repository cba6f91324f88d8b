package io.tailrace.engine.simulation;

import io.tailrace.archive.journal.MessageLog;
import org.agrona.DirectBuffer;

/**
 * Another log that takes nothing while it is told so, or whose frames do not become durable.
 */
public final class HeldLog extends ForwardingLog
{
    private final int windowLength;
    private volatile long refusal;
    private volatile long durableLimit = Long.MAX_VALUE;

    /**
     * @param log          the other one.
     * @param windowLength that it says to have.
     */
    public HeldLog(final MessageLog log, final int windowLength)
    {
        super(log);
        this.windowLength = windowLength;
    }

    /** Answers appends with a code from now on; 0: takes them. */
    public void refuse(final long code)
    {
        refusal = code;
    }

    /** Nothing behind a position is durable; {@link Long#MAX_VALUE}: everything may be. */
    public void limitDurable(final long position)
    {
        durableLimit = position;
    }

    @Override
    public long append(final DirectBuffer src, final int offset, final int length)
    {
        return refusal != 0 ? refusal : super.append(src, offset, length);
    }

    @Override
    public long append(
        final DirectBuffer src, final int offset1, final int length1, final int offset2, final int length2)
    {
        return refusal != 0 ? refusal : super.append(src, offset1, length1, offset2, length2);
    }

    @Override
    public long durablePosition()
    {
        return Math.min(durableLimit, super.durablePosition());
    }

    @Override
    public int windowLength()
    {
        return windowLength;
    }
}
