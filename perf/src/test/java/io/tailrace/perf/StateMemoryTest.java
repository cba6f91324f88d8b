package io.tailrace.perf;

import io.tailrace.perf.report.Verdict;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class StateMemoryTest
{
    private static final int DEVICES = 1_000;

    @Test
    void shouldFillWhatItSaysOfEachKind()
    {
        final Verdict verdict = new Verdict();
        for (final StateMemory.Kind kind : StateMemory.Kind.values())
        {
            final StateMemory memory = StateMemory.measure(kind, DEVICES, verdict);
            assertTrue(memory.reserved() > DEVICES * 64L, kind::toString);
            assertEquals(
                kind == StateMemory.Kind.OVERFLOW_PANES, memory.overflowPanes() > 0, "panes outside, " + kind);
        }
        // Events and blocks are as many as they must be, panes that did not fit into blocks among them.
        assertTrue(verdict.isPass(), verdict::toString);
    }

    @Test
    void shouldDifferInOneUnit()
    {
        final Verdict verdict = new Verdict();
        final StateMemory four = StateMemory.measure(StateMemory.Kind.KEYS, DEVICES, verdict);
        final StateMemory one = StateMemory.measure(StateMemory.Kind.KEYS_OF_ONE_PANE, DEVICES, verdict);
        assertEquals(four.devices(), one.devices());
        assertEquals(3 * 128, four.keys() - one.keys());
        final StateMemory ids = StateMemory.measure(StateMemory.Kind.DEVICES_WITH_IDS, DEVICES, verdict);
        assertEquals(0, ids.devices() - four.devices(), "256 bits and their header take what is free in a block");
    }
}
