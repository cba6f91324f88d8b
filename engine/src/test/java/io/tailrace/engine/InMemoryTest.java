package io.tailrace.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.ingress.Publisher;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** An engine that keeps nothing: no journal, no results log, no checkpoints. */
// Some look at what is left after a close.
@SuppressWarnings("try")
class InMemoryTest
{
    private static final int READINGS = 1_500;

    @TempDir
    Path dir;

    private CheckpointBench bench;

    @BeforeEach
    void setUp()
    {
        bench = new CheckpointBench(dir);
        bench.mode(DeliveryMode.IN_MEMORY);
    }

    @Test
    void shouldGiveTheResultsThatARecordingEngineGives()
    {
        final List<String> inMemory;
        try (Engine engine = bench.launch("memory"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            inMemory = bench.results(engine);
        }
        bench.rewind();
        bench.mode(DeliveryMode.EXACTLY_ONCE);
        try (Engine engine = bench.launch("recorded"))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            assertEquals(bench.results(engine), inMemory);
        }
        assertTrue(inMemory.size() > READINGS);
    }

    @Test
    void shouldRecordNothingAndBeginAnewAfterAStop() throws IOException
    {
        for (int life = 0; life < 2; life++)
        {
            final Engine closed;
            try (Engine engine = bench.launch("data"))
            {
                closed = engine;
                assertEquals(RecoveryReport.NO_CHECKPOINT, engine.recovery().checkpoint());
                assertEquals(0, engine.recovery().replayedMessages());
                assertEquals(0, engine.ledger().received());
                assertEquals(0, engine.resultsEpoch());
                bench.publish(engine, READINGS);
                bench.drain(engine);
                assertEquals(READINGS, engine.ledger().received());
                assertEquals(0, engine.checkpoints().completed());
                assertThrows(IllegalStateException.class, () -> engine.checkpoint(1));
            }
            assertTrue(closed.hasDrained());
            bench.rewind();
        }
        assertTrue(RecordingDescriptor.loadAll(bench.data("data")).isEmpty());
        try (Stream<Path> files = Files.list(DataDirectory.archiveDirOf(bench.data("data"))))
        {
            assertEquals(List.of(), files.toList());
        }
        assertFalse(DataDirectory.isLocked(bench.data("data")));
    }

    @Test
    void shouldTellASlowSubscriberWhatItMissed()
    {
        final ResultSubscription slow;
        try (Engine engine = bench.launch("data"))
        {
            slow = engine.subscribe(0);
            int rounds = 0;
            // More results than are kept.
            while (engine.view().nextResultSequence() < 200_000)
            {
                bench.publish(engine, 10_000);
                bench.drain(engine);
                rounds++;
            }
            assertEquals(10_000L * rounds, engine.ledger().received());
            final long end = engine.view().nextResultSequence();
            final Delivery delivery = new Delivery();
            while (slow.nextSequence() < end)
            {
                assertTrue(slow.poll(delivery, 10) > 0);
            }
            assertEquals(1, delivery.missed.size());
            final long kept = delivery.missed.get(0)[1];
            assertEquals(0, delivery.missed.get(0)[0]);
            assertTrue(kept > 0 && end - kept >= 90_000, kept + " of " + end);
            assertEquals(end - kept, delivery.count);
            assertFalse(slow.hasEnded());

            try (ResultSubscription late = engine.subscribe())
            {
                final Delivery fromFirstKept = new Delivery();
                assertTrue(late.poll(fromFirstKept, 1) > 0);
                assertEquals(0, fromFirstKept.missed.size());
                assertEquals(kept, fromFirstKept.first);
            }
        }
        assertTrue(slow.hasEnded());
        slow.close();
    }

    @Test
    void shouldDeliverAResultAgainThatTheHandlerThrewAt()
    {
        try (Engine engine = bench.launch("data"); ResultSubscription subscription = engine.subscribe(0))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            final List<Long> sequences = new ArrayList<>();
            final ResultSubscription.ResultHandler throwing = (sequence, buffer, offset) ->
            {
                if (sequence == 3)
                {
                    throw new IllegalArgumentException("not this one");
                }
                sequences.add(sequence);
            };
            assertThrows(IllegalArgumentException.class, () -> subscription.poll(throwing, 100));
            assertThrows(IllegalArgumentException.class, () -> subscription.poll(throwing, 100));
            final long end = engine.view().nextResultSequence();
            while (subscription.nextSequence() < end)
            {
                assertTrue(subscription.poll((sequence, buffer, offset) -> sequences.add(sequence), 100) > 0);
            }
            assertEquals(end, sequences.size());
            for (int i = 0; i < end; i++)
            {
                assertEquals(i, sequences.get(i));
            }
        }
    }

    @Test
    void shouldServeMetricsAndHealth() throws IOException, InterruptedException
    {
        final EngineConfig config = bench.config(bench.data("data")).toBuilder()
            .http(new InetSocketAddress("127.0.0.1", 0)).build();
        try (Engine engine = Engine.launch(new Engine.Context().config(config)))
        {
            bench.publish(engine, READINGS);
            bench.drain(engine);
            final String url = "http://127.0.0.1:" + engine.httpAddress().getPort();
            assertTrue(get(url + "/metrics").contains("tailrace_"));
            assertTrue(get(url + "/ledger").contains(Integer.toString(READINGS)));
            get(url + "/health");
        }
    }

    @Test
    void shouldRefuseADirectoryWithRecordings()
    {
        bench.mode(DeliveryMode.EXACTLY_ONCE);
        bench.launch("data").close();
        bench.mode(DeliveryMode.IN_MEMORY);
        final EngineRefusedException refused =
            assertThrows(EngineRefusedException.class, () -> bench.launch("data"));
        assertTrue(refused.getMessage().contains("use another data-dir"), refused.getMessage());
        assertFalse(DataDirectory.isLocked(bench.data("data")));
        bench.mode(DeliveryMode.EXACTLY_ONCE);
        bench.launch("data").close();
    }

    @Test
    void shouldTakeNothingWhenItIsClosed()
    {
        final Publisher publisher;
        try (Engine engine = bench.launch("data"))
        {
            publisher = engine.publisher("app");
        }
        assertEquals(Publisher.CLOSED, publisher.offer(1, 1, 1, 1, 1));
    }

    private static String get(final String url) throws IOException, InterruptedException
    {
        final HttpResponse<String> response = HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, response.statusCode(), response.body());
        return response.body();
    }

    private static final class Delivery implements ResultSubscription.ResultHandler
    {
        private final List<long[]> missed = new ArrayList<>();
        private long first = -1;
        private long count;

        @Override
        public void onResult(final long sequence, final DirectBuffer buffer, final int offset)
        {
            first = first < 0 ? sequence : first;
            count++;
        }

        @Override
        public void onMissed(final long fromSequence, final long toSequence)
        {
            missed.add(new long[] {fromSequence, toSequence});
        }
    }
}
