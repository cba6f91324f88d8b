package io.tailrace.perf.workload;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class AlertModelTest
{
    private final AlertModel model = new AlertModel(2, 100, 50);
    private final AlertDigest expected = new AlertDigest();

    @Test
    void shouldRaiseAboveAndClearBelow()
    {
        model.onEvent(0, 0, 10, 100);
        model.onEvent(1, 0, 11, 101);
        model.onEvent(2, 0, 12, 200);
        model.onEvent(3, 0, 13, 50);
        model.onEvent(4, 0, 14, 49);
        model.onEvent(5, 0, 15, 0);
        expected.add(1, true);
        expected.add(4, false);
        assertTrue(model.alerts().isSameAs(expected), model.alerts()::toString);
        assertEquals(6, model.applied());
    }

    @Test
    void shouldIgnoreWhatIsOlderThanOneBeforeOfTheSameDevice()
    {
        model.onEvent(0, 0, 10, 0);
        model.onEvent(1, 0, 9, 101);
        assertEquals(0, model.alerts().count());
        model.onEvent(2, 1, 9, 101);
        model.onEvent(3, 0, 10, 101);
        expected.add(2, true);
        expected.add(3, true);
        assertTrue(model.alerts().isSameAs(expected), model.alerts()::toString);
        assertEquals(3, model.applied());
    }

    @Test
    void shouldCountTheEventThatClosesTheWindows()
    {
        final ReferenceWorkload workload = new ReferenceWorkload(1, 1, 0, 1_000);
        final AlertModel all = new AlertModel(1, -1, 1).takeAll(workload, 3, 1_000);
        assertEquals(4, all.applied());
        // Each value raises; zero clears.
        assertTrue(all.alerts().count() >= 2, all.alerts()::toString);
    }

    @Test
    void shouldTellAlertsApartByCauseAndState()
    {
        expected.add(1, true);
        final AlertDigest other = new AlertDigest();
        other.add(1, false);
        assertFalse(expected.isSameAs(other));
        final AlertDigest another = new AlertDigest();
        another.add(2, true);
        assertFalse(expected.isSameAs(another));
        assertEquals("raised=1 cleared=0", expected.toString().substring(0, 18));
    }
}
