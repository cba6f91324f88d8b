package io.tailrace.engine;

import java.util.ArrayList;
import java.util.List;

import io.aeron.exceptions.AeronEvent;
import io.aeron.exceptions.AeronException;
import org.agrona.concurrent.AgentTerminationException;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

class FailureHandlerTest
{
    private final List<Throwable> told = new ArrayList<>();
    private int halts;
    private final FailureHandler failures = new FailureHandler(told::add, () -> halts++);

    @Test
    void shouldPassOnAWarningAndHaltNobody()
    {
        final AeronEvent tornTail = new AeronEvent("torn tail of 96 bytes", AeronException.Category.WARN);
        failures.onError(tornTail);

        assertEquals(List.of(tornTail), told);
        assertEquals(0, halts);
        assertFalse(failures.isHalted());
        assertNull(failures.failure());
    }

    @Test
    void shouldHaltOnTheFirstErrorAndKeepIt()
    {
        final AeronException first = new AeronException("first", AeronException.Category.ERROR);
        final IllegalStateException second = new IllegalStateException("second");
        failures.onError(first);
        failures.onError(second);

        assertTrue(failures.isHalted());
        assertSame(first, failures.failure());
        assertEquals(2, halts);
        assertEquals(List.of(first, second), told);
    }

    @Test
    void shouldNotTellHowAnAgentEndsBecauseOfAFailure()
    {
        failures.onError(new AgentTerminationException());

        assertEquals(List.of(), told);
        assertEquals(0, halts);
        assertFalse(failures.isHalted());
    }
}
