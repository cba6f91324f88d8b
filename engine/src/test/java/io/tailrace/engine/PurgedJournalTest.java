package io.tailrace.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.checkpoint.CheckpointEntry;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.engine.inspect.DataDirectoryView;
import io.tailrace.engine.inspect.Verification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A journal of small segments that is purged behind the checkpoints while the engine runs: recovery needs nothing that
 * is gone, and says so if it does.
 */
class PurgedJournalTest
{
    private static final int FRAME = 300;
    private static final int HEADER = 20;
    private static final int BATCH = 400;

    @TempDir
    Path dir;

    private CheckpointBench bench;
    private int batches;

    @Test
    void shouldRecoverFromAJournalWithoutItsBeginning() throws IOException
    {
        bench = new CheckpointBench(dir);
        bench.checkpoint().intervalNs(CheckpointBench.SECOND_NS).retain(2);
        bench.retention(RetentionConfig.builder()
            .journalNs(TimeUnit.MILLISECONDS.toNanos(50)).diskBudget(64 << 20).build());
        final List<String> results = new ArrayList<>();
        try (Engine engine = bench.launch("data"))
        {
            publishUntilPurged(engine, "data", 0);
            assertTrue(journalStart("data") > 0);
            assertTrue(journalStart("data") <= engine.checkpoints().keptJournalPosition());
            // Its segments are needed by the oldest checkpoint, though older than they need be.
            assertTrue(bench.entries("data").stream()
                .allMatch(entry -> entry.meta().orElseThrow().journalPosition() >= journalStart("data")));
            bench.drain(engine);
            results.addAll(bench.results(engine));
            bench.crash("data", "crashed");
        }

        final EngineRefusedException refused = assertThrows(
            EngineRefusedException.class,
            () -> Engine.launch(bench.context("data").replayWholeJournal(true)));
        assertTrue(refused.getMessage().contains("start without --replay-all, or with --new-epoch"),
            refused.getMessage());
        assertGoesOn("data", results, true);
        assertGoesOn("crashed", results, false);

        bench.crash("crashed", "damaged");
        bench.crash("crashed", "unreadable");
        for (final CheckpointEntry entry : bench.entries("damaged"))
        {
            CheckpointBench.flip(entry.file(), FRAME);
        }
        assertRefusedButForANewEpoch("damaged", "no checkpoint behind it can be restored");
        for (final CheckpointEntry entry : bench.entries("unreadable"))
        {
            CheckpointBench.flip(entry.file(), HEADER);
        }
        assertRefusedButForANewEpoch("unreadable", "");
    }

    private void publishUntilPurged(final Engine engine, final String name, final long position)
    {
        final long deadlineNs = System.nanoTime() + CheckpointBench.DEADLINE_NS;
        while (journalStart(name) <= position || engine.checkpoints().completed() < 4)
        {
            bench.publish(engine, BATCH);
            batches++;
            bench.drain(engine);
            assertTrue(System.nanoTime() - deadlineNs < 0, "nothing was purged");
        }
    }

    private void assertGoesOn(final String name, final List<String> results, final boolean isAtEnd)
    {
        try (Engine engine = bench.launch(name))
        {
            final RecoveryReport recovery = engine.recovery();
            assertTrue(recovery.checkpoint() != RecoveryReport.NO_CHECKPOINT);
            assertTrue(recovery.replayedFrom() > 0);
            assertEquals(isAtEnd, recovery.replayedMessages() == 0, recovery::toString);
            assertEquals(0, recovery.emittedResults());
            assertEquals(results, bench.results(engine));
        }
        new Verification(DataDirectoryView.of(bench.data(name))).verify();
    }

    private void assertRefusedButForANewEpoch(final String name, final String reason)
    {
        final EngineRefusedException refused =
            assertThrows(EngineRefusedException.class, () -> bench.launch(name));
        assertTrue(refused.getMessage().contains("the journal begins at position " + journalStart(name)),
            refused.getMessage());
        assertTrue(refused.getMessage().contains("--new-epoch"), refused.getMessage());
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());

        bench.warnings().clear();
        try (Engine engine = Engine.launch(bench.context(name).newEpoch(true)))
        {
            assertEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
            assertLacksWhatWasPurged(engine);
            assertEquals(0, engine.recovery().emittedResults());
            bench.publish(engine, BATCH);
            bench.drain(engine);
            assertTrue(engine.view().nextResultSequence() > 0);
        }
        try (Engine engine = bench.launch(name))
        {
            assertEquals(0, engine.recovery().replayedMessages());
            assertEquals("", engine.recovery().windowsWholeAfter());
        }
        new Verification(DataDirectoryView.of(bench.data(name))).verify();
    }

    @Test
    void shouldGoOnAfterACrashBeforeTheFirstCheckpointOfTheNewEpoch() throws IOException
    {
        for (final DeliveryMode mode : List.of(DeliveryMode.EXACTLY_ONCE, DeliveryMode.AT_LEAST_ONCE))
        {
            final String name = mode.name();
            purgeAndLoseCheckpoints(name, mode);
            assertThrows(EngineRefusedException.class, () -> bench.launch(name));

            // Killed before a result, and after some, before a checkpoint is complete.
            final List<String> results = new ArrayList<>();
            try (Engine engine = Engine.launch(bench.context(name).newEpoch(true)))
            {
                crashWithoutCheckpoint(name, name + "-early");
                bench.publish(engine, BATCH);
                bench.drain(engine);
                results.addAll(bench.results(engine));
                crashWithoutCheckpoint(name, name + "-late");
            }
            bench.warnings().clear();
            try (Engine engine = bench.launch(name + "-early"))
            {
                assertEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
                assertLacksWhatWasPurged(engine);
                crashWithoutCheckpoint(name + "-early", name + "-twice");
            }
            bench.launch(name + "-twice").close();
            bench.warnings().clear();
            try (Engine engine = bench.launch(name + "-late"))
            {
                assertEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
                assertLacksWhatWasPurged(engine);
                if (mode == DeliveryMode.EXACTLY_ONCE)
                {
                    assertEquals(results.size(), engine.recovery().comparedResults());
                    assertEquals(results, bench.results(engine));
                }
            }
            new Verification(DataDirectoryView.of(bench.data(name + "-late"))).verify();
            assertFalse(StartCheck.of(bench.config(bench.data(name + "-twice")), bench.data(name + "-twice"))
                .isRefused());
        }
    }

    @Test
    void shouldRefuseAgainIfMoreHasBeenPurgedSinceTheEpochBegan() throws IOException
    {
        purgeAndLoseCheckpoints("data", DeliveryMode.EXACTLY_ONCE);
        final long began = journalStart("data");
        try (Engine engine = Engine.launch(bench.context("data").newEpoch(true)))
        {
            bench.checkpoint(engine);
            publishUntilPurged(engine, "data", began);
            bench.drain(engine);
            crashWithoutCheckpoint("data", "more");
        }
        assertTrue(journalStart("more") > began);
        final EngineRefusedException refused =
            assertThrows(EngineRefusedException.class, () -> bench.launch("more"));
        assertTrue(refused.getMessage().contains("--new-epoch"), refused.getMessage());
    }

    private void purgeAndLoseCheckpoints(final String name, final DeliveryMode mode) throws IOException
    {
        bench = new CheckpointBench(dir);
        bench.mode(mode);
        bench.checkpoint().intervalNs(CheckpointBench.SECOND_NS).retain(2).incremental(false);
        bench.retention(RetentionConfig.builder()
            .journalNs(TimeUnit.MILLISECONDS.toNanos(50)).diskBudget(64 << 20).build());
        try (Engine engine = bench.launch(name))
        {
            publishUntilPurged(engine, name, 0);
            bench.drain(engine);
        }
        loseCheckpoints(name);
    }

    private void crashWithoutCheckpoint(final String name, final String copy) throws IOException
    {
        bench.crash(name, copy);
        loseCheckpoints(copy);
    }

    private void loseCheckpoints(final String name) throws IOException
    {
        for (final CheckpointEntry entry : bench.entries(name))
        {
            Files.delete(entry.file());
        }
    }

    private void assertLacksWhatWasPurged(final Engine engine)
    {
        // Readings of the bench are as far ahead as they like.
        assertEquals("unknown", engine.recovery().windowsWholeAfter());
        assertEquals(1, bench.warnings().stream()
            .filter(warning -> warning.contains("windows lack what was purged")).count(), bench.warnings()::toString);
    }

    private long journalStart(final String name)
    {
        return DataDirectoryView.of(bench.data(name)).recording(Engine.JOURNAL).startPosition();
    }
}
