package io.tailrace.engine.advice;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.config.EventFilter;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;

/**
 * Counts what is late for one window at each of several choices of event time, by {@code W = max - out-of-orderness}
 * before each reading: it is late if {@code W >= end + allowed-lateness} for the end of its last window.
 */
final class WindowReplay
{
    private final WindowEnds ends;
    private final EventFilter filter;
    private final long[] metrics;
    private final List<Choice> choices;
    private final long[] late;
    private final long[] revised;
    private long readings;

    WindowReplay(final WindowConfig window, final List<Choice> choices)
    {
        ends = new WindowEnds(window);
        filter = window.where();
        metrics = filter.metrics();
        this.choices = List.copyOf(choices);
        late = new long[choices.size()];
        revised = new long[choices.size()];
    }

    /**
     * @param maxTimeNs       greatest time before this reading; {@link Long#MIN_VALUE}: none.
     * @param deviceMaxTimeNs greatest time of its device before it; {@link Long#MIN_VALUE}: none.
     */
    void onReading(
        final long metric, final double value, final long timeNs, final long maxTimeNs, final long deviceMaxTimeNs)
    {
        if (!isTaken(metric, value))
        {
            return;
        }
        readings++;
        // Its windows end after it, so that the watermark cannot have reached them if it is the greatest.
        if (timeNs < maxTimeNs)
        {
            final long endNs = ends.lastEndNs(timeNs);
            for (int i = 0; i < late.length; i++)
            {
                judge(i, endNs, choices.get(i).watermark() == WatermarkKind.DEVICE ? deviceMaxTimeNs : maxTimeNs);
            }
        }
    }

    private void judge(final int index, final long endNs, final long maxTimeNs)
    {
        final Choice choice = choices.get(index);
        final long watermarkNs = SaturatingTime.subtract(maxTimeNs, choice.outOfOrdernessNs());
        if (maxTimeNs == Long.MIN_VALUE || watermarkNs < endNs)
        {
            return;
        }
        if (watermarkNs >= SaturatingTime.add(endNs, choice.allowedLatenessNs()))
        {
            late[index]++;
        }
        else
        {
            revised[index]++;
        }
    }

    private boolean isTaken(final long metric, final double value)
    {
        return value >= filter.minValue() && value <= filter.maxValue() &&
            (metrics.length == 0 || Arrays.binarySearch(metrics, metric) >= 0);
    }

    List<LateCount> counts()
    {
        return IntStream.range(0, late.length)
            .mapToObj((i) -> new LateCount(choices.get(i), readings, revised[i], late[i]))
            .toList();
    }
}
