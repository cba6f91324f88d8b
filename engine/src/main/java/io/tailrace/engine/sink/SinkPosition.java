package io.tailrace.engine.sink;

/**
 * A place in the results: before the result of this sequence. Ordered as the results log is, by epoch first.
 *
 * @param epoch    of results, unsigned.
 * @param sequence of a result in it, from 0.
 */
record SinkPosition(int epoch, long sequence) implements Comparable<SinkPosition>
{
    @Override
    public int compareTo(final SinkPosition other)
    {
        final int order = Integer.compareUnsigned(epoch, other.epoch);
        return 0 != order ? order : Long.compareUnsigned(sequence, other.sequence);
    }

    @Override
    public String toString()
    {
        return "result " + Long.toUnsignedString(sequence) + " of epoch " + Integer.toUnsignedString(epoch);
    }
}
