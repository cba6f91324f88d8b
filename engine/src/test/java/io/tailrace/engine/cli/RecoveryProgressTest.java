package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RecoveryProgressTest
{
    private final StopSignal stop = new StopSignal();
    private final StringWriter err = new StringWriter();
    private final RecoveryProgress progress = new RecoveryProgress(new PrintWriter(err), stop);

    @Test
    void shouldSayNothingWithoutATerminal()
    {
        progress.accept(64);
        progress.end();
        assertEquals("", err.toString());
    }

    @Test
    void shouldGiveUpTheLaunchWhenTheProcessShallEnd()
    {
        assertFalse(stop.await(0));
        stop.signal();
        assertTrue(stop.await(0));
        assertThrows(RecoveryProgress.StoppedException.class, () -> progress.accept(64));
    }
}
