package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.tailrace.engine.Engine;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.ingress.Publisher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

/**
 * An engine in the test's process, with a configuration file for the commands. Windows of one second by device and
 * metric; reading {@code i} closes window {@code i - 1} with the value {@code i - 1}.
 */
final class TestEngine
{
    static final long START_MS = 1_700_000_000_000L;

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Path dataDir;
    private final Path configFile;

    TestEngine(final Path dir)
    {
        this(dir, "");
    }

    TestEngine(final Path dir, final String sources)
    {
        dataDir = dir.resolve("data");
        configFile = dir.resolve("plant.yaml");
        write("1s", sources);
    }

    void write(final String windowSize, final String sources)
    {
        try
        {
            Files.writeString(configFile, """
                data-dir: %s
                limits: {devices: 100, keys: 100, ring-slots: 1024}
                metrics: {temperature: 1}
                sources:
                  - {name: app, embedded: true}
                %s
                event-time: {watermark: global, out-of-orderness: 0s, reference-clock: none}
                windows:
                  - {name: second, type: tumbling, size: %s, key: device+metric}
                """.formatted(dataDir, sources, windowSize));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    Path dataDir()
    {
        return dataDir;
    }

    Path configFile()
    {
        return configFile;
    }

    Engine launch()
    {
        return launch(false);
    }

    Engine launch(final boolean isNewEpoch)
    {
        return Engine.launch(
            new Engine.Context().config(ConfigFile.read(configFile).config()).newEpoch(isNewEpoch));
    }

    /** Publishes readings, and waits until their results are in the log. */
    static void publish(final Engine engine, final int first, final int count)
    {
        final Publisher publisher = engine.publisher("app");
        for (int i = first; i < first + count; i++)
        {
            offer(publisher, i, START_MS + i * 1000L, i);
        }
        assertTrue(engine.awaitDrained(DEADLINE_NS));
    }

    static void offer(final Publisher publisher, final long eventId, final long timeMs, final double value)
    {
        await(() -> 1 == publisher.offer(eventId, 7, 1, timeMs, value), "the ring takes a reading");
    }

    static void await(final BooleanSupplier condition, final String what)
    {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean())
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                fail("timed out: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
    }

    static void assertReceived(final Engine engine, final long readings)
    {
        await(() -> engine.ledger().received() >= readings, "the engine has received " + readings);
        assertTrue(engine.awaitDrained(DEADLINE_NS));
        assertEquals(readings, engine.ledger().received());
        assertEquals(0, engine.ledger().unaccounted());
    }
}
