package io.tailrace.engine.reference;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The model's alerts, by hand. */
class ReferenceAlertTest
{
    private static final ReferenceWindow TEN = ReferenceWindow.tumbling("w", 10);

    @Test
    void shouldRaiseAfterARowAndClearBeyondTheClearValue()
    {
        final ReferenceScript script = script(ReferenceAlert.above("a", 80).withFor(5).withClear(75.0));
        script.event(0, 81).event(3, 80).event(4, 82).event(8, 83);
        assertEquals(List.of(), script.emitted());
        script.event(9, 84).event(9, 75).event(9, 74);
        assertEquals(List.of("1:1 raised t=9 84.0 of 80.0", "1:1 cleared t=9 74.0 of 75.0"), script.emitted());
        assertEquals(7, script.ledger("operator.1.applied"));
    }

    @Test
    void shouldEmitBetweenWhatTheReadingCausesInItsWindowAndWhatTheWatermarkFires()
    {
        final ReferenceScript script = script(ReferenceAlert.above("a", 80));
        script.event(1, 1).event(11, 81);
        assertEquals(
            List.of("1:1 raised t=11 81.0 of 80.0", "0:1 [0,10) ON_TIME r0 n=1 sum=1.0"), script.emitted());
        // Late for its window, and new to the alert.
        script.reading(0, 2, 5, 90);
        assertEquals(List.of("0:2 late t=5 W=11", "1:2 raised t=5 90.0 of 80.0"), script.emitted());
        script.event(10, 0);
        assertEquals(List.of(), script.emitted());
        assertEquals(1, script.ledger("operator.1.late"));
    }

    @Test
    void shouldNotBeMovedBySilenceOrTheEndOfTheInput()
    {
        final ReferenceScript script = script(ReferenceAlert.above("a", 80).withFor(5));
        script.event(1, 81).tick(100, 0).tick(200, 0).end();
        assertEquals(List.of("0:1 [0,10) ON_TIME r0 n=1 sum=81.0"), script.emitted());
        script.event(6, 82);
        assertEquals(
            List.of("0:1 [0,10) LATE r1 n=2 sum=163.0", "1:1 raised t=6 82.0 of 80.0"), script.emitted());
    }

    @Test
    void shouldKeepKeysThatAreRaisedOrInARow()
    {
        final ReferenceScript script = new ReferenceScript(ReferenceConfig.historical(1, 0, 5, TEN)
            .withAlerts(ReferenceAlert.above("a", 80).withFor(5))
            .withLimits(10, 10, 100));
        script.reading(0, 1, 0, 0).reading(0, 2, 0, 81).reading(0, 3, 0, 81).reading(0, 3, 5, 81);
        script.tick(100, ReferenceScript.NOT_EMPTY);
        assertEquals(1, script.model.alertKeysForgotten());
        script.reading(0, 2, 6, 0, 100).reading(0, 3, 6, 0, 100).tick(199, ReferenceScript.NOT_EMPTY);
        assertEquals(1, script.model.alertKeysForgotten());
        script.tick(200, ReferenceScript.NOT_EMPTY);
        assertEquals(3, script.model.alertKeysForgotten());
    }

    private static ReferenceScript script(final ReferenceAlert alert)
    {
        return new ReferenceScript(ReferenceConfig.historical(1, 0, 5, TEN).withAlerts(alert));
    }
}
