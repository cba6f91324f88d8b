package io.tailrace.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.config.CheckpointEstimate;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.retention.DiskPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * More comes in within an interval than the budget holds, and a checkpoint is many segments long: ingress stops, the
 * checkpoints for which room was kept let the journal be purged, and ingress goes on, again and again, without hands.
 */
class FullBudgetTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DEADLINE_NS = 120 * SECOND_NS;
    private static final long START_MS = 1_700_000_000_000L;
    private static final int DEVICES = 5_000;

    @TempDir
    Path dataDir;

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void shouldGoOnThroughCheckpointsWheneverTheBudgetIsUsedUp()
    {
        final EngineConfig config = config(DiskPlan.minBudget(config(64 << 20)) + (16 << 20));
        final long budget = config.retention().diskBudget();
        try (Engine engine = Engine.launch(
            new Engine.Context().config(config).errorHandler(error -> told.add(String.valueOf(error.getMessage())))))
        {
            final Publisher publisher = engine.publisher("app");
            final long deadlineNs = System.nanoTime() + DEADLINE_NS;
            long published = 0;
            int stops = 0;
            boolean isStopped = false;
            // Three budgets of readings, a new window every million.
            while (engine.durablePosition() < 3 * budget || stops == 0)
            {
                final boolean isTaken =
                    publisher.offer(published, 1 + published % DEVICES, 1, START_MS + published / 1000, 1) == 1;
                published += isTaken ? 1 : 0;
                if (!isTaken)
                {
                    assertTrue(System.nanoTime() - deadlineNs < 0, () -> "stuck: " + engine.disk().describe() +
                        ", " + engine.checkpoints().lastFailure() + ", " + told);
                    assertNull(engine.failure());
                    stops += engine.disk().isIngressStopped() && !isStopped ? 1 : 0;
                    isStopped = engine.disk().isIngressStopped();
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
                }
            }
            assertTrue(engine.awaitDrained(DEADLINE_NS));
            assertTrue(engine.disk().used() <= budget, () -> engine.disk().describe());
            assertEquals(published, engine.ledger().received());
            assertEquals(0, engine.ledger().unaccounted());
            assertTrue(engine.disk().purgedSegments() > 0);
            final long longest = engine.checkpoints().fullBytes();
            assertTrue(longest <= CheckpointEstimate.of(config).mostLength(), "full checkpoint of " + longest);
            assertTrue(longest > CheckpointEstimate.of(config).usualLength() / 4, "full checkpoint of " + longest);
        }
        assertTrue(CheckpointDirectory.list(dataDir).stream().noneMatch(entry -> entry.isDamaged()));
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            assertEquals(0, engine.recovery().replayedMessages());
        }
    }

    private EngineConfig config(final long budget)
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(DEVICES).keys(DEVICES).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(0)
                .build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build())
            .checkpoint(CheckpointConfig.builder().intervalNs(SECOND_NS).build())
            .retention(RetentionConfig.builder().diskBudget(budget).build())
            .build();
    }
}
