package io.tailrace.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import org.agrona.DirectBuffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * An engine that gives a result for each reading but the first: reading {@code i} closes the window before it, whose
 * sum is {@code i - 1} and which is result {@code i - 1}. Its terms are short, so that a backlog of some thousand
 * results is many terms long.
 */
final class ResultPerReading
{
    static final int TERM_LENGTH = 64 << 10;
    static final int RING_SLOTS = 1024;
    static final long START_MS = 1_700_000_000_000L;
    static final String SOURCE = "app";

    private static final int SEGMENT_LENGTH = 4 << 20;
    private static final int MTU = 8 << 10;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DEADLINE_NS = 60 * SECOND_NS;

    private ResultPerReading()
    {
    }

    static EngineConfig.Builder config(final Path dataDir)
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(RING_SLOTS).resultSlots(64).build())
            .source(SourceConfig.embedded(SOURCE).build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(0)
                .idleAfterNs(3600 * SECOND_NS)
                .build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build());
    }

    static Engine.Context context(final EngineConfig config)
    {
        return new Engine.Context().config(config).archive(ResultPerReading::shortTerms);
    }

    static ArchiveConfig shortTerms(final ArchiveConfig archive)
    {
        return archive.withLengths(TERM_LENGTH, SEGMENT_LENGTH, MTU);
    }

    /** Publishes readings, and waits until their results are durable. */
    static void publish(final Engine engine, final int first, final int count)
    {
        final Publisher publisher = engine.publisher(SOURCE);
        for (int i = first; i < first + count; i++)
        {
            final int reading = i;
            await("room in the ring", () -> 1 == offer(publisher, reading));
        }
        assertTrue(engine.awaitDrained(DEADLINE_NS));
    }

    static int offer(final Publisher publisher, final int reading)
    {
        return publisher.offer(reading, 7, 1, timeMs(reading), reading);
    }

    static long timeMs(final int reading)
    {
        return START_MS + reading * 1000L;
    }

    /** Everything that was offered was accepted, and nothing else. */
    static void assertLossless(final Engine engine, final long readings)
    {
        assertNull(engine.failure());
        assertEquals(readings, engine.received());
        assertEquals(readings, engine.ledger().total("source", "accepted"));
        assertEquals(0, engine.ledger().unaccounted());
        assertEquals(readings - 1, engine.view().nextResultSequence());
    }

    /** Bytes of all publications and images of the media driver, those of replays included. */
    static long bufferedLength(final Engine engine)
    {
        try (Stream<Path> files = Files.walk(Path.of(engine.aeronDirectoryName())))
        {
            return files.filter(file -> file.toString().endsWith(".logbuffer"))
                .mapToLong(file -> file.toFile().length()).sum();
        }
        catch (final IOException | UncheckedIOException ex)
        {
            // One of them has gone meanwhile.
            return Long.MAX_VALUE;
        }
    }

    static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "not in time: " + what);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    /** Takes results, each of which must be the next one. */
    static final class NextResult implements ResultSubscription.ResultHandler
    {
        private long next;

        NextResult(final long first)
        {
            next = first;
        }

        @Override
        public void onResult(final long sequence, final DirectBuffer buffer, final int offset)
        {
            assertEquals(next, sequence);
            assertEquals((double)sequence, buffer.getDouble(offset + MessageLayout.WINDOW_RESULT_SUM_OFFSET));
            next++;
        }

        /** Polls until that result is the next one, or a later one. */
        void pollUntil(final ResultSubscription subscription, final long end)
        {
            await("results up to " + end, () ->
            {
                subscription.poll(this, 16);
                return next >= end;
            });
            assertEquals(next, subscription.nextSequence());
        }
    }
}
