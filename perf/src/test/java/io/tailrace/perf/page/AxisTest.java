package io.tailrace.perf.page;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AxisTest
{
    @Test
    void shouldSpacePercentilesByTheirNines()
    {
        final Axis axis = Axis.percentiles(4);
        assertEquals(List.of("0", "90", "99", "99.9", "99.99"), labels(axis));
        assertEquals(0.5, axis.share(2));
        assertEquals(1, axis.share(7));
        assertEquals(0, axis.share(-1));
    }

    @Test
    void shouldHoldDurationsInWholeDecades()
    {
        final Axis axis = Axis.durations(70_000, 3_000_000);
        assertEquals(4, axis.from());
        assertEquals(7, axis.to());
        assertEquals(List.of("10 µs", "100 µs", "1 ms", "10 ms"), labels(axis));
        assertEquals(List.of("1 ms", "", "", "10 ms"), labels(Axis.durations(1_000_000, 1_000_000)));
        assertEquals(0, Axis.durations(0, 0).from());
        assertEquals("1000 s", labels(Axis.durations(1, 3.6e12)).get(12));
    }

    @Test
    void shouldStepEvenlyFromNothing()
    {
        assertEquals(List.of("0", "2", "4", "6", "8", "10"), labels(Axis.linear(9.5, "x")));
        assertEquals(List.of("0.00", "0.05", "0.10", "0.15"), labels(Axis.linear(0.25, "x")).subList(0, 4));
        assertTrue(Axis.linear(0.25, "x").to() >= 0.25);
        assertTrue(Axis.linear(0, "x").to() >= 1);
    }

    private static List<String> labels(final Axis axis)
    {
        return axis.ticks().stream().map(Axis.Tick::label).toList();
    }
}
