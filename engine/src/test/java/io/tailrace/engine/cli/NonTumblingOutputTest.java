package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.Engine;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.ingress.Publisher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What {@code tail} and {@code inspect} print of sessions that grow together after they have fired, and of days that
 * are no 24 hours long.
 */
class NonTumblingOutputTest
{
    /** 2023-03-26T00:30+01:00 in Berlin, a day of 23 hours. */
    private static final long START_MS = 1_679_787_000_000L;

    @TempDir
    private Path dir;

    private Path config;

    @BeforeEach
    void run() throws IOException
    {
        config = dir.resolve("a.yaml");
        Files.writeString(config, """
            data-dir: "%s"
            sources: [{name: app, embedded: true}]
            event-time: {watermark: device, reference-clock: none}
            windows:
              - {name: trips, type: session, gap: 5s, key: device, allowed-lateness: 1h}
              - {name: days, type: calendar, every: day, zone: Europe/Berlin, key: device+metric}
            """.formatted(dir.resolve("data")));
        try (Engine engine = Engine.launch(new Engine.Context().config(ConfigFile.read(config).config())))
        {
            final Publisher publisher = engine.publisher("app");
            assertEquals(1, publisher.offer(1, 7, 1, START_MS, 1));
            assertEquals(1, publisher.offer(2, 7, 1, START_MS + 20_000, 2));
            // Touches the session that has fired.
            assertEquals(1, publisher.offer(3, 7, 1, START_MS + 4_000, 4));
            // The next day closes the other session and the day.
            assertEquals(1, publisher.offer(4, 7, 1, START_MS + TimeUnit.DAYS.toMillis(1), 8));
            assertTrue(engine.awaitDrained(TimeUnit.SECONDS.toNanos(20)));
        }
    }

    @Test
    void shouldPrintRetractedSessionsAndCalendarDaysAsCsv()
    {
        // Sequence, kind and operator, then what follows the device and the metric, up to the timing.
        final List<String> rows = tail("csv").lines().skip(1)
            .map(row -> row.substring(0, row.indexOf(",,,,")))
            .toList();
        assertEquals(List.of(
            "0,window,trips,7,,1679787000000,1679787005000,1,1.0,1.0,1.0,1.0,1.0,1.0,0.0,0,ON_TIME",
            "1,window,trips,7,,1679787000000,1679787005000,1,1.0,1.0,1.0,1.0,1.0,1.0,0.0,1,RETRACTED",
            "2,window,trips,7,,1679787000000,1679787009000,2,5.0,1.0,4.0,1.0,4.0,2.5,1.5,0,LATE",
            "3,window,trips,7,,1679787020000,1679787025000,1,2.0,2.0,2.0,2.0,2.0,2.0,0.0,0,ON_TIME",
            "4,window,days,7,1,1679785200000,1679868000000,3,7.0,1.0,4.0,1.0,2.0,2.3333333333333335," +
            "1.247219128924647,0,ON_TIME"), rows);
    }

    @Test
    void shouldPrintRetractedSessionsAndCalendarDaysAsJson()
    {
        final List<String> lines = tail("json").lines().toList();
        assertEquals(5, lines.size());
        assertTrue(lines.get(1).startsWith("{\"sequence\":1,\"kind\":\"window\",\"operator\":\"trips\"," +
            "\"device_id\":\"7\",\"metric\":null,\"window_start_ms\":1679787000000,\"window_end_ms\":1679787005000," +
            "\"count\":1,"), lines.get(1));
        assertTrue(lines.get(1).contains("\"revision\":1,\"timing\":\"RETRACTED\","), lines.get(1));
        assertTrue(lines.get(2).contains("\"window_end_ms\":1679787009000,\"count\":2,"), lines.get(2));
        assertTrue(lines.get(2).contains("\"revision\":0,\"timing\":\"LATE\","), lines.get(2));
        assertTrue(lines.get(4).contains(
            "\"window_start_ms\":1679785200000,\"window_end_ms\":1679868000000,\"count\":3,"), lines.get(4));
    }

    @Test
    void shouldListRetractedSessionsAndCalendarDays()
    {
        final CommandLineFixture result =
            CommandLineFixture.execute("inspect", dir.resolve("data").toString(), "--results");
        assertEquals(0, result.exitCode(), result.err());
        final List<String> lines = result.out().lines().toList();
        assertEquals(5, lines.size(), result.out());
        assertTrue(lines.get(1).endsWith(
            " start=2023-03-25T23:30:00Z end=2023-03-25T23:30:05Z count=1 sum=1.0 revision=1 timing=2"), lines.get(1));
        assertTrue(lines.get(4).contains(
            " start=2023-03-25T23:00:00Z end=2023-03-26T22:00:00Z count=3 sum=7.0 revision=0 timing=0"), lines.get(4));
    }

    private String tail(final String format)
    {
        final CommandLineFixture result =
            CommandLineFixture.execute("tail", config.toString(), "--no-follow", "--format", format);
        assertEquals(0, result.exitCode(), result.err());
        return result.out();
    }
}
