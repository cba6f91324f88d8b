package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Sending processes without an engine. */
class SenderProcessTest
{
    private static final Fleet FLEET = new Fleet(1, 1, 1, 1, false, 0, 1);

    @TempDir
    private Path dir;

    @Test
    void shouldSayWhyASenderDoesNotBecomeReady() throws IOException
    {
        try (SenderProcess sender = SenderProcess.start(dir, settings("nowhere")))
        {
            final IllegalStateException ex = assertThrows(IllegalStateException.class, sender::awaitReady);
            assertTrue(ex.getMessage().contains("the sender of live has ended by itself"), ex::getMessage);
            assertTrue(ex.getMessage().contains("found nowhere, expected udp:HOST:PORT"), ex::getMessage);
            final IOException none = assertThrows(IOException.class, sender::awaitReport);
            assertTrue(none.getMessage().contains("has left no report"), none::getMessage);
        }
    }

    @Test
    void shouldEndInOrderIfNothingWasAskedOfIt() throws IOException, InterruptedException
    {
        try (SenderProcess sender = SenderProcess.start(dir, settings("udp:127.0.0.1:9")))
        {
            sender.awaitReady();
            assertTrue(sender.hasSettled(0));
            assertFalse(sender.hasSettled(1));
            sender.begin(Phase.QUIET);
            sender.end();
            final SenderReport report = sender.awaitReport();
            assertEquals(0, report.readings());
            assertEquals(0, report.givenUp());
        }
    }

    private static SenderSettings settings(final String to)
    {
        return new SenderSettings("live", to, "", "", FLEET, 1, false, false);
    }
}
