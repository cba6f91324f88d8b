package io.tailrace.engine.sink;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class OutageTest
{
    private final Outage outage = new Outage();

    @Test
    void shouldTellErrorsApartButNotByTheirNumbers()
    {
        assertFalse(outage.isOpen());
        assertTrue(outage.isNew("process 17 waits for process 4"));
        assertTrue(outage.isOpen());
        assertFalse(outage.isNew("process 171 waits for process 5"));
        assertTrue(outage.isNew("connection refused"));
        assertFalse(outage.isNew("connection refused"));
    }

    @Test
    void shouldBeginAnewAfterItsEnd()
    {
        outage.isNew("connection refused");
        outage.isNew("connection refused");
        assertEquals(2, outage.end());
        assertFalse(outage.isOpen());
        assertTrue(outage.isNew("connection refused"));
        assertEquals(1, outage.end());
    }

    @Test
    void shouldTellNoMoreThanItsBound()
    {
        for (int i = 0; i < Outage.MAX_TOLD; i++)
        {
            assertTrue(outage.isNew("error " + "x".repeat(i)));
        }
        assertFalse(outage.isNew("one more"));
        assertEquals(Outage.MAX_TOLD + 1, outage.end());
    }
}
