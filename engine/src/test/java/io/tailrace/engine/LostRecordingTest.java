package io.tailrace.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.aeron.archive.client.AeronArchive;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.stage.RecordingLostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Somebody stops a recording of a running engine: it halts as a whole, says why, lets nobody wait, closes, and goes on
 * at the next start with the same results.
 */
@Timeout(60)
class LostRecordingTest
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_MS = 1_700_000_000_000L;
    private static final List<String> ROLES = List.of("ingress", "journal", "window", "egress");

    @TempDir
    Path dataDir;

    @Test
    void shouldHaltWhenTheJournalIsLost()
    {
        shouldHaltAndRecover(Layout.COMPACT, Engine.JOURNAL, "journal lost: archive stopped recording journal at ");
    }

    @Test
    void shouldHaltWhenTheResultsLogIsLost()
    {
        shouldHaltAndRecover(
            Layout.BALANCED, Engine.RESULTS, "results log lost: archive stopped recording results at ");
    }

    private void shouldHaltAndRecover(final Layout layout, final String recording, final String expected)
    {
        final List<Throwable> told = new CopyOnWriteArrayList<>();
        try (Engine engine = Engine.launch(new Engine.Context().config(config(layout)).errorHandler(told::add)))
        {
            final Publisher publisher = engine.publisher("app");
            publish(publisher, 0, 20);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            assertFalse(runningRoles().isEmpty());
            stopRecording(engine, recording);

            // A publisher that goes on learns it, also if it would wait for room as long as there is none.
            final long[] next = {20};
            await("the publisher to be told", () -> publish(publisher, next) == Publisher.CLOSED);
            assertInstanceOf(RecordingLostException.class, engine.failure());
            assertTrue(engine.failure().getMessage().startsWith(expected), engine.failure().getMessage());
            await("the error handler to be told", () -> told.contains(engine.failure()));
            await("all agents to end", () -> runningRoles().isEmpty());
            assertFalse(engine.awaitDrained(SECOND_NS));
        }

        try (Engine engine = Engine.launch(new Engine.Context().config(config(layout)).replayWholeJournal(true)))
        {
            assertTrue(engine.recovery().comparedResults() >= 19);
            publish(engine.publisher("app"), 5000, 5010);
            assertTrue(engine.awaitDrained(10 * SECOND_NS));
            assertNull(engine.failure());
            assertEquals(0, engine.ledger().unaccounted());
        }
    }

    private void stopRecording(final Engine engine, final String name)
    {
        final AeronArchive.Context context = new AeronArchive.Context()
            .aeronDirectoryName(engine.aeronDirectoryName())
            .controlRequestChannel("aeron:ipc")
            .controlResponseChannel("aeron:ipc");
        try (AeronArchive client = AeronArchive.connect(context))
        {
            assertTrue(client.tryStopRecordingByIdentity(RecordingDescriptor.load(dataDir, name).recordingId()));
        }
    }

    private static List<String> runningRoles()
    {
        return Thread.getAllStackTraces().keySet().stream()
            .filter(Thread::isAlive)
            .map(Thread::getName)
            .filter(name -> ROLES.stream().anyMatch(name.replaceAll("[\\[\\] ]", "").concat(",")::startsWith))
            .toList();
    }

    private static int publish(final Publisher publisher, final long[] next)
    {
        final int code = publisher.offer(next[0], 7, 1, START_MS + next[0] * 1000, 1.0);
        next[0] += Math.max(0, code);
        return code;
    }

    private static void publish(final Publisher publisher, final long first, final long end)
    {
        final long[] next = {first};
        await("room on the ring", () ->
        {
            assertTrue(publish(publisher, next) != Publisher.CLOSED);
            return next[0] == end;
        });
    }

    private static void await(final String what, final BooleanSupplier condition)
    {
        final long deadlineNs = System.nanoTime() + 20 * SECOND_NS;
        while (!condition.getAsBoolean())
        {
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "waited in vain for " + what);
            LockSupport.parkNanos(10_000);
        }
    }

    private EngineConfig config(final Layout layout)
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .layout(layout)
            .limits(LimitsConfig.builder().devices(100).keys(100).ringSlots(1024).resultSlots(64).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder().referenceClock(ReferenceClock.NONE).outOfOrdernessNs(0).build())
            .window(WindowConfig.tumbling("w", SECOND_NS).build())
            .build();
    }
}
