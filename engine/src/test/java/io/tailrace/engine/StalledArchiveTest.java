package io.tailrace.engine;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * One tick fires 50,000 windows through a results ring of 64 slots on the one thread of layout {@code compact}, while
 * the archive stands still: nothing deadlocks, the journal goes on as long as there is room, and every window comes
 * out once.
 */
class StalledArchiveTest
{
    private static final int DEVICES = 50_000;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DEADLINE_NS = 60 * SECOND_NS;
    private static final long START_MS = 1_700_000_000_000L;

    @TempDir
    Path dataDir;

    @Test
    void shouldFireFiftyThousandWindowsByOneTickThroughASmallRing()
    {
        final Stall stall = new Stall();
        final Engine.Context context = new Engine.Context().config(config()).archiveIdle(() -> stall);
        try (Engine engine = Engine.launch(context))
        {
            stall.begin();
            final Publisher publisher = engine.publisher("app");
            for (int device = 0; device < DEVICES; device++)
            {
                offer(publisher, device, START_MS);
            }
            await("all readings judged", () -> engine.ledger().total("source", "accepted") == DEVICES);
            await("the tick that ends the silence fires", () -> engine.view().nextResultSequence() >= 64);
            final long firedWhileStalled = engine.view().nextResultSequence();
            // The journal does not wait for egress: readings still get a place, though they cannot be judged yet.
            for (int i = 0; i < 100; i++)
            {
                offer(publisher, i, START_MS + 500);
            }
            assertTrue(firedWhileStalled < DEVICES, "the results ring was not the limit: " + firedWhileStalled);
            stall.end();

            await("all windows fired", () -> engine.view().nextResultSequence() == DEVICES + 100);
            assertTrue(engine.awaitDrained(DEADLINE_NS));
            assertNull(engine.failure());
            assertEquals(0, engine.ledger().unaccounted());
            checkResults(engine);
        }
    }

    private static void checkResults(final Engine engine)
    {
        final long[] firings = new long[DEVICES];
        final long[] causes = new long[2];
        try (ResultSubscription results = engine.subscribe(0))
        {
            await("all results read", () ->
            {
                results.poll((sequence, buffer, offset) ->
                {
                    final int device = (int)buffer.getLong(offset + MessageLayout.RESULT_DEVICE_ID_OFFSET);
                    assertEquals(firings[device]++, buffer.getInt(offset + MessageLayout.RESULT_REVISION_OFFSET));
                    if (sequence < DEVICES)
                    {
                        causes[sequence == 0 ? 0 : 1] =
                            buffer.getLong(offset + MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
                        assertEquals(device, sequence);
                    }
                }, 10);
                return results.nextSequence() == DEVICES + 100;
            });
        }
        assertEquals(causes[0], causes[1], "one tick caused them all");
    }

    private static void offer(final Publisher publisher, final int device, final long timeMs)
    {
        await("room for device " + device, () -> publisher.offer(device, device, 1, timeMs, 1.0) == 1);
    }

    private static void await(final String what, final Condition condition)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.isMet())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "not in time: " + what);
            Thread.yield();
        }
    }

    private EngineConfig config()
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .layout(Layout.COMPACT)
            .limits(LimitsConfig.builder().devices(DEVICES).keys(DEVICES).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .outOfOrdernessNs(0)
                .idleAfterNs(2 * SECOND_NS)
                .tickIntervalNs(SECOND_NS / 10)
                .build())
            .window(WindowConfig.tumbling("w", SECOND_NS).allowedLatenessNs(SECOND_NS).build())
            .build();
    }

    @FunctionalInterface
    private interface Condition
    {
        boolean isMet();
    }

    /** Holds every thread of the archive in its idle strategy. */
    private static final class Stall implements IdleStrategy
    {
        private final ThreadLocal<IdleStrategy> idle =
            ThreadLocal.withInitial(() -> new BackoffIdleStrategy(1, 1, 1_000, 100_000));
        private volatile boolean isStalled;

        void begin()
        {
            isStalled = true;
        }

        void end()
        {
            isStalled = false;
        }

        @Override
        public void idle(final int workCount)
        {
            while (isStalled)
            {
                Thread.yield();
            }
            idle.get().idle(workCount);
        }

        @Override
        public void idle()
        {
            idle(0);
        }

        @Override
        public void reset()
        {
            idle.get().reset();
        }
    }
}
