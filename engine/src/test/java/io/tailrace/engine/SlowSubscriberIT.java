package io.tailrace.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.aeron.Aeron;
import io.aeron.AeronCounters;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.process.EngineProcess;
import io.tailrace.engine.process.EvidenceDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.tailrace.engine.ResultPerReading.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Two subscribers in processes of their own are stopped, many terms of results long, until the engine has taken them
 * for dead. It goes on and holds nothing for them. One is continued: it goes on by itself, each result once. The other
 * is killed: a new one goes on where it was.
 */
class SlowSubscriberIT
{
    private static final long STANDSTILL_NS = TimeUnit.SECONDS.toNanos(4);
    private static final int READINGS = 20_000;

    @RegisterExtension
    private final EvidenceDirectory evidence = new EvidenceDirectory();

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Test
    void shouldGoOnAfterItWasTakenForDeadAndAfterItsDeath() throws IOException
    {
        final Path yaml = evidence.dir().resolve("engine.yaml");
        Files.writeString(yaml, """
            data-dir: "%s"
            limits: {devices: 100, keys: 100, ring-slots: 1024}
            sources: [{name: app, embedded: true}]
            event-time: {watermark: global, out-of-orderness: 0s, idle-after: 1h, reference-clock: none}
            windows: [{name: w, type: tumbling, size: 1s, key: device}]
            """.formatted(evidence.dir().resolve("data")));
        final EngineConfig config = ConfigFile.read(yaml).config();
        final EngineProcess continued;
        final EngineProcess next;
        try (Engine engine = Engine.launch(new Engine.Context()
            .config(config)
            .errorHandler(errors::add)
            .archive(archive -> ResultPerReading.shortTerms(archive).withStandstillNs(STANDSTILL_NS)));
            Aeron looker = Aeron.connect(new Aeron.Context().aeronDirectoryName(engine.aeronDirectoryName())))
        {
            final int clients = clients(looker);
            final long buffered = ResultPerReading.bufferedLength(engine);
            ResultPerReading.publish(engine, 0, 11);
            continued = tail(yaml, "continued", 0);
            final EngineProcess killed = tail(yaml, "killed", 0);
            awaitResult(continued, 9);
            awaitResult(killed, 9);

            continued.signal("STOP");
            killed.signal("STOP");
            final long followed = ResultPerReading.bufferedLength(engine);
            ResultPerReading.publish(engine, 11, READINGS);
            assertTrue(ResultPerReading.bufferedLength(engine) <= followed, "it holds more for who does not read");
            killed.kill();
            await("nothing is held for them", () ->
                clients(looker) == clients && ResultPerReading.bufferedLength(engine) == buffered);
            ResultPerReading.publish(engine, READINGS + 11, 10);
            ResultPerReading.assertLossless(engine, READINGS + 21);

            continued.signal("CONT");
            final long reached = sequences(killed).max().orElseThrow() + 1;
            next = tail(yaml, "next", reached);
            awaitResult(continued, READINGS + 19);
            awaitResult(next, READINGS + 19);
            ResultPerReading.publish(engine, READINGS + 21, 10);
            awaitResult(continued, READINGS + 29);
            assertSequences(killed, 0, reached);
            assertSequences(next, reached, READINGS + 30);
            assertEquals(List.of(), errors);
        }
        assertEquals(0, continued.exitCode(), continued::err);
        assertEquals(0, next.exitCode(), next::err);
        assertSequences(continued, 0, READINGS + 30);
        assertEquals(1, continued.err().lines().filter(line -> line.contains(
            "the connection to the engine was lost; goes on with result ")).count(), continued::err);
        assertEquals(1, continued.err().lines().count(), continued::err);
        assertEquals("", next.err());
    }

    private EngineProcess tail(final Path yaml, final String name, final long from)
    {
        return EngineProcess.start(evidence.dir(), name, "tail", yaml.toString(), "--from", Long.toString(from));
    }

    private static void awaitResult(final EngineProcess tail, final long sequence)
    {
        tail.await("result " + sequence, () -> tail.out().contains("\n" + sequence + ",window,"));
    }

    /** Of whole lines: a process that was killed may have left a piece of one. */
    private static LongStream sequences(final EngineProcess tail)
    {
        final String out = tail.out();
        return out.substring(0, out.lastIndexOf('\n') + 1).lines().skip(1)
            .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf(','))));
    }

    private static void assertSequences(final EngineProcess tail, final long from, final long to)
    {
        final long[] found = sequences(tail).toArray();
        for (int i = 0; i < Math.min(found.length, to - from); i++)
        {
            assertEquals(from + i, found[i]);
        }
        assertEquals(to - from, found.length);
    }

    /** Clients of the media driver. */
    private static int clients(final Aeron looker)
    {
        final int[] count = new int[1];
        looker.countersReader().forEach((counterId, typeId, keyBuffer, label) ->
            count[0] += typeId == AeronCounters.DRIVER_HEARTBEAT_TYPE_ID ? 1 : 0);
        return count[0];
    }
}
