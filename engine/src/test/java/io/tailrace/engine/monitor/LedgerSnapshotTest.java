package io.tailrace.engine.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import com.lmax.disruptor.Sequence;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.checkpoint.StateCapture;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.OverloadAction;
import io.tailrace.engine.config.OverloadConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.IngressGate;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.overload.OverloadCount;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.stage.OperatorStage;
import io.tailrace.engine.stage.StageView;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Publishers, operators and whoever asks for the ledgers, each on a thread of its own.
 */
class LedgerSnapshotTest
{
    private static final int READINGS = 100_000;
    private static final long START_MS = 1_700_000_000_000L;

    private final EngineConfig config = EngineConfig.builder()
        .source(SourceConfig.embedded("a").build())
        .source(SourceConfig.embedded("b").build())
        .eventTime(EventTimeConfig.builder().referenceClock(ReferenceClock.NONE).build())
        .window(WindowConfig.tumbling("w", TimeUnit.SECONDS.toNanos(1)).build())
        .build();
    private final IngressLedger ingress = new IngressLedger(2);
    private final StageView view = new StageView(2, 1);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    @Timeout(60)
    void shouldAccountForEveryReadingUnderLoadAndAtRest(final int producers) throws InterruptedException
    {
        final EventRing ring = new EventRing(256, producers > 1);
        final ResultsRing results = new ResultsRing(1024);
        try (OperatorCore core = new OperatorCore(config, results))
        {
            final OperatorStage stage = new OperatorStage(ring, new Sequence(Long.MAX_VALUE - 1)
            {
                @Override
                public long get()
                {
                    final long next = view.processedSequence() + 1;
                    return ring.published(next, Long.MAX_VALUE);
                }
            }, core, results, view, new StateCapture(core, results), 0, () -> 0);
            ring.gate(stage.sequence());
            final List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < producers; i++)
            {
                final Publisher publisher = new Publisher(i, ring, System::nanoTime, ingress, new IngressGate());
                threads.add(start("producer-" + i, () -> publish(publisher)));
            }
            threads.add(start("window", () -> process(stage, results, (long)READINGS * producers)));

            final LedgerSnapshot snapshot = new LedgerSnapshot(config, ring, view, ingress);
            final List<LedgerReport> wrong = new ArrayList<>();
            int taken = 0;
            int loaded = 0;
            // Judged only when all threads have ended, since they use what this one closes.
            while (threads.stream().anyMatch(Thread::isAlive))
            {
                final LedgerReport report = snapshot.take();
                if (report.unaccounted() != 0 || !report.isSettled())
                {
                    wrong.add(report);
                }
                loaded += report.total("source", "in-flight") > 0 ? 1 : 0;
                taken++;
            }
            assertNull(failure.get());
            assertEquals(0, wrong.size(), () -> "of the snapshots are wrong, the first: " + wrong.get(0).rows());
            assertTrue(loaded > 0, "none of " + taken + " snapshots saw a reading in flight");
            final LedgerReport report = snapshot.take();
            assertEquals(0, report.unaccounted());
            assertEquals((long)READINGS * producers, report.received());
            assertEquals((long)READINGS * producers, report.total("source", "accepted"));
            assertEquals((long)READINGS * producers, report.total("operator", "applied"));
            assertEquals(0, report.total("source", "in-flight"));
        }
    }

    /** Some frames are shed in part, some as a whole, some find no room at first, and publishers take turns. */
    @Test
    @Timeout(60)
    void shouldAccountForShedReadingsUnderLoadAndAtRest() throws InterruptedException
    {
        final EngineConfig limited = config.toBuilder()
            .limits(LimitsConfig.builder().ringSlots(256).build())
            .overload(OverloadConfig.builder().rate(400_000).ratePerDevice(20_000).burstNs(1_000_000).build())
            .build();
        final EventRing ring = new EventRing(256, true);
        final ResultsRing results = new ResultsRing(1024);
        final NormalLane lane = NormalLane.of(limited, ingress.turn());
        try (OperatorCore core = new OperatorCore(limited, results))
        {
            final OperatorStage stage = new OperatorStage(ring, new Sequence(Long.MAX_VALUE - 1)
            {
                @Override
                public long get()
                {
                    return ring.published(view.processedSequence() + 1, Long.MAX_VALUE);
                }
            }, core, results, view, new StateCapture(core, results), 0, () -> 0);
            ring.gate(stage.sequence());
            final List<Thread> producers = new ArrayList<>();
            for (int i = 0; i < 2; i++)
            {
                final Publisher publisher =
                    new Publisher(i, ring, System::nanoTime, ingress, new IngressGate(), lane, null);
                producers.add(start("producer-" + i, () -> publishFrames(publisher)));
            }
            final Thread window = start("window", () -> processAll(stage, results, ring, producers));

            final LedgerSnapshot snapshot = new LedgerSnapshot(limited, ring, view, ingress);
            final List<LedgerReport> wrong = new ArrayList<>();
            while (window.isAlive())
            {
                final LedgerReport report = snapshot.take();
                if (report.unaccounted() != 0 || !report.isSettled())
                {
                    wrong.add(report);
                }
            }
            assertNull(failure.get());
            assertEquals(0, wrong.size(), () -> "of the snapshots are wrong, the first: " + wrong.get(0).rows());
            final LedgerReport report = snapshot.take();
            assertEquals(0, report.unaccounted());
            assertEquals(2L * READINGS, report.received());
            final long shed = report.total("source", "shed");
            assertEquals(2L * READINGS - shed, report.total("source", "accepted"));
            assertTrue(report.total("source", "shed:rate-per-device") > 0, () -> report.rows().toString());
            assertTrue(shed < 2L * READINGS, () -> report.rows().toString());
        }
    }

    /** A publisher that offers without a pause, of which all but one a second is shed: hardly anything comes in. */
    @Test
    @Timeout(60)
    void shouldSettleWhileAllThatComesIsShed() throws InterruptedException
    {
        final EngineConfig limited = config.toBuilder()
            .limits(LimitsConfig.builder().ringSlots(256).build())
            .overload(OverloadConfig.builder().rate(1).burstNs(1).build())
            .build();
        final EventRing ring = new EventRing(256, true);
        ring.gate(new Sequence());
        final NormalLane lane = NormalLane.of(limited, ingress.turn());
        final Publisher publisher = new Publisher(0, ring, System::nanoTime, ingress, new IngressGate(), lane, null);
        final AtomicBoolean isDone = new AtomicBoolean();
        final Thread producer = start("producer", () ->
        {
            final UnsafeBuffer frame = frame(0);
            while (!isDone.get())
            {
                publisher.offer(frame, 0, 20);
                publisher.offer(1, 1, 1, START_MS, 1);
            }
        });
        // Else all snapshots might be taken before the thread runs.
        while (ingress.received(0) == 0 && producer.isAlive())
        {
            Thread.onSpinWait();
        }
        final LedgerSnapshot snapshot = new LedgerSnapshot(limited, ring, view, ingress);
        long before = 0;
        for (int i = 0; i < 200; i++)
        {
            final LedgerReport report = snapshot.take();
            assertTrue(report.isSettled(), () -> report.rows().toString());
            assertEquals(0, report.unaccounted(), () -> report.rows().toString());
            assertTrue(report.received() >= before);
            before = report.received();
        }
        isDone.set(true);
        producer.join();
        assertNull(failure.get());
        final LedgerReport report = snapshot.take();
        final long inFlight = report.total("source", "in-flight");
        assertTrue(inFlight > 0 && inFlight <= 60, () -> report.rows().toString());
        assertEquals(report.received() - inFlight, report.total("source", "shed:rate"));
        assertTrue(before > 0);
    }

    /** A producer that does not come back between its claim and its publication. */
    @Test
    void shouldSayThatItIsNotOfOneMoment()
    {
        final EventRing ring = new EventRing(16, true);
        ring.gate(new Sequence());
        new Publisher(0, ring, () -> 0, ingress, new IngressGate()).offer(1, 1, 1, START_MS, 1);
        final long claimed = ring.tryClaim(1);
        final LedgerSnapshot snapshot = new LedgerSnapshot(config, ring, view, ingress);
        final LedgerReport report = snapshot.take();
        assertFalse(report.isSettled());
        assertEquals(1, report.received());
        assertEquals(0, report.unaccounted());
        assertEquals(List.of("w"), report.rows().stream()
            .filter(row -> row.reason().equals("unaccounted")).map(LedgerRow::name).toList());

        UnsafeApi.putLong(ring.address(claimed), MessageLayout.TICK_HEADER);
        ring.publish(claimed, claimed);
        final LedgerReport whole = snapshot.take();
        assertTrue(whole.isSettled());
        assertEquals(List.of("a", "b", "w"), whole.rows().stream()
            .filter(row -> row.reason().equals("unaccounted")).map(LedgerRow::name).toList());
    }

    @Test
    void shouldShowLimitsOnlyWhereTheyAre()
    {
        final EventRing ring = new EventRing(16, true);
        ring.gate(new Sequence());
        final EngineConfig.Builder limited = config.toBuilder()
            .sources(List.of(config.sources().get(0), SourceConfig.embedded("b").priority(1).build()));
        assertEquals(List.of(), limits(limited.build(), ring));
        assertEquals(
            List.of("a shed:rate 0"),
            limits(limited.overload(OverloadConfig.builder().rate(1).build()).build(), ring));
        assertEquals(
            List.of("a shed:rate-per-device 0", "a kept:sampled 0", "a rate-untracked 0"),
            limits(limited.overload(OverloadConfig.builder()
                .ratePerDevice(1).then(OverloadAction.SAMPLE).build()).build(), ring));
        ingress.recovered(1, OverloadCount.SHED_RATE.code(), 5);
        assertEquals(List.of("b shed:rate 5"), limits(config, ring));
        final LedgerReport report = new LedgerSnapshot(config, ring, view, ingress).take();
        assertEquals(0, report.unaccounted());
        assertEquals(5, report.received());
    }

    @Test
    void shouldCountReadingsInFlightPerSourceAndNoTicks()
    {
        final EventRing ring = new EventRing(16, true);
        ring.gate(new Sequence());
        final Publisher first = new Publisher(0, ring, () -> 0, ingress, new IngressGate());
        final Publisher second = new Publisher(1, ring, () -> 0, ingress, new IngressGate());
        first.offer(1, 1, 1, START_MS, 1);
        final long tick = ring.tryClaim(1);
        UnsafeApi.putLong(ring.address(tick), MessageLayout.TICK_HEADER);
        ring.publish(tick, tick);
        second.offer(2, 1, 1, START_MS, 1);
        second.offer(3, 1, 1, START_MS, 1);

        final LedgerReport report = new LedgerSnapshot(config, ring, view, ingress).take();
        assertEquals(0, report.unaccounted());
        assertEquals(3, report.received());
        assertTrue(report.rows().contains(new LedgerRow("source", "a", "in-flight", 1)));
        assertTrue(report.rows().contains(new LedgerRow("source", "b", "in-flight", 2)));
    }

    @Test
    void shouldShowAReadingThatIsMissing()
    {
        final EventRing ring = new EventRing(16, true);
        ring.gate(new Sequence());
        ingress.recovered(1, 4);
        final LedgerReport report = new LedgerSnapshot(config, ring, view, ingress).take();
        assertEquals(4, report.unaccounted());
        assertTrue(report.rows().contains(new LedgerRow("source", "b", "unaccounted", 4)));
    }

    private List<String> limits(final EngineConfig limited, final EventRing ring)
    {
        return new LedgerSnapshot(limited, ring, view, ingress).take().rows().stream()
            .filter(row -> row.reason().matches("(shed|kept|rate-).*"))
            .map(row -> row.name() + " " + row.reason() + " " + row.count())
            .toList();
    }

    private Thread start(final String name, final Runnable work)
    {
        final Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler((ignored, ex) -> failure.compareAndSet(null, ex));
        thread.start();
        return thread;
    }

    private static void publish(final Publisher publisher)
    {
        int published = 0;
        while (published < READINGS)
        {
            if (publisher.offer(published, published % 50, 1, START_MS + published % 500, 1) > 0)
            {
                published++;
            }
            else
            {
                Thread.yield();
            }
        }
    }

    private static void publishFrames(final Publisher publisher)
    {
        for (int published = 0; published < READINGS; published += 20)
        {
            final UnsafeBuffer frame = frame(published);
            while (publisher.offer(frame, 0, 20) < 0)
            {
                Thread.yield();
            }
        }
    }

    private static UnsafeBuffer frame(final int firstId)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[20 * MessageLayout.SLOT_LENGTH]);
        for (int i = 0; i < 20; i++)
        {
            final int at = i * MessageLayout.SLOT_LENGTH;
            frame.putLong(at, MessageLayout.READING_HEADER);
            frame.putLong(at + MessageLayout.READING_EVENT_ID_OFFSET, firstId + i);
            frame.putLong(at + MessageLayout.READING_DEVICE_ID_OFFSET, (firstId + i) % 50);
            frame.putLong(at + MessageLayout.READING_EVENT_TIME_OFFSET, START_MS + firstId % 500);
        }
        return frame;
    }

    private static void processAll(
        final OperatorStage stage, final ResultsRing results, final EventRing ring, final List<Thread> producers)
    {
        while (producers.stream().anyMatch(Thread::isAlive) || stage.sequence().get() < ring.cursor())
        {
            if (stage.doWork() == 0)
            {
                Thread.yield();
            }
            results.release(results.available());
        }
    }

    private static void process(final OperatorStage stage, final ResultsRing results, final long count)
    {
        while (stage.sequence().get() < count - 1)
        {
            if (stage.doWork() == 0)
            {
                Thread.yield();
            }
            results.release(results.available());
        }
    }
}
