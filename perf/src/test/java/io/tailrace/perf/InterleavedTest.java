package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.LatencyTable;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class InterleavedTest
{
    @Test
    void shouldChangeWhoBeginsAndKeepThePairsTogether()
    {
        final List<String> order = new ArrayList<>();
        final Interleaved<Double> interleaved = Interleaved.run(
            3,
            pair ->
            {
                order.add("a" + pair);
                return 10.0 + pair;
            },
            pair ->
            {
                order.add("b" + pair);
                return 1.0 + pair;
            });
        assertEquals(List.of("a0", "b0", "b1", "a1", "a2", "b2"), order);
        assertEquals(List.of(10.0, 11.0, 12.0), interleaved.measured());
        assertEquals(List.of(1.0, 2.0, 3.0), interleaved.against());
        final Comparison comparison = interleaved.compare("x", value -> value, Bar.NONE);
        assertEquals(11 / 2.0, comparison.ratio());
        assertEquals(10, comparison.pairs().max());
        assertEquals(4, comparison.pairs().min());
    }

    @Test
    void shouldWeighStallsByTheirTime()
    {
        final Histogram cycles = LatencyTable.newHistogram();
        assertEquals(0, CheckpointCommand.timeInStalls(cycles));
        cycles.recordValueWithCount(1_000, 3_000);
        assertEquals(0, CheckpointCommand.timeInStalls(cycles));
        cycles.recordValue(9_000_000);
        assertEquals(75, CheckpointCommand.timeInStalls(cycles), 0.1);
    }

    @Test
    void shouldNameWhatThisVersionRefuses()
    {
        final JobVariant job = JobVariant.exactlyOnce(Layout.COMPACT);
        assertEquals("", ModesCommand.refusal(job));
    }
}
