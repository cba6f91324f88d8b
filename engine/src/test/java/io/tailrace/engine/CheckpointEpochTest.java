package io.tailrace.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Checkpoints of an older results epoch, another configuration, other time-zone data. */
class CheckpointEpochTest
{
    private static final int READINGS = 500;

    @TempDir
    Path dir;

    private CheckpointBench bench;

    @BeforeEach
    void setUp()
    {
        bench = new CheckpointBench(dir);
    }

    @Test
    void shouldBeginANewEpochFromTheStateOfTheOldOne() throws IOException
    {
        run("data");
        final long journalEnd;
        try (Engine engine = Engine.launch(bench.context("data").newEpoch(true)))
        {
            assertEquals(2, engine.recovery().checkpoint());
            assertEquals(0, engine.recovery().emittedResults());
            assertEquals(0, engine.view().nextResultSequence());
            journalEnd = engine.recovery().journalPosition();
            CheckpointBench.await("a checkpoint", () -> engine.checkpoints().completed() == 1);
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.crash("data", "crashed");
        }
        try (Engine engine = bench.launch("crashed"))
        {
            assertEquals(3, engine.recovery().checkpoint());
            assertTrue(engine.recovery().comparedResults() > 0);
        }
        assertTrue(bench.proveByReplay("crashed") > 0);

        // Without any of the new epoch, that of the old one is its state still.
        bench.crash("data", "older");
        for (int i = 3; i <= 4; i++)
        {
            Files.delete(bench.data("older").resolve("checkpoints")
                .resolve(String.format("%020d.checkpoint", i)));
        }
        try (Engine engine = bench.launch("older"))
        {
            assertEquals(2, engine.recovery().checkpoint());
            assertTrue(engine.recovery().replayedFrom() <= journalEnd);
            assertTrue(engine.recovery().comparedResults() > 0);
            assertEquals(0, engine.recovery().emittedResults());
        }
        assertTrue(bench.proveByReplay("older") > 0);
    }

    @Test
    void shouldComputeAnotherConfigurationFromTheBeginning() throws IOException
    {
        run("data");
        bench.tumblingNs(2 * CheckpointBench.SECOND_NS);
        assertThrows(EngineRefusedException.class, () -> bench.launch("data"));
        try (Engine engine = Engine.launch(bench.context("data").newEpoch(true)))
        {
            assertEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
            assertEquals(0, engine.recovery().emittedResults());
            // Taken at once: the next recovery is not to begin at the beginning again.
            CheckpointBench.await("a checkpoint", () -> engine.checkpoints().completed() == 1);
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.crash("data", "crashed");
        }
        try (Engine engine = bench.launch("crashed"))
        {
            assertEquals(3, engine.recovery().checkpoint());
            assertTrue(engine.recovery().comparedResults() > 0);
        }
        assertTrue(bench.proveByReplay("crashed") > 0);
    }

    @Test
    void shouldNotRestoreAStateOfOtherTimeZoneData() throws IOException
    {
        final List<String> results;
        try (Engine engine = Engine.launch(bench.context("data").timeZoneData("2025a")))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            results = bench.results(engine);
        }
        assertThrows(
            EngineRefusedException.class, () -> Engine.launch(bench.context("data").timeZoneData("2025b")));
        try (Engine engine =
            Engine.launch(bench.context("data").timeZoneData("2025b").acceptTimeZoneData(true)))
        {
            assertEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
            assertEquals(results.size(), engine.recovery().comparedResults());
            CheckpointBench.await("a checkpoint", () -> engine.checkpoints().completed() == 1);
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.crash("data", "crashed");
        }
        try (Engine engine = Engine.launch(bench.context("crashed").timeZoneData("2025b")))
        {
            assertEquals(2, engine.recovery().checkpoint());
            assertTrue(engine.recovery().comparedResults() > 0);
            assertEquals(results, bench.results(engine).subList(0, results.size()));
        }
    }

    /** One checkpoint on demand, and one at the end. */
    private void run(final String name)
    {
        try (Engine engine = bench.launch(name))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.checkpoint(engine);
            bench.publish(engine, READINGS);
            bench.drain(engine);
        }
        assertEquals(2, bench.newest(name).number());
    }
}
