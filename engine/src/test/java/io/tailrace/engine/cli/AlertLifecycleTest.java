package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import io.tailrace.engine.Engine;
import io.tailrace.engine.RecoveryReport;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.monitor.LedgerRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Alerts of an engine that is stopped in the middle of a row, and what {@code tail} prints of them. */
class AlertLifecycleTest
{
    private static final String ALERTS = """
        alerts:
          - {name: hot, when: {metric: temperature, above: 80, clear-below: 75}, for: 10s, priority: critical}
          - {name: cold, when: {metric: temperature, below: 5}}
        """;
    private static final String NO_WINDOW = ",,,,,,,,,,,,,";

    @TempDir
    Path dir;

    private TestEngine plant;

    @Test
    void shouldGoOnWithARowAfterARestartAndTailWhatItRaises() throws IOException
    {
        plant = new TestEngine(dir);
        Files.writeString(plant.configFile(), ALERTS, StandardOpenOption.APPEND);
        try (Engine engine = plant.launch())
        {
            publish(engine, 1, 0, 81);
            publish(engine, 2, 4_000, 85);
            assertTrue(engine.awaitDrained(30_000_000_000L));
        }
        try (Engine engine = plant.launch())
        {
            assertNotEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
            publish(engine, 3, 10_000, 82);
            publish(engine, 4, 9_000, 1);
            publish(engine, 5, 11_000, 77);
            publish(engine, 6, 12_000, 74.5);
            publish(engine, 7, 13_000, 4);
            publish(engine, 8, 13_000, 5);
            assertTrue(engine.awaitDrained(30_000_000_000L));
            assertLedger(engine);
            assertEquals(1, engine.view().keyCount(1));
        }

        final List<String> lines =
            CommandOutput.of(new TailCommand(), plant.configFile(), "--kind", "alert").assertDone().lines();
        assertEquals(5, lines.size(), lines::toString);
        assertLine(lines.get(1), "hot,7,temperature" + NO_WINDOW + "3,1700000010000,82.0,raised,,80.0,critical,");
        assertLine(lines.get(2), "hot,7,temperature" + NO_WINDOW + "6,1700000012000,74.5,cleared,,75.0,critical,");
        assertLine(lines.get(3), "cold,7,temperature" + NO_WINDOW + "7,1700000013000,4.0,raised,,5.0,normal,");
        assertLine(lines.get(4), "cold,7,temperature" + NO_WINDOW + "8,1700000013000,5.0,cleared,,5.0,normal,");

        CommandOutput.of(new InspectCommand(), plant.dataDir(), "--verify").assertDone();
        assertTrue(CommandOutput.of(new InspectCommand(), plant.dataDir(), "--results").assertDone().out().contains(
            " operator=1 device=7 metric=1 event=6 event-time=2023-11-14T22:13:32Z state=0 severity=1 value=74.5 " +
            "threshold=75.0"));

        // The whole journal gives the same again: the engine compares, and refuses what differs.
        try (Engine engine = Engine.launch(new Engine.Context()
            .config(ConfigFile.read(plant.configFile()).config()).replayWholeJournal(true)))
        {
            assertEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
            assertTrue(engine.recovery().comparedResults() > 4);
            assertEquals(0, engine.recovery().emittedResults());
            assertLedger(engine);
        }
    }

    private static void assertLedger(final Engine engine)
    {
        final List<LedgerRow> rows = engine.ledger().rows();
        assertEquals(0, engine.ledger().unaccounted());
        for (final String name : List.of("hot", "cold"))
        {
            assertTrue(rows.contains(new LedgerRow("operator", name, "accepted", 8)), rows::toString);
            assertTrue(rows.contains(new LedgerRow("operator", name, "applied", 7)), rows::toString);
            assertTrue(rows.contains(new LedgerRow("operator", name, "late", 1)), rows::toString);
        }
    }

    private static void publish(final Engine engine, final long eventId, final long afterMs, final double value)
    {
        TestEngine.offer(engine.publisher("app"), eventId, TestEngine.START_MS + afterMs, value);
    }

    private static void assertLine(final String line, final String expected)
    {
        assertTrue(line.substring(line.indexOf(',')).startsWith(",alert," + expected), line);
    }
}
