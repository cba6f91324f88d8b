package io.tailrace.engine.monitor;

import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TrackedAgentTest
{
    private final Agent agent = new Agent()
    {
        @Override
        public int doWork()
        {
            return 7;
        }

        @Override
        public String roleName()
        {
            return "window";
        }
    };
    private final TrackedAgent tracked = new TrackedAgent(agent, () -> 0, null);

    @Test
    void shouldCountCyclesLongerThanAStall()
    {
        tracked.onCycle(0);
        tracked.onCycle(TrackedAgent.STALL_NS);
        assertEquals(0, tracked.stalls());
        assertEquals(TrackedAgent.STALL_NS, tracked.maxCycleNs());

        tracked.onCycle(2 * TrackedAgent.STALL_NS + 1);
        tracked.onCycle(2 * TrackedAgent.STALL_NS + 2);
        assertEquals(1, tracked.stalls());
        assertEquals(TrackedAgent.STALL_NS + 1, tracked.maxCycleNs());
    }

    @Test
    void shouldRecordEveryCycleIfAskedTo()
    {
        final TrackedAgent recording =
            new TrackedAgent(agent, () -> 0, new SingleWriterRecorder(TrackedAgent.MAX_CYCLE_NS, 3));
        recording.onCycle(1_000);
        recording.onCycle(3_000);
        final Histogram cycles = recording.takeCycles();
        assertEquals(2, cycles.getTotalCount());
        assertEquals(1_000, cycles.getMinNonZeroValue());
        assertEquals(2_000, cycles.getMaxValue(), 2);

        recording.onCycle(Long.MAX_VALUE);
        assertEquals(TrackedAgent.MAX_CYCLE_NS, recording.takeCycles().getMaxValue(), TrackedAgent.MAX_CYCLE_NS / 1e3);
        assertEquals(0, recording.takeCycles().getTotalCount());
        tracked.onCycle(5);
        assertEquals(0, tracked.takeCycles().getTotalCount());
    }

    @Test
    void shouldTellItsListenersOfEachCycleByOneReadingOfTheClock() throws Exception
    {
        final long[] readings = new long[1];
        final List<Long> told = new ArrayList<>();
        final TrackedAgent telling = new TrackedAgent(
            agent,
            () -> 100 * ++readings[0],
            null,
            (nowNs, cycleNs) -> told.addAll(List.of(nowNs, cycleNs)),
            (nowNs, cycleNs) -> told.add(-nowNs));
        telling.onStart();
        telling.doWork();
        telling.doWork();
        assertEquals(List.of(200L, 100L, -200L, 300L, 100L, -300L), told);
        assertEquals(3, readings[0]);
    }

    @Test
    void shouldDoTheWorkOfTheAgent() throws Exception
    {
        assertEquals("window", tracked.roleName());
        tracked.onStart();
        assertEquals(7, tracked.doWork());
    }
}
