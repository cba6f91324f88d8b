package io.tailrace.engine.demo;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.Timing;
import org.agrona.DirectBuffer;

/**
 * One firing of a window.
 *
 * @param operator index of the operator.
 * @param deviceId of the key; 0 if it has none.
 * @param metric   of the key; 0 if it has none.
 * @param startNs  inclusive, epoch ns.
 * @param endNs    exclusive.
 * @param count    of readings.
 * @param sum      of values.
 * @param min      least value.
 * @param max      greatest value.
 * @param first    value of the earliest time.
 * @param last     value of the latest time.
 * @param m2       sum of squared deviations from the mean.
 * @param revision firings of the window before this one.
 * @param timing   why it fired.
 */
record WindowRow(
    int operator, long deviceId, long metric, long startNs, long endNs, long count, double sum, double min, double max,
    double first, double last, double m2, int revision, Timing timing) implements ResultRow
{
    private static final double TOLERANCE = 1e-9;

    static WindowRow of(final DirectBuffer buffer, final int offset)
    {
        return new WindowRow(
            buffer.getShort(offset + MessageLayout.RESULT_OPERATOR_ID_OFFSET) & 0xFFFF,
            buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET),
            buffer.getInt(offset + MessageLayout.RESULT_METRIC_OFFSET) & 0xFFFF_FFFFL,
            buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET),
            buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET),
            buffer.getLong(offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_SUM_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_MIN_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_MAX_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_FIRST_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_LAST_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_M2_OFFSET),
            buffer.getInt(offset + MessageLayout.RESULT_REVISION_OFFSET),
            Timing.of(buffer.getByte(offset + MessageLayout.RESULT_TIMING_OFFSET)));
    }

    double mean()
    {
        return sum / count;
    }

    double standardDeviation()
    {
        return StrictMath.sqrt(m2 / count);
    }

    /** Exact in all but mean and standard deviation, where it allows a relative difference of 1e-9. */
    @Override
    public String differenceTo(final ResultRow found)
    {
        if (!(found instanceof WindowRow that))
        {
            return "expected " + this + ", found " + found;
        }
        if (new WindowRow(
            operator, deviceId, metric, startNs, endNs, count, sum, min, max, first, last, that.m2, revision, timing)
            .equals(that))
        {
            return isClose(m2, that.m2) && isClose(standardDeviation(), that.standardDeviation()) ? null :
                "stddev expected " + standardDeviation() + ", found " + that.standardDeviation();
        }
        return "expected " + this + ", found " + that;
    }

    private static boolean isClose(final double expected, final double found)
    {
        return Math.abs(expected - found) <= TOLERANCE * Math.abs(expected);
    }
}
