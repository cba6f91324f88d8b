package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** All commands with the real engine, small. That the answer is right is asserted; how fast it came is not. */
class PerfSmokeTest
{
    @TempDir
    private Path temp;
    private final StringWriter text = new StringWriter();

    @Test
    void shouldMeasureThroughputAndCheckTheAnswer() throws IOException
    {
        final Path out = temp.resolve("out");
        assertEquals(0, execute("throughput", "--pairs", "1", "--seconds", "1", "--warmup", "0",
            "--max-events", "100000", "--seed", "3", "--dir", dataDir(), "--out", out.toString()), text::toString);
        assertTrue(text.toString().contains("dedup by sequence (the engine has none yet)"), text::toString);
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        assertEquals("PASS", manifest.get("status").asString());
        final JsonNode pair = manifest.get("pairs").get(0);
        assertTrue(pair.get("events").asLong() > 0 && pair.get("events").asLong() <= 100_000);
        for (final String time : List.of("tailrace-ns", "raw-ns", "plain-ns"))
        {
            assertTrue(pair.get(time).asLong() > 0, time);
        }
        requireNothingLeft();
    }

    @Test
    void shouldMeasureLatencyAndSaveTheRun() throws IOException
    {
        final Path out = temp.resolve("out");
        final int exitCode = execute("latency", "--rate", "2000", "--seconds", "1", "--warmup", "1",
            "--window", "100", "--devices", "10", "--dir", dataDir(), "--out", out.toString());
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        final JsonNode figures = manifest.get("figures-ns");
        assertEquals(4_000, figures.get("published").asLong());
        assertEquals(2_000, figures.get("publisher-lateness").get("samples").asLong());
        // Ten windows, with ten devices each, whose closing events are due in the measured second.
        assertEquals(100, figures.get("result").get("samples").asLong(), 10);
        assertTrue(figures.get("control").get("samples").asLong() > 0);
        // A busy machine may well miss the rate, and then the run must say so; nothing else may be wrong.
        final String suffix = exitCode == 0 ? "" : ".FAIL";
        assertEquals(exitCode == 0 ? "PASS" : "FAIL", manifest.get("status").asString());
        manifest.get("failures").forEach(
            failure -> assertTrue(failure.asString().startsWith("missed its rate"), failure::asString));
        for (final String name : List.of("latency.hlog", "latency.hgrm", "control.hgrm"))
        {
            assertTrue(Files.size(out.resolve(name + suffix)) > 0, name);
        }
        requireNothingLeft();
    }

    @Test
    void shouldMeasureEachTypeOfWindow() throws IOException
    {
        final Path out = temp.resolve("out");
        assertEquals(0, execute("windows", "--rounds", "2", "--warmup", "1", "--out", out.toString()), text::toString);
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        assertEquals("PASS", manifest.get("status").asString());
        for (final String type : List.of("tumbling 1s", "sliding 60s/1s", "session 50ms", "calendar hour"))
        {
            assertTrue(manifest.get("figures").has(type), type);
            assertTrue(manifest.get("figures").has(type + ", by device"), type);
        }
    }

    @Test
    void shouldFailAndSayWhereThereIsNoRoom() throws IOException
    {
        final int exitCode = execute("latency", "--rate", "100000000", "--seconds", "3600", "--dir", dataDir());
        assertEquals(1, exitCode);
        assertTrue(text.toString().contains("bytes free, expected at least"), text::toString);
        requireNothingLeft();
    }

    @Test
    void shouldRefuseBadArguments()
    {
        assertEquals(2, execute("throughput", "--pairs", "0"));
        assertEquals(2, execute("latency", "--rate", "0"));
        assertEquals(2, execute("latency", "--layout", "none"));
        assertEquals(2, execute("latenzy"));
    }

    private int execute(final String... args)
    {
        final PrintWriter writer = new PrintWriter(text, true);
        final CommandLine commandLine = PerfCommand.commandLine();
        commandLine.setOut(writer).setErr(writer);
        return commandLine.execute(args);
    }

    private String dataDir()
    {
        return temp.resolve("data").toString();
    }

    private void requireNothingLeft() throws IOException
    {
        try (Stream<Path> left = Files.list(temp.resolve("data")))
        {
            assertEquals(List.of(), left.toList());
        }
    }
}
