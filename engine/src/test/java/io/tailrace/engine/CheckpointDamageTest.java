package io.tailrace.engine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.tailrace.archive.checkpoint.CheckpointEntry;
import io.tailrace.archive.checkpoint.CheckpointReader;
import io.tailrace.engine.checkpoint.CheckpointFooter;
import io.tailrace.engine.checkpoint.CheckpointForger;
import io.tailrace.engine.inspect.CheckpointListing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Checkpoints that are damaged, ahead of what they were made of, or wrong: an older one is used, or none, and what the
 * damaged ones say of the state is held against it; nothing is emitted twice.
 */
class CheckpointDamageTest
{
    private static final int READINGS = 300;
    private static final int HEADER = 20;
    private static final int FRAME = 300;
    private static final int FOOTER = -60;

    /** Header and sum of the first pane in the block of a key. */
    private static final int SUM_OF_FIRST_PANE = 64 + 16;

    @TempDir
    Path dir;

    private CheckpointBench bench;

    @BeforeEach
    void setUp()
    {
        bench = new CheckpointBench(dir);
    }

    @Test
    void shouldFallBackToTheOneBeforeWhereverTheNewestIsDamaged() throws IOException
    {
        runChain("first", "data");
        for (final Damage damage : Damage.values())
        {
            final Path newest = bench.newest("data").file();
            final byte[] bytes = Files.readAllBytes(newest);
            damage.accept(newest);
            bench.crash("data", "damaged" + damage);
            Files.write(newest, bytes);

            bench.warnings().clear();
            try (Engine engine = bench.launch("damaged" + damage))
            {
                final RecoveryReport recovery = engine.recovery();
                assertEquals(2, recovery.checkpoint(), damage::toString);
                assertEquals(damage == Damage.FRAME ? 1 : 0, recovery.verifiedCheckpoints(), damage::toString);
                assertTrue(recovery.comparedResults() > 0);
                assertEquals(0, recovery.emittedResults());
                assertEquals(
                    damage == Damage.MISSING ? 0 : 1,
                    bench.warnings().stream().filter(warning -> warning.contains("checkpoint 3 is left out")).count(),
                    bench.warnings()::toString);
                bench.checkpoint(engine);
                assertEquals(damage == Damage.MISSING ? 3 : 4, engine.checkpoints().lastNumber());
            }
            assertTrue(bench.proveByReplay("damaged" + damage) > 0);
        }
    }

    @Test
    void shouldFallBackToTheChainBeforeAndThenToTheWholeJournal() throws IOException
    {
        bench.checkpoint().retain(100);
        runChain("first", "second");
        runChain("second", "data");
        assertEquals(List.of(0, 1, 2, 0, 1, 2), bench.entries("data").stream()
            .map(entry -> entry.meta().orElseThrow().indexInChain()).toList());

        bench.crash("data", "full");
        CheckpointBench.flip(file("full", 4), FRAME);
        assertRecovers("full", 3, 3);

        bench.crash("data", "unreadable");
        CheckpointBench.flip(file("unreadable", 4), HEADER);
        assertRecovers("unreadable", 3, 0);

        bench.crash("data", "both");
        CheckpointBench.flip(file("both", 1), FRAME);
        CheckpointBench.flip(file("both", 4), FRAME);
        // No more than three are held against the replay, each for a pass over all state.
        assertRecovers("both", RecoveryReport.NO_CHECKPOINT, 3);

        bench.crash("data", "all");
        for (final CheckpointEntry entry : bench.entries("all"))
        {
            CheckpointBench.flip(entry.file(), HEADER);
        }
        assertRecovers("all", RecoveryReport.NO_CHECKPOINT, 0);
    }

    @Test
    void shouldDeleteWhatIsAheadOfTheJournal() throws IOException
    {
        final long position;
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.publishQuietly(engine, 1);
            bench.drain(engine);
            bench.checkpoint(engine);
            position = engine.checkpoints().lastJournalPosition();
            bench.publishQuietly(engine, 50);
            bench.drain(engine);
            bench.checkpoint(engine);
            bench.crash("data", "lost");
        }
        bench.truncate("lost", Engine.JOURNAL, position);
        try (Engine engine = bench.launch("lost"))
        {
            assertAhead(engine);
            assertEquals(0, engine.recovery().replayedMessages());
            bench.publish(engine, READINGS);
            bench.drain(engine);
        }
        assertTrue(bench.proveByReplay("lost") > 0);
    }

    @Test
    void shouldDeleteWhatIsAheadOfTheResultsLog() throws IOException
    {
        final long emitted;
        final List<String> results;
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.checkpoint(engine);
            emitted = engine.view().nextResultSequence();
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.checkpoint(engine);
            results = bench.results(engine);
            bench.crash("data", "lost");
        }
        bench.truncate("lost", Engine.RESULTS, footer("lost", 1).resultsEnd());
        try (Engine engine = bench.launch("lost"))
        {
            assertAhead(engine);
            assertEquals(0, engine.recovery().comparedResults());
            assertEquals(results.size() - emitted, engine.recovery().emittedResults());
            assertEquals(results, bench.results(engine));
        }
        assertEquals(results.size(), bench.proveByReplay("lost"));
    }

    @Test
    void shouldRefuseAStateThatIsNotWhatALaterCheckpointSays() throws IOException
    {
        bench.checkpoint().incremental(false);
        try (Engine engine = bench.launch("data"))
        {
            bench.publish(engine, READINGS);
            bench.publishQuietly(engine, 1);
            bench.drain(engine);
            bench.checkpoint(engine);
            bench.publishQuietly(engine, 50);
            bench.drain(engine);
            bench.checkpoint(engine);
            bench.publishQuietly(engine, 50);
            bench.drain(engine);
            bench.crash("data", "wrong");
        }
        CheckpointForger.forge(
            file("wrong", 1), bench.config(bench.data("wrong")), "hour", SUM_OF_FIRST_PANE, dir.resolve("scratch"));
        CheckpointBench.flip(file("wrong", 2), FRAME);
        bench.crash("wrong", "again");

        final EngineRefusedException refused =
            assertThrows(EngineRefusedException.class, () -> bench.launch("wrong"));
        assertTrue(refused.getMessage().contains("the replayed state of hour (blocks) is not the one of checkpoint 2"),
            refused.getMessage());
        assertTrue(refused.getMessage().endsWith(
            "--replay-all to restore none, or move checkpoint 1 away to restore an older one"), refused.getMessage());

        // The journal gives the right state all the same, and a checkpoint of that is taken at once.
        try (Engine engine = Engine.launch(bench.context("wrong").replayWholeJournal(true)))
        {
            assertEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
            CheckpointBench.await("a checkpoint", () -> engine.checkpoints().completed() == 1);
            bench.crash("wrong", "right");
        }
        try (Engine engine = bench.launch("right"))
        {
            assertEquals(3, engine.recovery().checkpoint());
        }
        assertTrue(bench.proveByReplay("right") > 0);

        // A new epoch counts its results anew: what was said of an older one is not expected of it.
        try (Engine engine = Engine.launch(bench.context("again").newEpoch(true)))
        {
            assertEquals(1, engine.recovery().checkpoint());
            assertEquals(0, engine.recovery().verifiedCheckpoints());
        }
    }

    private void assertAhead(final Engine engine)
    {
        assertEquals(1, engine.recovery().checkpoint());
        assertTrue(bench.warnings().stream().anyMatch(
            warning -> warning.contains("checkpoint 2 is deleted: it stands at journal position ")),
            bench.warnings()::toString);
        assertFalse(Files.exists(file(bench.data("lost").getFileName().toString(), 2)));
    }

    private void assertRecovers(final String name, final long checkpoint, final int verified)
    {
        try (Engine engine = bench.launch(name))
        {
            final RecoveryReport recovery = engine.recovery();
            assertEquals(checkpoint, recovery.checkpoint());
            assertEquals(verified, recovery.verifiedCheckpoints());
            assertTrue(recovery.comparedResults() > 0);
            assertEquals(0, recovery.emittedResults());
        }
        // What could not be used is gone, and nothing is kept in its place that can.
        new CheckpointListing(bench.data(name)).verify();
        assertTrue(bench.entries(name).stream().noneMatch(
            entry -> entry.number() > Math.max(0, checkpoint) && entry.number() <= 6));
        assertTrue(bench.proveByReplay(name) > 0);
    }

    /** A crash after a chain of three checkpoints and a tail. */
    private void runChain(final String name, final String copy) throws IOException
    {
        try (Engine engine = bench.launch(name))
        {
            bench.publish(engine, READINGS);
            for (int i = 0; i < 3; i++)
            {
                // Increments that are small beside the full one, so that the chain goes on.
                bench.publishQuietly(engine, 20);
                bench.drain(engine);
                bench.checkpoint(engine);
            }
            bench.publish(engine, READINGS);
            bench.drain(engine);
            bench.crash(name, copy);
        }
    }

    private CheckpointFooter footer(final String name, final long number)
    {
        try (CheckpointReader reader = CheckpointReader.open(file(name, number)))
        {
            return CheckpointFooter.decode(reader.footer());
        }
    }

    private Path file(final String name, final long number)
    {
        return bench.data(name).resolve("checkpoints").resolve(String.format("%020d.checkpoint", number));
    }

    private enum Damage
    {
        IN_HEADER
        {
            @Override
            void accept(final Path file) throws IOException
            {
                CheckpointBench.flip(file, HEADER);
            }
        },
        FRAME
        {
            @Override
            void accept(final Path file) throws IOException
            {
                CheckpointBench.flip(file, CheckpointDamageTest.FRAME);
            }
        },
        IN_FOOTER
        {
            @Override
            void accept(final Path file) throws IOException
            {
                CheckpointBench.flip(file, FOOTER);
            }
        },
        CUT
        {
            @Override
            void accept(final Path file) throws IOException
            {
                try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw"))
                {
                    bytes.setLength(bytes.length() / 2);
                }
            }
        },
        EMPTY
        {
            @Override
            void accept(final Path file) throws IOException
            {
                Files.write(file, new byte[0]);
            }
        },
        MISSING
        {
            @Override
            void accept(final Path file) throws IOException
            {
                Files.delete(file);
            }
        };

        abstract void accept(Path file) throws IOException;
    }
}
