package io.tailrace.engine.monitor;

import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TrackedAgentTest
{
    private final TrackedAgent tracked = new TrackedAgent(new Agent()
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
    });

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
    void shouldDoTheWorkOfTheAgent() throws Exception
    {
        assertEquals("window", tracked.roleName());
        tracked.onStart();
        assertEquals(7, tracked.doWork());
    }
}
