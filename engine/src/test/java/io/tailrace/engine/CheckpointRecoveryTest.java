package io.tailrace.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Engines that take checkpoints under load and begin where the last one ended, or broke off: the results are those of
 * an engine that never stopped.
 */
class CheckpointRecoveryTest
{
    @TempDir
    Path dir;

    private CheckpointBench bench;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldGiveTheResultsOfAnEngineThatNeverStopped(final boolean isIncremental)
    {
        bench = new CheckpointBench(dir);
        bench.checkpoint().intervalNs(CheckpointBench.SECOND_NS).incremental(isIncremental);
        final int incarnations = 3;
        List<String> results = List.of();
        for (int incarnation = 0; incarnation < incarnations; incarnation++)
        {
            try (Engine engine = bench.launch("restarted"))
            {
                final RecoveryReport recovery = engine.recovery();
                assertEquals(incarnation > 0, recovery.checkpoint() != RecoveryReport.NO_CHECKPOINT);
                assertEquals(0, recovery.replayedMessages());
                assertEquals(0, recovery.emittedResults());
                publishDuringCheckpoints(engine);
                bench.drain(engine);
                final List<String> now = bench.results(engine);
                assertEquals(results, now.subList(0, results.size()));
                assertTrue(now.size() > results.size());
                results = now;
                assertEquals(0, engine.checkpoints().givenUp());
                // On interval, and on demand.
                CheckpointBench.await("five checkpoints", () -> engine.checkpoints().completed() >= 5);
            }
        }
        assertEquals(isIncremental, bench.entries("restarted").stream()
            .anyMatch(entry -> !entry.meta().orElseThrow().isFull()));
        assertEquals(results.size(), bench.proveByReplay("restarted"));

        bench.rewind();
        try (Engine engine = bench.launch("undisturbed"))
        {
            for (int i = 0; i < incarnations * 3; i++)
            {
                bench.publish(engine, 400);
            }
            bench.drain(engine);
            assertEquals(results, bench.results(engine));
        }
    }

    @Test
    void shouldGoOnBehindTheCheckpointAfterACrash() throws IOException
    {
        bench = new CheckpointBench(dir);
        final List<String> all;
        try (Engine engine = bench.launch("first"))
        {
            bench.publish(engine, 500);
            bench.drain(engine);
            bench.checkpoint(engine);
            bench.publish(engine, 500);
            bench.drain(engine);
            all = bench.results(engine);
            bench.crash("first", "crashed");
        }

        try (Engine engine = bench.launch("crashed"))
        {
            final RecoveryReport recovery = engine.recovery();
            assertEquals(1, recovery.checkpoint());
            assertTrue(recovery.replayedMessages() >= 500);
            assertTrue(recovery.replayedMessages() < 1000, recovery::toString);
            assertTrue(recovery.comparedResults() > 0);
            assertTrue(recovery.comparedResults() < all.size());
            assertEquals(0, recovery.emittedResults());
            assertEquals(all, bench.results(engine));
            bench.publish(engine, 500);
            bench.drain(engine);
        }
        assertTrue(bench.proveByReplay("crashed") > all.size());
    }

    @Test
    void shouldRecoverWhateverACrashUnderLoadLeaves() throws IOException
    {
        bench = new CheckpointBench(dir);
        bench.checkpoint().intervalNs(CheckpointBench.SECOND_NS);
        String name = "0";
        for (int i = 1; i <= 4; i++)
        {
            final String copy = Integer.toString(i);
            try (Engine engine = bench.launch(name))
            {
                assertEquals(i > 1, engine.recovery().checkpoint() != RecoveryReport.NO_CHECKPOINT);
                bench.publish(engine, 300);
                bench.checkpoint(engine);
                final Thread load = new Thread(() -> bench.publish(engine, 3_000), "load");
                load.start();
                final long before = engine.checkpoints().completed();
                if (i % 2 == 0)
                {
                    CheckpointBench.await("a checkpoint more", () -> engine.checkpoints().completed() > before);
                }
                bench.crash(name, copy);
                CheckpointBench.await("end of load", () -> !load.isAlive());
                assertNull(engine.failure());
            }
            name = copy;
        }
        assertTrue(bench.proveByReplay(name) > 0);
    }

    @Test
    void shouldGoOnWhenTheDiskIsFullAndBeginWithAFullCheckpointThen() throws IOException
    {
        bench = new CheckpointBench(dir);
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, 500);
            bench.checkpoint(engine);
            bench.publish(engine, 100);
            bench.checkpoint(engine);
            assertFalse(bench.newest("data").meta().orElseThrow().isFull());

            // The third is written to a device that is always full.
            final Path file = bench.newest("data").file();
            final Path temporary = file.resolveSibling(
                file.getFileName().toString().replace("2.checkpoint", "3.checkpoint.tmp"));
            Files.createSymbolicLink(temporary, Path.of("/dev/full"));
            bench.publish(engine, 1000);
            assertFalse(engine.checkpoint(CheckpointBench.DEADLINE_NS));
            assertEquals(1, engine.checkpoints().givenUp());
            assertEquals(2, engine.checkpoints().completed());
            assertEquals(2, engine.checkpoints().lastNumber());
            assertEquals(1, bench.warnings().size(), bench.warnings()::toString);
            assertTrue(bench.warnings().get(0).contains("no checkpoint at journal position "));
            assertTrue(bench.warnings().get(0).contains("No space left on device"), bench.warnings()::toString);
            assertFalse(Files.exists(temporary));

            bench.publish(engine, 500);
            bench.drain(engine);
            bench.crash("data", "crashed");
            bench.checkpoint(engine);
            assertEquals(3, engine.checkpoints().lastNumber());
            assertTrue(bench.newest("data").meta().orElseThrow().isFull());
        }
        try (Engine engine = bench.launch("crashed"))
        {
            assertEquals(2, engine.recovery().checkpoint());
            assertTrue(engine.recovery().comparedResults() > 0);
        }
        assertTrue(bench.proveByReplay("crashed") > 0);
        assertTrue(bench.proveByReplay("data") > 0);
    }

    @Test
    void shouldGoOnWithoutADirectoryForCheckpointsUntilItIsBack() throws IOException
    {
        bench = new CheckpointBench(dir);
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, 500);
            bench.checkpoint(engine);
            final Path checkpoints = CheckpointDirectory.dirOf(bench.data("data"));
            final Path aside = bench.data("aside");
            Files.move(checkpoints, aside);
            bench.publish(engine, 100);
            assertFalse(engine.checkpoint(CheckpointBench.DEADLINE_NS));
            assertFalse(engine.checkpoint(CheckpointBench.DEADLINE_NS));
            assertEquals(2, engine.checkpoints().givenUp());
            assertNull(engine.failure());
            Files.move(aside, checkpoints);
            bench.checkpoint(engine);
            assertTrue(bench.newest("data").meta().orElseThrow().isFull());
        }
        assertTrue(bench.proveByReplay("data") > 0);
    }

    private void publishDuringCheckpoints(final Engine engine)
    {
        for (int i = 0; i < 3; i++)
        {
            bench.publish(engine, 400);
            bench.checkpoint(engine);
        }
    }
}
