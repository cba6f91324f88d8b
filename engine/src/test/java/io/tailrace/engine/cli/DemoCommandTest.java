package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DemoCommandTest
{
    private static final int START_S = 1_400_000_000;

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldPassOnTheSimulatedPlant()
    {
        final int exitCode = execute("--seed", "42", "--events", "60000");
        final String report = out.toString();
        assertEquals(0, exitCode, report + err);
        assertTrue(report.endsWith("PASS\n"), report);
        assertEquals(10, report.lines().filter(line -> line.startsWith("  PASS  ")).count(), report);
        assertFalse(report.contains("FAIL"), report);
        assertEquals(6, report.lines().filter(line -> line.endsWith("unaccounted 0") ||
            line.contains("unaccounted 0 ")).count(), report);
        assertTrue(report.lines().count() <= 70, report);
        assertEquals("", err.toString());
        final String path = report.lines().filter(line -> line.startsWith("  data      ")).findFirst().orElseThrow();
        assertFalse(Files.exists(Path.of(path.substring(12, path.indexOf(',')))), path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"at-least-once", "in-memory"})
    void shouldPassInEveryMode(final String mode)
    {
        final int exitCode = execute("--seed", "42", "--events", "60000", "--mode", mode);
        assertEquals(0, exitCode, out.toString() + err);
        assertTrue(out.toString().endsWith("PASS\n"), out.toString());
    }

    @Test
    void shouldPlayAFileWithNames() throws Exception
    {
        final StringBuilder csv = new StringBuilder("event_id,device_id,metric,event_time_ms,value\n");
        for (int i = 0; i < 600; i++)
        {
            csv.append(String.format("e%d,boiler %d,pressure,%d000,%d.5%n", i, i % 2, START_S + i, i));
        }
        csv.append("e600,boiler 0,pressure,yesterday,1\n");
        csv.append("e601,boiler 0,pressure,1400000000000,much\n");
        csv.append("e602,boiler 0,pressure\n");
        final Path file = Files.writeString(dir.resolve("boilers.csv"), csv);

        final int exitCode = execute("--data", file.toString(), "--data-dir", dir.resolve("data").toString());
        final String report = out.toString();
        assertEquals(0, exitCode, report + err);
        assertTrue(report.contains("boiler 0     pressure"), report);
        assertTrue(report.contains("  windows   1m by device and metric"), report);
        assertTrue(report.contains("median distance of 2s"), report);
        assertTrue(report.contains("received 603 = accepted 600 rejected 3 in-flight 0 unaccounted 0"), report);
        assertTrue(report.contains("columns                   1"), report);
        assertTrue(report.contains("event-time                1"), report);
        assertTrue(report.contains("value                     1"), report);
        assertTrue(report.endsWith("PASS\n"), report);
        assertTrue(Files.isDirectory(dir.resolve("data")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "event_id,device_id,metric,event_time_ms\\n | :1: no column value, expected event_id,device_id,metric",
        "event_id,device_id,metric,event_time_ms,valeu\\n | :1: unknown column \"valeu\", expected event_id",
        "event_id,device_id,metric,event_time_ms,value\\n1,2,3,4,\"5\\n | :2: a quote that is not closed",
        "event_id,device_id,metric,event_time_ms,value\\n | the end without a reading, expected at least one",
        "event_id,device_id,metric,event_time_ms,value\\n1,2,3,four,5\\n | the end without a reading",
        "'' | :1: ",
    })
    void shouldRefuseABrokenFile(final String csv, final String message) throws IOException
    {
        final Path file = Files.writeString(dir.resolve("broken.csv"), csv.replace("\\n", "\n"));
        assertEquals(2, execute("--data", file.toString()), out.toString());
        assertTrue(err.toString().startsWith("demo: " + file), err.toString());
        assertTrue(err.toString().contains(message), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void shouldRefuseBadArguments()
    {
        assertEquals(2, execute("--data", dir.resolve("none.csv").toString()));
        assertTrue(err.toString().contains("none.csv: no such file, expected"), err.toString());
        assertEquals(2, execute("--data", "x.csv", "--seed", "1"));
        assertEquals(2, execute("--data", "x.csv", "--rate", "0"));
        assertEquals(2, execute("--events", "0"));
        assertEquals(2, execute("--mode", "twice"));
        assertEquals(2, execute("--events", "many"));
        assertEquals(2, execute("--data-dir", dir.getParent().toString(), "--events", "10", "--rate", "-1"));
    }

    private int execute(final String... arguments)
    {
        return new CommandLine(new DemoCommand())
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    }
}
