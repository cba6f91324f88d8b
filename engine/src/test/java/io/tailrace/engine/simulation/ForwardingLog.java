package io.tailrace.engine.simulation;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.LogReader;
import org.agrona.DirectBuffer;

/**
 * Another log, for whoever changes some of what it does.
 */
public class ForwardingLog implements MessageLog
{
    private final MessageLog log;

    /** @param log the other one. */
    public ForwardingLog(final MessageLog log)
    {
        this.log = log;
    }

    @Override
    public long append(final DirectBuffer src, final int offset, final int length)
    {
        return log.append(src, offset, length);
    }

    @Override
    public long append(
        final DirectBuffer src, final int offset1, final int length1, final int offset2, final int length2)
    {
        return log.append(src, offset1, length1, offset2, length2);
    }

    @Override
    public int maxPayloadLength()
    {
        return log.maxPayloadLength();
    }

    @Override
    public int windowLength()
    {
        return log.windowLength();
    }

    @Override
    public long durablePosition()
    {
        return log.durablePosition();
    }

    @Override
    public long appendPosition()
    {
        return log.appendPosition();
    }

    @Override
    public long openPosition()
    {
        return log.openPosition();
    }

    @Override
    public long startPosition()
    {
        return log.startPosition();
    }

    @Override
    public boolean isConnected()
    {
        return log.isConnected();
    }

    @Override
    public String lostReason()
    {
        return log.lostReason();
    }

    @Override
    public boolean awaitDurable(final long timeoutNs)
    {
        return log.awaitDurable(timeoutNs);
    }

    @Override
    public boolean purgeBefore(final long position)
    {
        return log.purgeBefore(position);
    }

    @Override
    public int segmentLength()
    {
        return log.segmentLength();
    }

    @Override
    public String name()
    {
        return log.name();
    }

    @Override
    public LogReader reader(final long fromPosition)
    {
        return log.reader(fromPosition);
    }

    @Override
    public void close()
    {
        log.close();
    }
}
