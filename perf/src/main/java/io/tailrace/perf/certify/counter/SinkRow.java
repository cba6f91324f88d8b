package io.tailrace.perf.certify.counter;

import java.nio.ByteBuffer;

/**
 * What a line or a row says of a result, as far as it is compared. Of a reading that was judged {@code sum} is its
 * value, and what a firing alone has is 0.
 */
record SinkRow(
    long sequence,
    String kind,
    long causePosition,
    long count,
    double sum,
    double min,
    double max,
    double first,
    double last,
    long revision)
{
    /** What it should say of a result of the log. */
    static SinkRow of(final ByteBuffer result)
    {
        final int template = result.getShort(MessageOffsets.TEMPLATE_ID) & 0xFFFF;
        final long sequence = result.getLong(MessageOffsets.RESULT_SEQUENCE);
        final long causePosition = result.getLong(MessageOffsets.RESULT_CAUSE_POSITION);
        if (template != MessageOffsets.WINDOW)
        {
            return new SinkRow(sequence, SinkKinds.kindOf(template), causePosition, 0,
                result.getDouble(MessageOffsets.JUDGED_VALUE), 0, 0, 0, 0, 0);
        }
        return new SinkRow(
            sequence,
            SinkKinds.kindOf(template),
            causePosition,
            result.getLong(MessageOffsets.WINDOW_COUNT),
            result.getDouble(MessageOffsets.WINDOW_SUM),
            result.getDouble(MessageOffsets.WINDOW_MIN),
            result.getDouble(MessageOffsets.WINDOW_MAX),
            result.getDouble(MessageOffsets.WINDOW_FIRST),
            result.getDouble(MessageOffsets.WINDOW_LAST),
            result.getInt(MessageOffsets.RESULT_REVISION) & 0xFFFF_FFFFL);
    }

    /** Whether it says the same; a database may not keep the sign of a zero. */
    boolean isEqual(final SinkRow that)
    {
        return sequence == that.sequence && kind.equals(that.kind) && causePosition == that.causePosition &&
            count == that.count && revision == that.revision && isEqual(sum, that.sum) && isEqual(min, that.min) &&
            isEqual(max, that.max) && isEqual(first, that.first) && isEqual(last, that.last);
    }

    private static boolean isEqual(final double a, final double b)
    {
        return a == b || Double.isNaN(a) && Double.isNaN(b);
    }
}
