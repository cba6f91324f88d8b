package io.tailrace.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.simulation.HeldLog;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A running engine, one part of which stands still: what it shows over HTTP names that part, and nobody afterwards.
 */
@Timeout(120)
class StandingStageTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_MS = 1_700_000_000_000L;
    private static final int RING_SLOTS = 64;
    private static final int WINDOW_LENGTH = 1 << 20;

    @TempDir
    Path dataDir;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, HeldLog> logs = new HashMap<>();
    private volatile boolean isArchiveHeld;
    private long nextEvent;

    @Test
    void shouldNameEgressWhileTheResultsLogTakesNothing()
    {
        try (Engine engine = launchInMemory())
        {
            final Publisher publisher = engine.publisher("app");
            offer(publisher, 50);
            await(engine, publisher, "none");
            logs.get(Engine.RESULTS).refuse(MessageLog.BACK_PRESSURED);
            await("full rings", () -> offerAsMuchAsGoes(publisher) == 0 && engine.ringDepth() == RING_SLOTS);
            await(engine, publisher, "egress");
            final String metrics = get(engine, "/metrics");
            // All before it wait for it: the rings are full.
            assertEquals(RING_SLOTS, value(metrics, "tailrace_queue_depth{queue=\"ring\"}"));
            assertEquals(RING_SLOTS, value(metrics, "tailrace_queue_high_water{queue=\"ring\"}"));
            assertTrue(value(metrics, "tailrace_queue_depth{queue=\"results-ring\"}") > 0);
            assertTrue(value(metrics, "tailrace_queue_dwell_last_seconds{queue=\"results-ring\"}") > 0.5);
            assertTrue(value(metrics, "tailrace_backpressure_seconds_total{stage=\"egress\"}") > 0.5);
            assertEquals(0, value(metrics, "tailrace_backpressure_seconds_total{stage=\"journal\"}"));
            assertEquals(0, value(metrics, "tailrace_bottleneck{stage=\"none\"}"));
            assertTrue(value(metrics, "tailrace_source_offers_refused_total{source=\"app\"}") > 0);
            assertTrue(get(engine, "/health").contains("\"bottleneck\":\"egress\",\"queue.ring.depth\":64," +
                "\"queue.ring.capacity\":64,\"queue.ring.highWater\":64,"));

            logs.get(Engine.RESULTS).refuse(0);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            await(engine, publisher, "none");
            final String after = get(engine, "/metrics");
            assertEquals(RING_SLOTS, value(after, "tailrace_queue_high_water{queue=\"ring\"}"));
            assertTrue(value(after, "tailrace_queue_dwell_max_seconds{queue=\"ring\"}") > 0.5);
            assertTrue(value(after, "tailrace_queue_dwell_max_seconds{queue=\"results-ring\"}") > 0.5);
            assertNull(engine.failure());
        }
    }

    @Test
    void shouldNameTheJournalWhileItTakesNothing()
    {
        try (Engine engine = launchInMemory())
        {
            final Publisher publisher = engine.publisher("app");
            logs.get(Engine.JOURNAL).refuse(MessageLog.BACK_PRESSURED);
            await(engine, publisher, "journal");
            final String metrics = get(engine, "/metrics");
            assertTrue(value(metrics, "tailrace_backpressure_seconds_total{stage=\"journal\"}") > 0.5);
            assertEquals(0, value(metrics, "tailrace_backpressure_seconds_total{stage=\"operators\"}"));
            assertEquals(0, value(metrics, "tailrace_backpressure_seconds_total{stage=\"egress\"}"));
            logs.get(Engine.JOURNAL).refuse(0);
            await(engine, publisher, "none");
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            assertNull(engine.failure());
        }
    }

    /** What is durable stands still, and the journal has room yet: results wait for their causes. */
    @Test
    void shouldNameTheGateWhileNoResultHasADurableCause()
    {
        final Engine.Context context =
            new Engine.Context().config(config(DeliveryMode.EXACTLY_ONCE)).archiveIdle(HeldIdle::new);
        try (Engine engine = Engine.launch(context))
        {
            final Publisher publisher = engine.publisher("app");
            await(engine, publisher, "none");
            final String metrics = metricsWhileTheArchiveStands(engine, publisher);
            assertTrue(value(metrics, "tailrace_queue_depth{queue=\"journal\"}") > 0);
            assertTrue(value(metrics, "tailrace_queue_capacity{queue=\"journal\"}") >
                value(metrics, "tailrace_queue_depth{queue=\"journal\"}"));
            assertTrue(value(metrics, "tailrace_queue_dwell_last_seconds{queue=\"journal\"}") > 0.5);
            await(engine, publisher, "none");
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            final String after = get(engine, "/metrics");
            assertEquals(0, value(after, "tailrace_queue_depth{queue=\"ring\"}"));
            assertTrue(value(after, "tailrace_queue_dwell_max_seconds{queue=\"journal\"}") > 0.5);
            assertTrue(value(after, "tailrace_queue_high_water{queue=\"results-log\"}") > 0);
            assertNull(engine.failure());
        }
    }

    @Test
    void shouldShowDepthsAloneIfDutyCyclesAreNotMeasured()
    {
        final Engine.Context context =
            new Engine.Context().config(config(DeliveryMode.IN_MEMORY)).trackStalls(false);
        try (Engine engine = Engine.launch(context))
        {
            offer(engine.publisher("app"), 10);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            final String metrics = get(engine, "/metrics");
            assertTrue(value(metrics, "tailrace_queue_high_water{queue=\"ring\"}") > 0);
            assertEquals(0, value(metrics, "tailrace_queue_dwell_seconds_count{queue=\"ring\"}"));
            assertTrue(!metrics.contains("tailrace_bottleneck") && !metrics.contains("tailrace_backpressure"));
            assertTrue(!metrics.contains("queue=\"journal\"") && !metrics.contains("queue=\"checkpoint\""));
        }
    }

    private String metricsWhileTheArchiveStands(final Engine engine, final Publisher publisher)
    {
        isArchiveHeld = true;
        try
        {
            await(engine, publisher, "gate");
            return get(engine, "/metrics");
        }
        finally
        {
            isArchiveHeld = false;
        }
    }

    private Engine launchInMemory()
    {
        return Engine.launch(new Engine.Context().config(config(DeliveryMode.IN_MEMORY)).memoryLogs(log ->
        {
            final HeldLog held = new HeldLog(log, WINDOW_LENGTH);
            logs.put(log.name(), held);
            return held;
        }));
    }

    /** Each reading closes a window of its device. */
    private void offer(final Publisher publisher, final int count)
    {
        for (int i = 0; i < count; i++)
        {
            final long eventTime = START_MS + nextEvent * 1000;
            await("room", () -> publisher.offer(nextEvent, 7, 1, eventTime, 1.0) == 1);
            nextEvent++;
        }
    }

    /** Offers on, whether there is room or not, until a bottleneck is named. */
    private void await(final Engine engine, final Publisher publisher, final String stage)
    {
        await("bottleneck " + stage, () ->
        {
            offerAsMuchAsGoes(publisher);
            return value(get(engine, "/metrics"), "tailrace_bottleneck{stage=\"" + stage + "\"}") == 1;
        });
    }

    private int offerAsMuchAsGoes(final Publisher publisher)
    {
        int count = 0;
        while (count < RING_SLOTS && publisher.offer(nextEvent, 7, 1, START_MS + nextEvent * 1000, 1.0) == 1)
        {
            nextEvent++;
            count++;
        }
        return count;
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + 30 * SECOND_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "waited in vain for " + what);
            LockSupport.parkNanos(SECOND_NS / 100);
        }
    }

    private static double value(final String metrics, final String name)
    {
        return metrics.lines().filter(line -> line.startsWith(name + " "))
            .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1))).findFirst()
            .orElseThrow(() -> new AssertionError(name + " is not in\n" + metrics));
    }

    private String get(final Engine engine, final String path)
    {
        try
        {
            final HttpRequest request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + engine.httpAddress().getPort() + path)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
        catch (final IOException | InterruptedException ex)
        {
            throw new AssertionError(ex);
        }
    }

    private EngineConfig config(final DeliveryMode mode)
    {
        return EngineConfig.builder()
            .mode(mode)
            .dataDir(dataDir)
            .limits(
                LimitsConfig.builder().devices(100).keys(100).ringSlots(RING_SLOTS).resultSlots(RING_SLOTS).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder().referenceClock(ReferenceClock.NONE).outOfOrdernessNs(0).build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build())
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
    }

    /** Holds the threads of the archive. */
    private final class HeldIdle implements IdleStrategy
    {
        private final IdleStrategy idle = new BackoffIdleStrategy(1, 1, 1_000, 100_000);

        @Override
        public void idle(final int workCount)
        {
            while (isArchiveHeld)
            {
                Thread.yield();
            }
            idle.idle(workCount);
        }

        @Override
        public void idle()
        {
            idle(0);
        }

        @Override
        public void reset()
        {
            idle.reset();
        }
    }
}
