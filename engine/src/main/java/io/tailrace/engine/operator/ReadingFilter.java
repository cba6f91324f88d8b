package io.tailrace.engine.operator;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EventFilter;
import org.agrona.UnsafeApi;

/** Which readings an operator takes: {@code where} of a window, {@code when} of an alert. Hot path: allocation-free. */
final class ReadingFilter
{
    private final long[] metrics;
    private final double minValue;
    private final double maxValue;
    private final int maxQuality;

    ReadingFilter(final EventFilter filter)
    {
        metrics = filter.metrics();
        minValue = filter.minValue();
        maxValue = filter.maxValue();
        maxQuality = filter.maxQuality();
    }

    boolean isPassedBy(final long message)
    {
        final double value = UnsafeApi.getDouble(message + MessageLayout.READING_VALUE_OFFSET);
        if (value < minValue || value > maxValue ||
            (UnsafeApi.getByte(message + MessageLayout.READING_QUALITY_OFFSET) & 0xFF) > maxQuality)
        {
            return false;
        }
        if (metrics.length == 0)
        {
            return true;
        }
        final long metric = UnsafeApi.getInt(message + MessageLayout.READING_METRIC_OFFSET) & 0xFFFF_FFFFL;
        for (final long taken : metrics)
        {
            if (taken == metric)
            {
                return true;
            }
        }
        return false;
    }
}
