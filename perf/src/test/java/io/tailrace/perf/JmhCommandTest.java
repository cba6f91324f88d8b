package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;

import io.tailrace.perf.report.SavedRun;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The command jmh in this JVM, with one benchmark and no fork; all of them run in {@code BenchmarksTest}. */
class JmhCommandTest
{
    private static final String[] SHORT = {"--", "-f", "0", "-w", "10ms", "-r", "10ms"};

    @TempDir
    private Path temp;
    private final StringWriter text = new StringWriter();
    private final StringWriter errors = new StringWriter();

    /** Nothing is measured here that another run on this machine could disturb. */
    @BeforeAll
    static void ignoreTheLockOfOtherRuns()
    {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void shouldPrintATableAndSaveTheRun() throws IOException
    {
        final Path out = temp.resolve("out");
        assertEquals(0, execute(
            "jmh", "Codec.*Offsets", "--quick", "--profiler", "gc", "--seed", "7", "--out", out.toString(),
            "--", "-f", "0"), text::toString);
        final List<String> figures = text.toString().lines().filter(line -> line.contains("ns/op")).toList();
        assertEquals(2, figures.size(), text::toString);
        assertTrue(figures.get(0).matches("CodecBenchmark\\.decodeByOffsets +[0-9.]+ \u00b1 +\\? ns/op +[0-9.]+ B/op"),
            figures::toString);

        final SavedRun run = SavedRun.read(out);
        assertTrue(run.isPass());
        assertEquals("jmh", run.command());
        assertEquals("7", run.text("workload", "seed"));
        assertEquals("1.37", run.text("workload", "jmh"));
        final JsonNode rows = run.manifest().get("benchmarks");
        assertEquals(2, rows.size());
        assertEquals("CodecBenchmark.encodeByOffsets", rows.get(1).get("name").asString());
        assertTrue(rows.get(1).get("score").asDouble() > 0);
        assertTrue(rows.get(1).get("allocated-bytes-per-op").isNumber());
        assertTrue(rows.get(1).get("error").isNull());
        final JsonNode json = new JsonMapper().readTree(Files.readString(out.resolve("jmh.json")));
        assertEquals("io.tailrace.perf.jmh.CodecBenchmark.decodeByOffsets", json.get(0).get("benchmark").asString());
        assertEquals("7", json.get(0).get("params").get("seed").asString());
        assertTrue(Files.exists(out.resolve("control.hlog")));
    }

    @Test
    void shouldTakeOptionsOfJmhWithoutAPattern() throws IOException
    {
        final Path out = temp.resolve("out");
        assertEquals(0, execute("jmh", "--out", out.toString(), "--", "-f", "0", "-wi", "0", "-i", "2", "-r", "10ms",
            "-p", "step=3", "-p", "devices=10", "-p", "seed=5", "-bm", "thrpt", "newBySequence"), text::toString);
        final JsonNode row = SavedRun.read(out).manifest().get("benchmarks").get(0);
        assertEquals("DedupBenchmark.newBySequence devices=10 step=3", row.get("name").asString());
        assertEquals("thrpt", row.get("mode").asString());
        assertEquals("ops/ns", row.get("unit").asString());
        final JsonNode json = new JsonMapper().readTree(Files.readString(out.resolve("jmh.json")));
        assertEquals("5", json.get(0).get("params").get("seed").asString());
    }

    @Test
    void shouldFailIfABenchmarkDoes() throws IOException
    {
        final Path out = temp.resolve("out");
        assertEquals(1, execute("jmh", "updatePane|printMean", "--out", out.toString(),
            "--", "-f", "0", "-wi", "0", "-i", "1", "-r", "10ms", "-p", "keys=-1"), text::toString);
        assertTrue(text.toString().contains("StateBenchmark.updatePane keys=-1: no result"), text::toString);
        assertTrue(text.toString().contains("TextBenchmark.printMean   "), text::toString);
        assertFalse(SavedRun.read(out).isPass());
        assertTrue(Files.exists(out.resolve("jmh.json.FAIL")));
    }

    @Test
    void shouldFailWithTheOutputOfJmhToo()
    {
        assertEquals(1, execute("jmh", "updatePane",
            "--", "-v", "SILENT", "-f", "0", "-wi", "0", "-i", "1", "-r", "10ms", "-p", "keys=-1"), text::toString);
        assertTrue(text.toString().contains("FAIL: JMH: "), text::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "noSuchBenchmark|expected a pattern that some of these match: CodecBenchmark.",
        "a[|expected a regular expression",
        "a b|expected one pattern, found [a, b]",
        "--profiler nothing|expected a profiler that JMH has here",
        "-- --nothing|expected options of JMH behind --: ",
        "-- -f many|expected options of JMH behind --: ",
        "-- -l|expected options of a run behind --",
        "--nothing|Unknown option: '--nothing'"})
    void shouldRefuseArgumentsInALine(final String arguments, final String message)
    {
        assertEquals(2, execute(("jmh " + arguments).split(" ")), errors::toString);
        assertEquals(1, errors.toString().lines().count(), errors::toString);
        assertTrue(errors.toString().startsWith("tailrace-perf jmh: "), errors::toString);
        assertTrue(errors.toString().contains(message), errors::toString);
        assertEquals("", text.toString());
    }

    @Test
    void shouldRefuseADirectoryWithARun()
    {
        final Path out = temp.resolve("out");
        final String[] arguments = concat(new String[]{"jmh", "decodeByOffsets", "--out", out.toString()}, SHORT);
        assertEquals(0, execute(arguments), text::toString);
        assertEquals(2, execute(arguments));
        assertTrue(errors.toString().contains("holds a run already"), errors::toString);
    }

    @Test
    void shouldRunShortlyIfQuickAndAsJmhIsToldElse()
    {
        final JmhOptions quick = new JmhOptions(null, true, null, 1, List.of());
        assertEquals(1, quick.forks());
        assertEquals("1 x 200 ms", quick.measurement());
        final JmhOptions thorough = new JmhOptions(null, false, null, 1, List.of());
        assertEquals(2, thorough.forks());
        assertEquals("3 x 1 s", thorough.warmup());
        assertEquals("5 x 1 s", thorough.measurement());
        final JmhOptions own =
            new JmhOptions(null, true, null, 1, List.of("-f", "3", "-i", "4", "-jvmArgsAppend", "-Xmx1g"));
        assertEquals(3, own.forks());
        assertEquals("4 x 200 ms", own.measurement());
        assertTrue(own.options().getJvmArgsAppend().get().containsAll(
            List.of("-Xmx1g", "-Dchronicle.analytics.disable=true")));
        assertThrows(IllegalArgumentException.class, () -> new JmhOptions("nothing", true, null, 1, List.of()));
    }

    @Test
    void shouldOpenInForksWhatTheManifestOpens()
    {
        final Attributes manifest = new Attributes();
        manifest.putValue("Add-Opens", "java.base/java.lang  java.base/sun.nio.ch");
        manifest.putValue("Add-Exports", "java.base/jdk.internal.misc");
        manifest.putValue("Enable-Native-Access", "ALL-UNNAMED");
        assertEquals(List.of(
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "-Dchronicle.analytics.disable=true"), ForkFlags.of(manifest));
    }

    private int execute(final String... arguments)
    {
        final CommandLine commandLine = PerfCommand.commandLine();
        commandLine.setOut(new PrintWriter(text, true));
        commandLine.setErr(new PrintWriter(errors, true));
        return commandLine.execute(arguments);
    }

    private static String[] concat(final String[] first, final String[] second)
    {
        final String[] all = new String[first.length + second.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
