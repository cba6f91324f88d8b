package io.tailrace.engine.window;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EventFilter;
import org.agrona.UnsafeApi;

/** Which readings an operator takes: {@code where}. Hot path: allocation-free. */
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

    boolean isPassedBy(final long message, final long metric, final double value)
    {
        if (value < minValue || value > maxValue ||
            (UnsafeApi.getByte(message + MessageLayout.READING_QUALITY_OFFSET) & 0xFF) > maxQuality)
        {
            return false;
        }
        if (metrics.length == 0)
        {
            return true;
        }
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
