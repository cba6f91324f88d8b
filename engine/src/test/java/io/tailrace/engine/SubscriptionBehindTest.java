package io.tailrace.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.aeron.archive.client.AeronArchive;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.engine.ResultPerReading.NextResult;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.RetentionConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static io.tailrace.engine.ResultPerReading.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A subscription that is not polled, or whose replay ends before its time. The engine goes on as if it were not there
 * and holds nothing for it but what it held before; polled again, it delivers every result once and goes on live.
 */
class SubscriptionBehindTest
{
    private static final int READINGS = 20_000;
    private static final long DISK_BUDGET = 20_000_000;

    @TempDir
    Path dir;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Test
    void shouldCatchUpAndGoOnLiveAfterItHasNotBeenPolledForManyTerms()
    {
        final EngineConfig config = ResultPerReading.config(dir).build();
        try (Engine engine = Engine.launch(ResultPerReading.context(config).errorHandler(errors::add));
            ResultSubscription subscription = engine.subscribe(0))
        {
            final NextResult results = new NextResult(0);
            ResultPerReading.publish(engine, 0, 11);
            results.pollUntil(subscription, 10);
            final long buffered = ResultPerReading.bufferedLength(engine);
            final long before = engine.resultsPosition();

            ResultPerReading.publish(engine, 11, READINGS);

            assertTrue(engine.resultsPosition() - before > 8L * ResultPerReading.TERM_LENGTH);
            assertEquals(buffered, ResultPerReading.bufferedLength(engine));
            assertEquals(10, subscription.nextSequence());
            results.pollUntil(subscription, READINGS + 10);
            for (int i = READINGS + 11; i < READINGS + 111; i++)
            {
                ResultPerReading.publish(engine, i, 1);
                results.pollUntil(subscription, i);
            }
            assertFalse(subscription.hasEnded());
            ResultPerReading.assertLossless(engine, READINGS + 111);
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldGoOnBehindTheLastResultWhenItsReplayHasEnded()
    {
        final EngineConfig config = ResultPerReading.config(dir).build();
        final ResultSubscription subscription;
        final NextResult results = new NextResult(0);
        try (Engine engine = Engine.launch(ResultPerReading.context(config).errorHandler(errors::add)))
        {
            subscription = engine.subscribe(0);
            ResultPerReading.publish(engine, 0, READINGS);
            results.pollUntil(subscription, 1);
            for (int i = 1; i < 4; i++)
            {
                stopReplays(engine, config);
                results.pollUntil(subscription, i * (READINGS / 4));
            }
            // Also when nothing is left to read.
            results.pollUntil(subscription, READINGS - 1);
            stopReplays(engine, config);
            assertEquals(0, subscription.poll(results, 16));
            ResultPerReading.publish(engine, READINGS, 1);
            results.pollUntil(subscription, READINGS);
            assertFalse(subscription.hasEnded());
        }
        await("the end of the engine is seen", () -> 0 == subscription.poll(results, 16) && subscription.hasEnded());
        subscription.close();
        assertTrue(subscription.hasEnded());
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldSayWhatIsGoneWhenItIsPurgedAfterTheReplayHasEnded()
    {
        final EngineConfig config = ResultPerReading.config(dir)
            .retention(RetentionConfig.builder()
                .resultsNs(TimeUnit.MILLISECONDS.toNanos(100))
                .diskBudget(64_000_000)
                .build())
            .build();
        try (Engine engine = Engine.launch(new Engine.Context().config(config).errorHandler(errors::add));
            ResultSubscription subscription = engine.subscribe(0))
        {
            final NextResult results = new NextResult(0);
            ResultPerReading.publish(engine, 0, 11);
            results.pollUntil(subscription, 10);
            stopReplays(engine, config);
            ResultPerReading.publish(engine, 11, READINGS);
            await("a segment is purged", () -> engine.disk().purgedSegments() > 0);

            final PurgedResultException purged = assertThrows(PurgedResultException.class, () ->
                await("the subscription says so", () -> subscription.poll(results, 16) > 0));

            assertTrue(purged.getMessage().startsWith("result 10 of epoch 0 has been purged"), purged::getMessage);
            assertTrue(purged.firstSequence() > 10);
        }
    }

    @Test
    void shouldNotFillTheDisk()
    {
        final EngineConfig config = ResultPerReading.config(dir)
            .retention(RetentionConfig.builder().diskBudget(DISK_BUDGET).build())
            .checkpoint(CheckpointConfig.builder().intervalNs(TimeUnit.SECONDS.toNanos(1)).build())
            .build();
        try (Engine engine = Engine.launch(new Engine.Context().config(config).errorHandler(errors::add));
            ResultSubscription still = engine.subscribe(0);
            ResultSubscription live = engine.subscribe(0))
        {
            final NextResult results = new NextResult(0);
            final int readings = 10_000;
            int published = 0;
            // More than would fill the budget; if ingress stops, then for a moment only.
            while (engine.resultsPosition() < DISK_BUDGET + DISK_BUDGET / 4)
            {
                ResultPerReading.publish(engine, published, readings);
                published += readings;
                results.pollUntil(live, published - 1);
            }
            assertTrue(errors.stream().anyMatch(error -> error.getMessage().contains("a reader that stood still held " +
                "back the purge, and was cut off")), errors::toString);
            // It delivers what its replay had on its way; behind that it says what is gone.
            final NextResult first = new NextResult(0);
            assertThrows(PurgedResultException.class, () ->
                first.pollUntil(still, engine.view().nextResultSequence()));
            ResultPerReading.assertLossless(engine, published);
        }
    }

    /** As if the engine had given up all who follow the results log. */
    private static void stopReplays(final Engine engine, final EngineConfig config)
    {
        try (AeronArchive client = AeronArchive.connect(new AeronArchive.Context()
            .aeronDirectoryName(engine.aeronDirectoryName())
            .controlRequestChannel("aeron:ipc")
            .controlResponseChannel("aeron:ipc")))
        {
            client.stopAllReplays(RecordingDescriptor.load(config.dataDir(), Engine.RESULTS).recordingId());
        }
    }
}
