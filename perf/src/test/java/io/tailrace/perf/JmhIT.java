package io.tailrace.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.tailrace.perf.report.SavedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code java -jar target/tailrace-perf.jar jmh}, as a user runs it: with JVMs that no manifest opens anything for. */
class JmhIT
{
    private static final Path JAR = Path.of("target", "tailrace-perf.jar").toAbsolutePath();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path dir;

    @Test
    void shouldRunInJvmsOfTheirOwnAndLeaveNothing() throws IOException, InterruptedException
    {
        final Path out = dir.resolve("out");
        final String text = jmh(0, "seenBySequence|frameOf20$", "--quick", "--profiler", "gc", "--out", out.toString(),
            "--", "-w", "50ms", "-r", "50ms", "-p", "step=1");

        final SavedRun run = SavedRun.read(out);
        assertTrue(run.isPass(), text);
        final JsonNode rows = run.manifest().get("benchmarks");
        assertEquals(2, rows.size(), text);
        for (final JsonNode row : rows)
        {
            assertTrue(row.get("score").asDouble() > 0, text);
            assertTrue(row.get("allocated-bytes-per-op").isNumber(), text);
            assertTrue(text.lines().anyMatch(line ->
                line.startsWith(row.get("name").asString() + " ") && line.contains("ns/op")), text);
        }
        for (final JsonNode result : new JsonMapper().readTree(Files.readString(out.resolve("jmh.json"))))
        {
            assertEquals(1, result.get("forks").asInt(), text);
            final List<String> flags = new ArrayList<>();
            result.get("jvmArgs").forEach(flag -> flags.add(flag.asString()));
            assertTrue(flags.contains("--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED"), flags::toString);
            assertTrue(flags.contains("--add-opens=java.base/java.util.zip=ALL-UNNAMED"), flags::toString);
        }
        try (Stream<Path> left = Files.list(dir.resolve("tmp")))
        {
            assertEquals(List.of(), left.filter(Files::isDirectory)
                .map(path -> path.getFileName().toString())
                .filter(name -> name.startsWith("tailrace-"))
                .toList());
        }
    }

    @Test
    void shouldRefuseWhatMatchesNothing() throws IOException, InterruptedException
    {
        assertEquals(1, jmh(2, "noSuchBenchmark").lines().count());
    }

    /** The lock by which JMH keeps runs apart lies in the temporary directory, which so is one of this test's own. */
    private String jmh(final int exitCode, final String... arguments) throws IOException, InterruptedException
    {
        final List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.io.tmpdir=" + Files.createDirectories(dir.resolve("tmp")),
            "-jar",
            JAR.toString(),
            "jmh"));
        command.addAll(List.of(arguments));
        final Path output = dir.resolve("output.txt");
        final Process process = new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
        try
        {
            final int found = process.waitFor();
            final String text = Files.readString(output, StandardCharsets.UTF_8);
            assertEquals(exitCode, found, text);
            return text;
        }
        finally
        {
            process.destroy();
        }
    }
}
