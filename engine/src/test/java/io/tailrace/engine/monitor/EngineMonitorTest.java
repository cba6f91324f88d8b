package io.tailrace.engine.monitor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.Aeron;
import io.tailrace.engine.Engine;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.checkpoint.CheckpointCounts;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SinkConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * A whole engine in this JVM, seen through everything that its monitor shows.
 */
class EngineMonitorTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_MS = 1_700_000_000_000L;
    private static final int READINGS = 5;
    // Five windows of one second, of which the newest is open, and the rejected reading.
    private static final int RESULTS = 5;

    @TempDir
    private Path dataDir;

    @Test
    void shouldShowTheSameNumbersInCountersMetricsAndLedger() throws Exception
    {
        try (Engine engine = Engine.launch(new Engine.Context().config(config(0))))
        {
            publish(engine);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            final String base = "http://127.0.0.1:" + engine.httpAddress().getPort();

            final HttpResponse<String> metrics = get(base + "/metrics");
            assertEquals(200, metrics.statusCode());
            assertTrue(metrics.headers().firstValue("content-type").orElse("").startsWith("text/plain"));
            assertLine(metrics.body(), "tailrace_source_received_total{source=\"app\"} 6.0");
            assertLine(metrics.body(), "tailrace_source_accepted_total{source=\"app\"} 5.0");
            assertLine(metrics.body(),
                "tailrace_source_rejected_total{reason=\"not-finite\",source=\"app\"} 1.0");
            assertLine(metrics.body(), "tailrace_source_unaccounted{source=\"app\"} 0.0");
            assertLine(metrics.body(), "tailrace_operator_applied_total{operator=\"w\"} 5.0");
            assertLine(metrics.body(), "tailrace_operator_keys{operator=\"w\"} 1.0");
            assertLine(metrics.body(), "tailrace_results_total " + RESULTS + ".0");
            assertLine(metrics.body(), "tailrace_result_latency_seconds_count " + RESULTS);
            assertLine(metrics.body(), "tailrace_watermark_seconds 1.700000004E9");
            assertLine(metrics.body(), "tailrace_up 1.0");

            final HttpResponse<String> ledger = get(base + "/ledger");
            assertTrue(ledger.body().startsWith("scope,name,reason,count\nsource,app,received,6\n"), ledger.body());
            assertTrue(ledger.body().contains("\nsource,app,rejected:not-finite,1\n"), ledger.body());

            final HttpResponse<String> health = get(base + "/health");
            assertEquals(200, health.statusCode());
            assertTrue(health.body().startsWith("{\"status\":\"ok\",\"name\":\"plant-7\",\"pid\":"), health.body());

            try (Aeron aeron = Aeron.connect(
                new Aeron.Context().aeronDirectoryName(engine.aeronDirectoryName())))
            {
                awaitCounter(aeron, CounterType.RECEIVED, "tailrace plant-7: source app received", 6);
                awaitCounter(aeron, CounterType.ACCEPTED, "tailrace plant-7: source app accepted", 5);
                awaitCounter(aeron, CounterType.REJECTED, "tailrace plant-7: source app rejected", 1);
                awaitCounter(aeron, CounterType.APPLIED, "tailrace plant-7: operator w applied", 5);
                awaitCounter(aeron, CounterType.RESULTS, "tailrace plant-7: engine results", RESULTS);
                awaitCounter(aeron, CounterType.RING_DEPTH, "tailrace plant-7: engine ring-depth", 0);
                awaitCounter(aeron, CounterType.QUEUE_DEPTH, "tailrace plant-7: queue results-ring depth", 0);
                awaitCounter(aeron, CounterType.QUEUE_CAPACITY, "tailrace plant-7: queue ring capacity", 1024);
                awaitCounter(aeron, CounterType.BOTTLENECK, "tailrace plant-7: stage egress bottleneck", 0);
                awaitCounter(aeron, CounterType.OFFERS_REFUSED, "tailrace plant-7: source app offers-refused", 0);
                final CountersReader counters = aeron.countersReader();
                final Set<String> labels = new HashSet<>();
                counters.forEach((id, label) -> labels.add(label));
                for (final String stage : List.of("ingress", "journal", "operators", "gate", "egress"))
                {
                    assertTrue(labels.contains("tailrace plant-7: stage " + stage + " back-pressure-ns"), stage);
                }
                for (final String what : List.of("high-water", "dwell-ns", "max-dwell-ns"))
                {
                    assertTrue(labels.contains("tailrace plant-7: queue journal " + what), what);
                }
            }
            assertNull(engine.failure());
            assertEquals(RESULTS, engine.intervalLatency().getTotalCount());
        }
    }

    @Test
    void shouldShowWhatIsShedByReasonForSourcesThatAreLimited() throws Exception
    {
        final EngineConfig limited = config(0).toBuilder()
            .source(SourceConfig.embedded("desk").priority(1).build())
            .overload(OverloadConfig.builder().ratePerDevice(2.0 / 3600).rate(5.0 / 3600).burstNs(3600 * SECOND_NS)
                .then(OverloadAction.SAMPLE).keepOneIn(Integer.MAX_VALUE).build())
            .build();
        try (Engine engine = Engine.launch(new Engine.Context().config(limited)))
        {
            final Publisher publisher = engine.publisher("app");
            for (int i = 0; i < 12; i++)
            {
                // Two each of devices 0 and 1, and one of device 2, which use up the rate of all.
                publisher.offer(1 + i, i / 4, 1, START_MS, 1.0);
                assertEquals(1, engine.publisher("desk").offer(i, 0, 1, START_MS, 1.0));
            }
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            final String base = "http://127.0.0.1:" + engine.httpAddress().getPort();
            final String metrics = get(base + "/metrics").body();
            assertLine(metrics, "tailrace_source_received_total{source=\"app\"} 12.0");
            assertLine(metrics, "tailrace_source_accepted_total{source=\"app\"} 5.0");
            assertLine(metrics, "tailrace_source_shed_total{reason=\"rate-per-device\",source=\"app\"} 4.0");
            assertLine(metrics, "tailrace_source_shed_total{reason=\"rate\",source=\"app\"} 3.0");
            assertLine(metrics, "tailrace_source_kept_total{reason=\"sampled\",source=\"app\"} 0.0");
            assertLine(metrics, "tailrace_source_rate_untracked_total{source=\"app\"} 0.0");
            assertLine(metrics, "tailrace_source_unaccounted{source=\"app\"} 0.0");
            assertLine(metrics, "tailrace_source_accepted_total{source=\"desk\"} 12.0");
            assertFalse(metrics.contains("source_shed_total{reason=\"rate\",source=\"desk\"}"), metrics);
            final String ledger = get(base + "/ledger").body();
            assertTrue(ledger.contains("\nsource,app,shed:rate-per-device,4\nsource,app,shed:rate,3\n"), ledger);
            try (Aeron aeron = Aeron.connect(
                new Aeron.Context().aeronDirectoryName(engine.aeronDirectoryName())))
            {
                awaitCounter(aeron, CounterType.RECEIVED, "tailrace plant-7: source app received", 12);
                awaitCounter(aeron, CounterType.SHED_RATE, "tailrace plant-7: source app shed-rate", 3);
                awaitCounter(aeron, CounterType.SHED_RATE_PER_DEVICE,
                    "tailrace plant-7: source app shed-rate-per-device", 4);
                awaitCounter(aeron, CounterType.KEPT_SAMPLED, "tailrace plant-7: source app kept-sampled", 0);
                awaitCounter(aeron, CounterType.RATE_UNTRACKED, "tailrace plant-7: source app rate-untracked", 0);
            }
            assertNull(engine.failure());
        }
    }

    @Test
    void shouldShowCheckpointsAndWhatARecoveryWouldTake() throws Exception
    {
        try (Engine engine = Engine.launch(new Engine.Context().config(config(0))))
        {
            final String base = "http://127.0.0.1:" + engine.httpAddress().getPort();
            assertLine(get(base + "/metrics").body(), "tailrace_checkpoint_number NaN");
            assertTrue(get(base + "/health").body().contains("\"checkpoint\":-1,\"checkpointsGivenUp\":0," +
                "\"checkpointAgeMs\":-1,\"predictedRecoveryMs\":"));
            publish(engine);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            assertTrue(engine.checkpoint(10 * SECOND_NS));
            assertTrue(engine.checkpoint(10 * SECOND_NS));

            final String metrics = get(base + "/metrics").body();
            final CheckpointCounts counts = engine.checkpoints();
            assertTrue(counts.completed() >= 2);
            assertLine(metrics, "tailrace_checkpoints_given_up_total 0.0");
            assertTrue(value(metrics, "tailrace_checkpoints_total") >= 2);
            assertTrue(value(metrics, "tailrace_checkpoint_number") >= 2);
            assertTrue(value(metrics, "tailrace_checkpoint_last_bytes") > 0);
            assertTrue(value(metrics, "tailrace_checkpoint_full_bytes") > 0);
            assertTrue(value(metrics, "tailrace_checkpoint_duration_seconds") > 0);
            assertTrue(value(metrics, "tailrace_checkpoint_age_seconds") >= 0);
            assertTrue(value(metrics, "tailrace_checkpoint_journal_behind_bytes") >= 0);
            assertTrue(value(metrics, "tailrace_predicted_recovery_seconds") > 0);
            assertTrue(engine.predictedRecoveryNs() > 0);
            try (Aeron aeron = Aeron.connect(
                new Aeron.Context().aeronDirectoryName(engine.aeronDirectoryName())))
            {
                awaitCounter(aeron, CounterType.CHECKPOINTS_GIVEN_UP,
                    "tailrace plant-7: engine checkpoints-given-up", 0);
            }
        }
    }

    @Test
    void shouldShowTheQueuesFromSocketsToSinks() throws Exception
    {
        final EngineConfig config = config(0).toBuilder()
            .source(SourceConfig.udp("field", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .receiveBufferLength(1 << 16).build())
            .source(SourceConfig.aeron("desk", "aeron:ipc", 1001).build())
            .sink(SinkConfig.file("files", dataDir.resolve("out")).build())
            .build();
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            publish(engine);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            final String base = "http://127.0.0.1:" + engine.httpAddress().getPort();
            await("the sink to have everything", () ->
            {
                final String body = get(base + "/metrics").body();
                return value(body, "tailrace_sink_next_sequence{sink=\"files\"}") > 0 &&
                    value(body, "tailrace_queue_depth{queue=\"sink:files\"}") == 0;
            });
            final String metrics = get(base + "/metrics").body();
            for (final String queue : List.of("udp:field", "aeron:desk", "ring", "results-ring"))
            {
                assertLine(metrics, "tailrace_queue_depth{queue=\"" + queue + "\"} 0.0");
            }
            final double socket = value(metrics, "tailrace_queue_capacity{queue=\"udp:field\"}");
            assertTrue(socket > 0 && socket <= 2 << 16, "capacity " + socket);
            assertLine(metrics, "tailrace_queue_capacity{queue=\"aeron:desk\"} 0.0");
            assertLine(metrics, "tailrace_queue_capacity{queue=\"ring\"} 1024.0");
            assertLine(metrics, "tailrace_queue_capacity{queue=\"results-ring\"} 64.0");
            assertLine(metrics, "tailrace_queue_capacity{queue=\"checkpoint\"} 8.0");
            assertTrue(value(metrics, "tailrace_queue_capacity{queue=\"journal\"}") > 0);
            assertTrue(value(metrics, "tailrace_queue_capacity{queue=\"results-log\"}") > 0);
            for (final String queue : List.of("ring", "journal", "results-ring", "results-log"))
            {
                assertTrue(value(metrics, "tailrace_queue_high_water{queue=\"" + queue + "\"}") > 0, queue);
                assertTrue(value(metrics, "tailrace_queue_dwell_seconds_count{queue=\"" + queue + "\"}") > 0, queue);
                assertTrue(value(metrics, "tailrace_queue_dwell_seconds_sum{queue=\"" + queue + "\"}") >=
                    value(metrics, "tailrace_queue_dwell_max_seconds{queue=\"" + queue + "\"}"), queue);
            }
            assertTrue(!metrics.contains("tailrace_queue_capacity{queue=\"sink:files\"}"));
            assertTrue(!metrics.contains("tailrace_queue_dwell_seconds_count{queue=\"udp:field\"}"));
            final String health = get(base + "/health").body();
            assertTrue(health.contains("\"bottleneck\":\"none\",\"queue.udp:field.depth\":0,"), health);
            assertTrue(health.contains("\"queue.sink:files.capacity\":-1,"), health);
        }
    }

    @Test
    void shouldAnswerOnlyWhatItServes() throws Exception
    {
        try (Engine engine = Engine.launch(new Engine.Context().config(config(0))))
        {
            final String base = "http://127.0.0.1:" + engine.httpAddress().getPort();
            assertEquals(404, get(base + "/metrics/more").statusCode());
            assertEquals(404, get(base + "/").statusCode());
            final HttpResponse<String> posted = HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create(base + "/metrics"))
                    .POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
            assertEquals(405, posted.statusCode());
            assertEquals("GET", posted.headers().firstValue("allow").orElse(""));
        }
    }

    @Test
    void shouldRefuseAnAddressThatIsTakenAndReleaseEverything() throws IOException
    {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")))
        {
            final ConfigurationException refused = assertThrows(
                ConfigurationException.class,
                () -> Engine.launch(new Engine.Context().config(config(taken.getLocalPort()))));
            assertTrue(refused.getMessage().startsWith("http=127.0.0.1:" + taken.getLocalPort() + " cannot be bound"),
                refused.getMessage());
        }
        try (Engine engine = Engine.launch(new Engine.Context().config(config(0))))
        {
            assertNull(engine.failure());
        }
    }

    @Test
    void shouldNeitherMeasureCyclesNorServeHttpIfNotAsked()
    {
        final EngineConfig config = config(0).toBuilder().http(null).build();
        try (Engine engine = Engine.launch(new Engine.Context().config(config).trackStalls(false)))
        {
            assertNull(engine.httpAddress());
            try (Aeron aeron = Aeron.connect(
                new Aeron.Context().aeronDirectoryName(engine.aeronDirectoryName())))
            {
                awaitCounter(aeron, CounterType.OVERFLOW_PANES, "tailrace plant-7: operator w overflow-panes", 0);
                aeron.countersReader().forEach((id, type, key, label) ->
                    assertTrue(type != CounterType.STALLS.id(), label));
            }
        }
    }

    @Test
    void shouldGiveEachTypeIdOnceAndWithinItsRange()
    {
        final Set<Integer> ids = new HashSet<>();
        for (final CounterType type : CounterType.values())
        {
            assertTrue(ids.add(type.id()), type::name);
            assertTrue(type.id() >= CounterType.FIRST_ID && type.id() <= CounterType.LAST_ID, type::name);
        }
    }

    private static void publish(final Engine engine)
    {
        final Publisher publisher = engine.publisher("app");
        for (int i = 0; i < READINGS; i++)
        {
            assertEquals(1, publisher.offer(i, 7, 1, START_MS + i * 1000L, i));
        }
        assertEquals(1, publisher.offer(READINGS, 7, 1, START_MS, Double.NaN));
    }

    private static void awaitCounter(
        final Aeron aeron, final CounterType type, final String label, final long expected)
    {
        final CountersReader counters = aeron.countersReader();
        final long[] found = {-1};
        await(label, () ->
        {
            counters.forEach((id, typeId, key, text) ->
            {
                if (typeId == type.id() && label.equals(text))
                {
                    found[0] = counters.getCounterValue(id);
                }
            });
            return found[0] == expected;
        });
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + 20 * SECOND_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, what);
            LockSupport.parkNanos(SECOND_NS / 100);
        }
    }

    private static double value(final String metrics, final String name)
    {
        return metrics.lines().filter(line -> line.startsWith(name + " "))
            .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1))).findFirst().orElseThrow();
    }

    private static void assertLine(final String text, final String line)
    {
        assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
    }

    private static HttpResponse<String> get(final String uri)
    {
        try
        {
            return HttpClient.newHttpClient().send(
                HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString());
        }
        catch (final IOException | InterruptedException ex)
        {
            throw new AssertionError(ex);
        }
    }

    private EngineConfig config(final int httpPort)
    {
        return EngineConfig.builder()
            .name("plant-7")
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(0)
                .build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build())
            .http(new InetSocketAddress("127.0.0.1", httpPort))
            .build();
    }
}
