package io.tailrace.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.engine.config.SourceConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is said beforehand comes true at the start. */
class StartCheckTest
{
    private static final int READINGS = 300;
    private static final int MANY_READINGS = 60_000;

    @TempDir
    Path dir;

    private CheckpointBench bench;

    @BeforeEach
    void setUp()
    {
        bench = new CheckpointBench(dir);
    }

    @Test
    void shouldSayThatNothingIsRecordedYet() throws IOException
    {
        Files.createDirectories(bench.data("data"));
        final StartCheck check = check();
        assertFalse(check.isRefused());
        assertSays(check, "nothing is recorded there: a start begins an empty journal");
    }

    @Test
    void shouldSayThatTheSameConfigurationGoesOn()
    {
        run();
        final StartCheck check = check();
        assertFalse(check.isRefused(), check.lines()::toString);
        assertSays(check, "configuration: as before");
        assertSays(check, "checkpoints: 1, of which 1 at journal position ");
        assertSays(check, "recovery: replays the journal from position ");
        assertSays(check, "at most 0 messages");
        assertNothingSays(check, "--new-epoch");
        try (Engine engine = bench.launch("data"))
        {
            assertEquals(1, engine.recovery().checkpoint());
            final StartCheck running = check();
            assertFalse(running.isRefused());
            assertSays(running, "an engine runs on it (pid " + ProcessHandle.current().pid() + ")");
        }
    }

    @Test
    void shouldNameTheKeysThatHaveChangedAndWhatBecomesOfState() throws IOException
    {
        run();
        bench.tumblingNs(2 * CheckpointBench.SECOND_NS);
        bench.checkpoint().retain(2);
        final StartCheck check = check();
        assertTrue(check.isRefused());
        assertSays(check, "configuration: windows[tumbling].size: 1s -> 2s (results depend on it)");
        assertSays(check, "configuration: checkpoint.retain: 3 -> 2 (takes effect with any start)");
        assertSays(check, "refused: ");
        assertSays(check, "start with --new-epoch");
        assertSays(check, "checkpoints: 1, none of this configuration");
        assertSays(check, "--new-epoch: tumbling has its state computed anew from the whole journal");
        assertEquals(8, check.lines().stream().filter(line -> line.startsWith("--new-epoch: ")).count());
        assertThrows(EngineRefusedException.class, () -> bench.launch("data"));
        assertSays(check(), "windows[tumbling].size: 1s -> 2s");

        Files.delete(bench.data("data").resolve(StoredConfig.FILE_NAME));
        assertSays(check(), "configuration: something that results depend on is another; which keys have changed is " +
            "not known");
        Files.writeString(bench.data("data").resolve(StoredConfig.FILE_NAME), "windows: [");
        assertTrue(check().isRefused());

        Engine.launch(bench.context("data").newEpoch(true)).close();
        final StartCheck after = check();
        assertFalse(after.isRefused());
        assertSays(after, "configuration: as before");
        assertSays(after, "results epoch 1");
    }

    @Test
    void shouldSayWhichWindowsLackWhatWasPurged()
    {
        // Nothing goes before there are two chains.
        bench.checkpoint().retain(1).incremental(false);
        bench.retention(RetentionConfig.builder().diskBudget(64 << 20).journalNs(1).build());
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, MANY_READINGS);
            bench.drain(engine);
            bench.checkpoint(engine);
            bench.checkpoint(engine);
            CheckpointBench.await("a purge", () -> StartCheck.of(bench.config(bench.data("data")), bench.data("data"))
                .lines().stream().anyMatch(line -> line.contains("its beginning was purged")));
        }
        final StartCheck same = check();
        assertFalse(same.isRefused(), same.lines()::toString);
        bench.tumblingNs(2 * CheckpointBench.SECOND_NS);
        final StartCheck check = check();
        assertTrue(check.isRefused());
        assertTrue(check.lines().stream().anyMatch(line -> line.matches(
            "--new-epoch: session has its state computed anew from journal position [0-9]+ on; windows lack what " +
            "was purged, which ones is not known, with reference-clock: none")), check.lines()::toString);
        assertDoesNotThrow(() -> Engine.launch(bench.context("data").newEpoch(true)).close());
    }

    @Test
    void shouldRefuseAnotherMode()
    {
        run();
        bench.mode(DeliveryMode.AT_LEAST_ONCE);
        final StartCheck atLeastOnce = check();
        assertTrue(atLeastOnce.isRefused());
        assertSays(atLeastOnce, "configuration: mode: exactly-once -> at-least-once (results depend on it)");
        bench.mode(DeliveryMode.IN_MEMORY);
        final StartCheck inMemory = check();
        assertTrue(inMemory.isRefused());
        assertSays(inMemory, "refused: it holds the recordings of another mode");
        assertThrows(EngineRefusedException.class, () -> bench.launch("data"));
    }

    @Test
    void shouldRefuseSourcesInAnotherOrder()
    {
        run();
        final EngineConfig config = bench.config(bench.data("data")).toBuilder()
            .sources(List.of(SourceConfig.embedded("other").build())).build();
        final StartCheck check = StartCheck.of(config, bench.data("data"));
        assertTrue(check.isRefused());
        assertSays(check, "sources[0] of the journal is app, found other");
        assertSays(check, "no option changes that");
        assertThrows(
            EngineRefusedException.class,
            () -> Engine.launch(new Engine.Context().config(config).newEpoch(true)));
    }

    @Test
    void shouldNameADamagedCheckpointAndReckonWithoutIt() throws IOException
    {
        run();
        CheckpointBench.flip(
            bench.data("data").resolve("checkpoints").resolve(String.format("%020d.checkpoint", 1)), -1);
        final StartCheck check = check();
        assertFalse(check.isRefused());
        assertSays(check, "checkpoint 1 would be left out: ");
        assertSays(check, "recovery: replays the journal from position 0,");
    }

    private void run()
    {
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
        }
    }

    private StartCheck check()
    {
        return StartCheck.of(bench.config(bench.data("data")), bench.data("data"));
    }

    private static void assertSays(final StartCheck check, final String text)
    {
        assertTrue(check.lines().stream().anyMatch(line -> line.contains(text)),
            () -> text + " is not in " + String.join("\n", check.lines()));
    }

    private static void assertNothingSays(final StartCheck check, final String text)
    {
        assertTrue(check.lines().stream().noneMatch(line -> line.contains(text)), check.lines()::toString);
    }
}
