package io.tailrace.perf.workload;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/**
 * The closing events against a simulation that keeps every event time and looks at all of them, and against the
 * operators themselves.
 */
class ClosingEventsTest
{
    private static final long MILLI_NS = 1_000_000L;
    private static final int COUNT = 3_000;

    @ParameterizedTest
    @CsvSource({"1, 100, 200, 200", "2, 1000, 200, 200", "3, 7, 20, 50", "4, 1, 0, 0", "5, 250, 200, 0",
        "6, 100, 10, 1000"})
    void shouldBeWhatABruteForceSimulationFinds(
        final long seed, final long windowMs, final long disorderMs, final long outOfOrdernessMs)
    {
        final long windowNs = windowMs * MILLI_NS;
        final long outOfOrdernessNs = outOfOrdernessMs * MILLI_NS;
        final ReferenceWorkload workload = new ReferenceWorkload(seed, 10, disorderMs * MILLI_NS, 1_000);
        final ClosingEvents closing = ClosingEvents.of(workload, COUNT, windowNs, outOfOrdernessNs);

        final Map<Long, Long> expected = simulate(workload, windowNs, outOfOrdernessNs);
        assertFalse(expected.isEmpty());
        expected.forEach((endNs, index) -> assertEquals(index, closing.indexOf(endNs), "window to " + endNs));
    }

    @Test
    void shouldBeTheCauseThatTheOperatorsName()
    {
        final long windowNs = 100 * MILLI_NS;
        final ReferenceWorkload workload = new ReferenceWorkload(9, 10, 200 * MILLI_NS, 1_000);
        final ClosingEvents closing = ClosingEvents.of(workload, COUNT, windowNs, 200 * MILLI_NS);
        final ResultsRing ring = new ResultsRing(1024);
        final UnsafeBuffer slot = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        final List<Long> ends = new ArrayList<>();
        try (OperatorCore core = new OperatorCore(config(windowNs, 200 * MILLI_NS), ring))
        {
            core.epoch(0, 0);
            for (int i = 0; i < COUNT; i++)
            {
                workload.encode(slot, 0, i, 1);
                core.onMessage(slot.addressOffset(), i);
                while (ring.available() > 0)
                {
                    final int offset = ring.offsetOf(0);
                    final long endNs = ring.buffer().getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_END_OFFSET);
                    assertEquals(i, closing.indexOf(endNs), "window to " + endNs);
                    ends.add(endNs);
                    ring.release(1);
                }
            }
        }
        assertEquals(closing.count(), new TreeSet<>(ends).size());
    }

    @Test
    void shouldNameNoneForAWindowThatNoEventCloses()
    {
        final long start = ReferenceWorkload.EVENT_TIME_START_NS;
        final ReferenceWorkload workload = new ReferenceWorkload(1, 10, 0, 1_000);
        final ClosingEvents closing = ClosingEvents.of(workload, COUNT, 1_000 * MILLI_NS, 0);
        assertEquals(1_000, closing.indexOf(start + 1_000 * MILLI_NS));
        assertEquals(2_000, closing.indexOf(start + 2_000 * MILLI_NS));
        assertEquals(ClosingEvents.NONE, closing.indexOf(start + 3_000 * MILLI_NS));
        assertEquals(ClosingEvents.NONE, closing.indexOf(start));
        assertEquals(2, closing.count());
        assertEquals(0, ClosingEvents.of(workload, 0, 1_000 * MILLI_NS, 0).count());
    }

    /** Window end to index of the event that closed it, for windows that hold events. */
    private static Map<Long, Long> simulate(
        final ReferenceWorkload workload, final long windowNs, final long outOfOrdernessNs)
    {
        final Map<Long, Long> closed = new TreeMap<>();
        final List<Long> times = new ArrayList<>();
        for (long index = 0; index < COUNT; index++)
        {
            times.add(workload.timeNs(index, workload.bits(index)));
            final long watermarkNs = times.stream().mapToLong(time -> time).max().orElseThrow() - outOfOrdernessNs;
            for (final long time : times)
            {
                final long endNs = Math.floorDiv(time, windowNs) * windowNs + windowNs;
                if (endNs <= watermarkNs)
                {
                    closed.putIfAbsent(endNs, index);
                }
            }
        }
        return closed;
    }

    private static EngineConfig config(final long windowNs, final long outOfOrdernessNs)
    {
        return EngineConfig.builder()
            .dataDir(Path.of("unused"))
            .source(SourceConfig.embedded("rig").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .outOfOrdernessNs(outOfOrdernessNs)
                .build())
            .window(WindowConfig.tumbling("w", windowNs).key(KeyKind.DEVICE).build())
            .build();
    }
}
