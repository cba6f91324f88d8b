package io.tailrace.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.retention.DiskLevel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A file of somebody else uses up the disk budget. Publishers are told to wait, nobody's silence goes on, and all goes
 * on when the file is gone.
 */
class StoppedIngressTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DEADLINE_NS = 60 * SECOND_NS;
    private static final long IDLE_AFTER_NS = 4 * SECOND_NS;
    private static final int BUDGET = 16_000_000;
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    Path dataDir;

    private final List<Throwable> told = new CopyOnWriteArrayList<>();
    private Path foreign;

    @BeforeEach
    void foreign()
    {
        foreign = dataDir.resolve("foreign");
    }

    @Test
    void shouldNotTakeAStopForSilence() throws IOException
    {
        try (Engine engine = launch())
        {
            final Publisher publisher = engine.publisher("app");
            assertEquals(1, publisher.offer(1, 7, 1, START_MS, 1));
            Files.write(foreign, new byte[BUDGET]);
            await("ingress is stopped", () -> engine.disk().isIngressStopped());
            assertEquals(Publisher.BACK_PRESSURED, publisher.offer(2, 7, 1, START_MS + 1, 1));
            final long stoppedNs = System.nanoTime();
            // A tick that was being made just then comes to its end.
            await("ingress is at rest", () -> System.nanoTime() - stoppedNs > SECOND_NS / 4);
            assertTrue(engine.awaitDrained(DEADLINE_NS));
            final long engineTimeNs = engine.view().engineTimeNs();
            await("a stop longer than silence", () -> System.nanoTime() - stoppedNs > IDLE_AFTER_NS + SECOND_NS / 2);
            assertEquals(engineTimeNs, engine.view().engineTimeNs());
            assertEquals(0, engine.view().nextResultSequence());

            Files.delete(foreign);
            await("ticks go on", () -> engine.view().engineTimeNs() > engineTimeNs + IDLE_AFTER_NS);
            assertEquals(0, engine.view().nextResultSequence());
            assertEquals(1, publisher.offer(2, 7, 1, START_MS + 1, 1));
            await("real silence fires the window", () -> engine.view().nextResultSequence() == 1);
            assertEquals(2, engine.ledger().received());
            assertEquals(0, engine.ledger().unaccounted());
            assertNull(engine.failure());
        }
        assertTold("ingress stopped, the disk is full: the data directory uses 1");
        assertTold("ingress resumed: the data directory uses ");
    }

    @Test
    void shouldTakeNothingFromTheBeginningIfThereIsNoRoom() throws IOException
    {
        Files.write(foreign, new byte[BUDGET]);
        try (Engine engine = launch())
        {
            final Publisher publisher = engine.publisher("app");
            assertEquals(DiskLevel.FULL, engine.disk().level());
            assertEquals(Publisher.BACK_PRESSURED, publisher.offer(1, 7, 1, START_MS, 1));
            Files.delete(foreign);
            await("room", () -> publisher.offer(1, 7, 1, START_MS, 1) == 1);
            assertEquals(DiskLevel.NORMAL, engine.disk().level());
        }
    }

    private void assertTold(final String message)
    {
        assertTrue(told.stream().anyMatch(error -> error.getMessage().contains(message)), told::toString);
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "not in time: " + what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private Engine launch()
    {
        return Engine.launch(new Engine.Context().errorHandler(told::add).config(EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(0)
                .idleAfterNs(IDLE_AFTER_NS)
                .build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build())
            .retention(RetentionConfig.builder().diskBudget(BUDGET).build())
            .build()));
    }
}
