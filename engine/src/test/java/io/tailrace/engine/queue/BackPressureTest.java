package io.tailrace.engine.queue;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class BackPressureTest
{
    @Test
    void shouldSumTheCyclesThatWereRefused()
    {
        final BackPressure pressure = new BackPressure(PipelineStage.JOURNAL);
        assertEquals(PipelineStage.JOURNAL, pressure.stage());
        pressure.onCycle(100);
        assertEquals(0, pressure.totalNs());
        pressure.onRefused();
        assertEquals(0, pressure.totalNs());
        pressure.onRefused();
        pressure.onCycle(30);
        assertEquals(30, pressure.totalNs());
        pressure.onCycle(1_000);
        pressure.onRefused();
        pressure.onCycle(5);
        assertEquals(35, pressure.totalNs());
    }
}
