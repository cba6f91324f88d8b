package io.tailrace.perf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.tailrace.perf.workload.ReferenceWorkload;
import io.tailrace.perf.workload.ResultDigest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The yardstick against lists of events: it must not be fast by being wrong. */
class PlainLoopTest
{
    private record Event(long timeNs, double value)
    {
    }

    @ParameterizedTest
    @CsvSource({"1, 10, 1000, 200", "2, 3000, 1000, 200", "3, 10, 7, 200", "4, 1, 1000, 0"})
    void shouldComputeWhatListsOfEventsSay(
        final long seed, final int devices, final long windowMs, final long disorderMs)
    {
        final int count = 20_000;
        final long windowNs = windowMs * 1_000_000L;
        final ReferenceWorkload workload =
            new ReferenceWorkload(seed, devices, disorderMs * 1_000_000L, 5_000);
        final Map<Long, Map<Integer, List<Event>>> windows = new TreeMap<>();
        for (int i = 0; i < count; i++)
        {
            final long bits = workload.bits(i);
            final long timeNs = workload.timeNs(i, bits);
            windows.computeIfAbsent(Math.floorDiv(timeNs, windowNs) * windowNs, start -> new TreeMap<>())
                .computeIfAbsent(workload.device(bits), device -> new ArrayList<>())
                .add(new Event(timeNs, workload.value(bits)));
        }
        final ResultDigest expected = new ResultDigest();
        double squaredDeviations = 0;
        for (final Map.Entry<Long, Map<Integer, List<Event>>> window : windows.entrySet())
        {
            for (final Map.Entry<Integer, List<Event>> pane : window.getValue().entrySet())
            {
                squaredDeviations += add(expected, pane.getKey(), window.getKey(), pane.getValue());
            }
        }

        final PlainLoop loop = new PlainLoop(workload, windowNs);
        final ResultDigest found = loop.run(count);
        assertEquals(expected.toString(), found.toString());
        assertTrue(found.isSameAs(expected));
        assertEquals(count, found.eventCount());
        assertEquals(squaredDeviations, loop.squaredDeviations(), squaredDeviations * 1e-9);
    }

    private static double add(
        final ResultDigest digest, final long device, final long startNs, final List<Event> events)
    {
        final double sum = events.stream().mapToDouble(Event::value).sum();
        final double mean = sum / events.size();
        // A stable sort keeps the order of arrival among equal times.
        final List<Event> sorted = new ArrayList<>(events);
        sorted.sort(Comparator.comparingLong(Event::timeNs));
        digest.add(
            device,
            startNs,
            events.size(),
            sum,
            events.stream().mapToDouble(Event::value).min().orElseThrow(),
            events.stream().mapToDouble(Event::value).max().orElseThrow(),
            sorted.get(0).value(),
            sorted.get(sorted.size() - 1).value());
        return events.stream().mapToDouble(event -> (event.value() - mean) * (event.value() - mean)).sum();
    }
}
