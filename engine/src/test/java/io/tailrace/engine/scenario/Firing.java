package io.tailrace.engine.scenario;

import io.tailrace.codec.MessageLayout;
import org.agrona.DirectBuffer;

/**
 * What a window result says of its window, without what says when it was said.
 */
record Firing(
    int operator, long device, long startNs, long endNs, int revision, int timing, long count, double sum, double min,
    double max, double first, double last)
{
    static boolean isWindow(final DirectBuffer buffer, final int offset)
    {
        return templateId(buffer, offset) == MessageLayout.WINDOW_RESULT_TEMPLATE_ID;
    }

    static int templateId(final DirectBuffer buffer, final int offset)
    {
        return buffer.getShort(offset + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF;
    }

    static Firing of(final DirectBuffer buffer, final int offset)
    {
        return new Firing(
            buffer.getShort(offset + MessageLayout.RESULT_OPERATOR_ID_OFFSET) & 0xFFFF,
            buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET),
            buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET),
            buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET),
            buffer.getInt(offset + MessageLayout.RESULT_REVISION_OFFSET),
            buffer.getByte(offset + MessageLayout.RESULT_TIMING_OFFSET),
            buffer.getLong(offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_SUM_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_MIN_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_MAX_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_FIRST_OFFSET),
            buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_LAST_OFFSET));
    }
}
