package io.tailrace.engine.scenario;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * Counts readings per window, and what is late, as one would by hand: a map, one loop, milliseconds. Only ticks, which
 * fire what is silent, are beyond it.
 */
final class NaiveWindows
{
    /** From {@code start} on, before {@code end}, epoch ms. */
    record Span(long startMs, long endMs)
    {
    }

    private final LongFunction<Span[]> spansOf;
    private final boolean isByDevice;
    private final long outOfOrdernessMs;
    private final long latenessMs;
    private final Map<String, Long> greatestMs = new HashMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<String, Boolean> isOnTime = new HashMap<>();
    private long late;
    private long lateFirings;

    NaiveWindows(
        final LongFunction<Span[]> spansOf,
        final boolean isByDevice,
        final long outOfOrdernessMs,
        final long latenessMs)
    {
        this.spansOf = spansOf;
        this.isByDevice = isByDevice;
        this.outOfOrdernessMs = outOfOrdernessMs;
        this.latenessMs = latenessMs;
    }

    /** Windows of a size that begin at each multiple of a slide. */
    static LongFunction<Span[]> sliding(final long sizeMs, final long slideMs)
    {
        return (timeMs) ->
        {
            final int most = (int)((sizeMs + slideMs - 1) / slideMs);
            final long last = Math.floorDiv(timeMs, slideMs) * slideMs;
            final int count = timeMs < last - (most - 1) * slideMs + sizeMs ? most : most - 1;
            final Span[] spans = new Span[count];
            for (int i = 0; i < count; i++)
            {
                final long start = last - (count - 1 - i) * slideMs;
                spans[i] = new Span(start, start + sizeMs);
            }
            return spans;
        };
    }

    /** @return whether the reading is late for all its windows. */
    boolean add(final String device, final String metric, final long timeMs)
    {
        return add(device, metric, timeMs, timeMs);
    }

    /** @return whether the reading is late for all its windows; the effective time moves the watermark. */
    boolean add(final String device, final String metric, final long timeMs, final long effectiveMs)
    {
        final String clock = isByDevice ? device : "";
        final long watermarkMs = greatestMs.containsKey(clock) ?
            greatestMs.get(clock) - outOfOrdernessMs : Long.MIN_VALUE;
        boolean isLate = true;
        for (final Span span : spansOf.apply(timeMs))
        {
            if (watermarkMs < span.endMs + latenessMs)
            {
                isLate = false;
                final String pane = device + ',' + metric + ',' + span.startMs + ',' + span.endMs;
                counts.merge(pane, 1L, Long::sum);
                isOnTime.putIfAbsent(pane, watermarkMs < span.endMs);
                lateFirings += watermarkMs < span.endMs ? 0 : 1;
            }
        }
        late += isLate ? 1 : 0;
        greatestMs.merge(clock, effectiveMs, Math::max);
        return isLate;
    }

    /** @return readings late for all their windows. */
    long late()
    {
        return late;
    }

    /** @return readings per window, by {@code device,metric,start,end}. */
    Map<String, Long> counts()
    {
        return counts;
    }

    /** @return windows that fire because the watermark, or the end of the input, reaches their end. */
    long onTimeFirings()
    {
        return isOnTime.values().stream().filter((isOn) -> isOn).count();
    }

    /** @return firings caused by readings that come after that. */
    long lateFirings()
    {
        return lateFirings;
    }
}
