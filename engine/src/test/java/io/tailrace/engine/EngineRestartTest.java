package io.tailrace.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.aeron.Aeron;
import io.aeron.exceptions.RegistrationException;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EngineRestartTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    Path dataDir;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldContinueAfterRestartAsIfItHadNeverStopped(final boolean isReplayingWholeJournal)
    {
        final List<String> results = new ArrayList<>();
        for (int incarnation = 0; incarnation < 3; incarnation++)
        {
            try (Engine engine = Engine.launch(
                new Engine.Context().config(config(SECOND_NS)).replayWholeJournal(isReplayingWholeJournal)))
            {
                final RecoveryReport recovery = engine.recovery();
                final boolean isRestored = incarnation > 0 && !isReplayingWholeJournal;
                assertEquals(isRestored, recovery.checkpoint() != RecoveryReport.NO_CHECKPOINT);
                assertEquals(isRestored ? 0 : results.size(), recovery.comparedResults());
                assertEquals(0, recovery.emittedResults());
                if (isRestored)
                {
                    // The checkpoint of the close stands at the journal's end.
                    assertEquals(0, recovery.replayedMessages());
                    assertEquals(recovery.journalPosition(), recovery.replayedFrom());
                    assertTrue(recovery.restoredBlocks() > 0);
                }
                publish(engine, incarnation * 5, 5);
                assertTrue(engine.awaitDrained(10 * SECOND_NS));
                assertNull(engine.failure());
                assertEquals(0, engine.ledger().unaccounted());
                assertEquals((incarnation + 1) * 5, engine.ledger().received());
                final List<String> now = results(engine);
                assertEquals(results, now.subList(0, results.size()));
                results.clear();
                results.addAll(now);
                assertEquals((incarnation + 1) * 5 - 1, results.size());
            }
        }
    }

    @Test
    void shouldRefuseAnotherConfigurationUntilANewEpochBegins()
    {
        try (Engine engine = Engine.launch(new Engine.Context().config(config(SECOND_NS))))
        {
            publish(engine, 0, 5);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
        }
        final EngineRefusedException refused = assertThrows(
            EngineRefusedException.class, () -> Engine.launch(new Engine.Context().config(config(2 * SECOND_NS))));
        assertTrue(refused.getMessage().contains("--new-epoch"), refused.getMessage());

        try (Engine engine = Engine.launch(new Engine.Context().config(config(2 * SECOND_NS)).newEpoch(true)))
        {
            assertEquals(0, engine.recovery().emittedResults());
            publish(engine, 5, 5);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            assertEquals("0 1700000004000000000 2", results(engine).get(0));
        }
        try (Engine engine = Engine.launch(
            new Engine.Context().config(config(2 * SECOND_NS)).replayWholeJournal(true)))
        {
            assertEquals(2, engine.recovery().comparedResults());
            assertEquals(0, engine.recovery().emittedResults());
        }
    }

    @Test
    void shouldRefuseSourcesInAnotherOrderAndAllowNewOnesAtTheEnd()
    {
        final EngineConfig first = config(SECOND_NS);
        Engine.launch(new Engine.Context().config(first)).close();
        final SourceConfig added = SourceConfig.embedded("added").build();
        final List<SourceConfig> swapped = List.of(added, first.sources().get(0));
        final EngineRefusedException refused = assertThrows(
            EngineRefusedException.class,
            () -> Engine.launch(
                new Engine.Context().config(first.toBuilder().sources(swapped).build()).newEpoch(true)));
        assertTrue(refused.getMessage().contains("sources[0] of the journal is app, found added"));

        final List<SourceConfig> extended = List.of(first.sources().get(0), added);
        try (Engine engine = Engine.launch(
            new Engine.Context().config(first.toBuilder().sources(extended).build()).newEpoch(true)))
        {
            assertEquals(1, engine.publisher("added").offer(1, 1, 1, START_MS, 1.0));
        }
    }

    @Test
    void shouldDeliverAResultAgainThatTheHandlerThrewAt()
    {
        try (Engine engine = Engine.launch(new Engine.Context().config(config(SECOND_NS))))
        {
            publish(engine, 0, 11);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            final List<Long> sequences = new ArrayList<>();
            final long deadlineNs = System.nanoTime() + 10 * SECOND_NS;
            int thrown = 0;
            try (ResultSubscription subscription = engine.subscribe(0))
            {
                while (sequences.size() < 10 && System.nanoTime() < deadlineNs)
                {
                    final int thrownBefore = thrown;
                    try
                    {
                        subscription.poll((sequence, buffer, offset) ->
                        {
                            if (sequence == 3 && thrownBefore < 2)
                            {
                                throw new IllegalStateException("sink down");
                            }
                            sequences.add(sequence);
                        }, 10);
                    }
                    catch (final IllegalStateException ex)
                    {
                        assertEquals("sink down", ex.getMessage());
                        thrown++;
                    }
                }
            }
            assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L), sequences);
            assertEquals(2, thrown);
            assertNull(engine.failure());
        }
    }

    @Test
    void shouldCloseAsEverOnAnInterruptedThread()
    {
        final Engine engine = Engine.launch(new Engine.Context().config(config(SECOND_NS)));
        publish(engine, 0, 5);
        Thread.currentThread().interrupt();
        engine.close();
        assertTrue(Thread.interrupted());
        assertNull(engine.failure());
        assertTrue(engine.hasDrained());
        assertEquals(Publisher.CLOSED, engine.publisher("app").offer(1, 1, 1, START_MS, 1.0));
    }

    @Test
    void shouldNotHaltBecauseOfTheMistakeOfAnotherClient()
    {
        final EngineConfig config = config(SECOND_NS);
        try (Engine engine = Engine.launch(new Engine.Context().config(config).errorHandler(error -> { })))
        {
            try (Aeron aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(engine.aeronDirectoryName()).errorHandler(error -> { })))
            {
                assertThrows(
                    RegistrationException.class,
                    () -> aeron.addPublication("aeron:udp?endpoint=nosuch.host.invalid:4000", 1));
            }
            publish(engine, 0, 5);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            assertNull(engine.failure());
        }
    }

    private static void publish(final Engine engine, final int first, final int count)
    {
        final Publisher publisher = engine.publisher("app");
        for (int i = first; i < first + count; i++)
        {
            assertEquals(1, publisher.offer(i, 7, 1, START_MS + i * 1000L, i));
        }
    }

    private static List<String> results(final Engine engine)
    {
        final List<String> results = new ArrayList<>();
        final long expected = engine.view().nextResultSequence();
        final long deadlineNs = System.nanoTime() + 10 * SECOND_NS;
        try (ResultSubscription subscription = engine.subscribe(0))
        {
            while (subscription.nextSequence() < expected)
            {
                subscription.poll(
                    (sequence, buffer, offset) -> results.add(
                        sequence + " " +
                        buffer.getLong(offset + MessageLayout.WINDOW_RESULT_WINDOW_START_OFFSET) + " " +
                        buffer.getLong(offset + MessageLayout.WINDOW_RESULT_COUNT_OFFSET)),
                    10);
                assertTrue(System.nanoTime() < deadlineNs, "only " + results);
                Thread.yield();
            }
        }
        return results;
    }

    private EngineConfig config(final long windowSizeNs)
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(0)
                .build())
            .window(WindowConfig.tumbling("w", windowSizeNs).build())
            .build();
    }
}
