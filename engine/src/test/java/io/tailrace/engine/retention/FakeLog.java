package io.tailrace.engine.retention;

/** A log of segments of a fixed length, of which only positions and times are there. */
final class FakeLog implements RetainedLog
{
    private final int segmentLength;
    private long start;
    private long end;
    private long[] times = new long[0];
    private boolean isRead;
    private int timesRead;
    private int cutOffs;

    /** @param segmentLength a power of two. */
    FakeLog(final int segmentLength)
    {
        this.segmentLength = segmentLength;
    }

    FakeLog endsAt(final long position)
    {
        end = position;
        return this;
    }

    /** Time of the first message of each segment. */
    FakeLog timeOfSegments(final long... timesNs)
    {
        times = timesNs;
        return this;
    }

    FakeLog isRead(final boolean isReadNow)
    {
        isRead = isReadNow;
        return this;
    }

    int cutOffs()
    {
        return cutOffs;
    }

    int timesRead()
    {
        return timesRead;
    }

    @Override
    public long startPosition()
    {
        return start;
    }

    @Override
    public long endPosition()
    {
        return end;
    }

    @Override
    public int segmentLength()
    {
        return segmentLength;
    }

    @Override
    public long timeAt(final long position)
    {
        timesRead++;
        return times[(int)(position / segmentLength)];
    }

    @Override
    public void cutOffReaders()
    {
        isRead = false;
        cutOffs++;
    }

    @Override
    public boolean purgeBefore(final long position)
    {
        final long next = start / segmentLength * segmentLength + segmentLength;
        if (isRead || next > Math.min(position, end))
        {
            return false;
        }
        start = next;
        return true;
    }
}
