package io.tailrace.engine.demo;

import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;

/**
 * One reading that was late for an operator, or rejected.
 *
 * @param operator    index of the operator; {@link #BEFORE_OPERATORS}: rejected.
 * @param reason      code of the rejection; 0: late.
 * @param eventId     of the reading.
 * @param deviceId    of the reading.
 * @param metric      of the reading.
 * @param time        as sent.
 * @param timeUnit    as sent.
 * @param timeNs      epoch ns; 0 if it has none.
 * @param value       of the reading.
 * @param watermarkNs up to where time had advanced, {@link Long#MIN_VALUE} if it had not.
 */
record JudgedRow(
    int operator, int reason, long eventId, long deviceId, long metric, long time, int timeUnit, long timeNs,
    double value, long watermarkNs) implements ResultRow
{
    static final int BEFORE_OPERATORS = 65_535;

    static JudgedRow of(final DirectBuffer buffer, final int offset)
    {
        return new JudgedRow(
            buffer.getShort(offset + MessageLayout.RESULT_OPERATOR_ID_OFFSET) & 0xFFFF,
            buffer.getByte(offset + MessageLayout.JUDGED_REASON_OFFSET) & 0xFF,
            buffer.getLong(offset + MessageLayout.JUDGED_EVENT_ID_OFFSET),
            buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET),
            buffer.getInt(offset + MessageLayout.RESULT_METRIC_OFFSET) & 0xFFFF_FFFFL,
            buffer.getLong(offset + MessageLayout.JUDGED_EVENT_TIME_OFFSET),
            buffer.getByte(offset + MessageLayout.JUDGED_TIME_UNIT_OFFSET) & 0xFF,
            buffer.getLong(offset + MessageLayout.JUDGED_EVENT_TIME_NS_OFFSET),
            buffer.getDouble(offset + MessageLayout.JUDGED_VALUE_OFFSET),
            buffer.getLong(offset + MessageLayout.JUDGED_WATERMARK_OFFSET));
    }

    boolean isLate()
    {
        return reason == 0;
    }

    @Override
    public String differenceTo(final ResultRow found)
    {
        return equals(found) ? null : "expected " + this + ", found " + found;
    }
}
