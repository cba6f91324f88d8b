package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.tailrace.engine.config.Layout;
import io.tailrace.perf.report.Bar;
import io.tailrace.perf.report.Comparison;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.RunDirectory;
import io.tailrace.perf.report.RunManifest;
import io.tailrace.perf.report.SampleRuns;
import io.tailrace.perf.report.SavedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The commands that work on run directories: report, compare, all. */
class RunCommandsTest
{
    @TempDir
    private Path temp;
    private final StringWriter text = new StringWriter();

    @Test
    void shouldDrawARunThatFailedAndOneThatPassed() throws IOException
    {
        SampleRuns.passed(temp.resolve("runs/a"), 1, 10);
        SampleRuns.failed(temp.resolve("runs/b"));
        final Path html = temp.resolve("pages/report.html");
        assertEquals(0, execute("report", temp.resolve("runs").toString(), "--html", html.toString()));
        assertTrue(text.toString().contains("2 runs, 1 failed"), text::toString);
        assertTrue(Files.readString(html).contains("missed its rate: 1 of 2"));
    }

    @Test
    void shouldRefuseToReportWhatIsNoRun()
    {
        assertEquals(2, execute("report", temp.toString(), "--html", temp.resolve("x.html").toString()));
        assertEquals(2, execute("report", temp.toString()));
        assertEquals(2, execute("report", "--html", "x"));
        assertFalse(Files.exists(temp.resolve("x.html")));
    }

    @Test
    void shouldCompareAndSayByItsExitCodeWhetherItCould()
    {
        final String a = SampleRuns.passed(temp.resolve("a"), 1, 10).toString();
        final String b = SampleRuns.passed(temp.resolve("b"), 2, 20).toString();
        final String failed = SampleRuns.failed(temp.resolve("failed")).toString();
        assertEquals(0, execute("compare", a, b));
        assertTrue(text.toString().contains("WARNING: workload seed: 1 -> 2"), text::toString);
        assertEquals(1, execute("compare", a, failed));
        assertEquals(2, execute("compare", a));
        assertEquals(2, execute("compare", a, temp.toString()));
    }

    @Test
    void shouldRunAllAndDrawThem() throws IOException
    {
        final List<List<String>> asked = new ArrayList<>();
        assertEquals(0, all(arguments ->
        {
            asked.add(arguments);
            return pass(arguments);
        }), text::toString);
        assertEquals(
            List.of("throughput", "latency", "latency", "latency", "latency", "latency", "windows", "checkpoint",
                "recovery", "scale", "modes", "storm", "overload"),
            asked.stream().map(arguments -> arguments.get(0)).toList());
        assertEquals("200000", valueOf(asked.get(1), "--rate"));
        assertEquals("0", valueOf(asked.get(2), "--rate"), "half of what its job takes");
        assertEquals("60", valueOf(asked.get(2), "--seconds"), "the bar on collections is of so many");
        assertEquals("300000", valueOf(asked.get(11), "--backlog-rate"));
        assertEquals("", valueOf(asked.get(11), "--critical-rate"), "one in a hundred");
        assertEquals("60", valueOf(asked.get(12), "--seconds"), "an overload of a minute");
        assertEquals(
            List.of("", "", "udp", "aeron-udp", "aeron-ipc"),
            asked.subList(1, 6).stream().map(arguments -> valueOf(arguments, "--from")).toList());
        for (final List<String> arguments : asked)
        {
            assertEquals("7", valueOf(arguments, "--seed"));
            assertEquals(
                arguments.get(0).equals("windows") ? "" : "balanced",
                valueOf(arguments, "--layout"),
                arguments::toString);
        }
        assertTrue(Files.readString(temp.resolve("all/report.html")).contains("13 runs, 0 failed"));
    }

    @Test
    void shouldGoOnAfterAFailedRunAndSaySo() throws IOException
    {
        assertEquals(1, all(arguments ->
        {
            switch (arguments.get(0))
            {
                case "throughput":
                    return 137;
                case "windows":
                    SampleRuns.failed(Path.of(valueOf(arguments, "--out")));
                    return 1;
                default:
                    return pass(arguments);
            }
        }));
        final String printed = text.toString();
        assertTrue(printed.contains("13 runs, 2 failed"), printed);
        assertTrue(printed.contains("FAIL: throughput: ended with exit code 137 and left no manifest"), printed);
        assertTrue(printed.contains("FAIL: windows: missed its rate: 1 of 2"), printed);
        assertTrue(SavedRun.read(temp.resolve("all/modes")).isPass());
        assertTrue(SavedRun.read(temp.resolve("all/latency-half")).isPass());
        assertFalse(SavedRun.read(temp.resolve("all/throughput")).isPass());
    }

    @Test
    void shouldRefuseADirectoryThatHoldsRuns() throws IOException
    {
        SampleRuns.passed(temp.resolve("all/modes"), 1, 10);
        assertEquals(2, all(arguments -> 0));
        assertEquals(2, execute("all"));
    }

    @Test
    void shouldOnlyEverPassArgumentsThatCommandsTake()
    {
        for (final boolean isQuick : new boolean[]{false, true})
        {
            final AllOptions options =
                new AllOptions(1, Layout.COMPACT, temp, isQuick);
            for (final AllOptions.Step step : options.steps())
            {
                PerfCommand.commandLine().parseArgs(step.arguments().toArray(new String[0]));
            }
        }
    }

    @Test
    void shouldRunACommandInAJvmOfItsOwn() throws IOException, InterruptedException
    {
        final Path out = temp.resolve("out");
        final Path printed = temp.resolve("printed.txt");
        final ChildRun child = new ChildRun(ProcessBuilder.Redirect.appendTo(printed.toFile()));
        assertEquals(0, child.run(
            List.of("windows", "--rounds", "1", "--warmup", "0", "--out", out.toString())));
        assertTrue(SavedRun.read(out).isPass());
        assertEquals(2, child.run(List.of("windows", "--rounds", "0")));
        assertTrue(Files.readString(printed).contains("expected --rounds >= 1"), "both outputs");
    }

    @Test
    void shouldReplaceFlagsOfTheJvmByThoseThatAreGiven()
    {
        final ProcessBuilder.Redirect nowhere = ProcessBuilder.Redirect.DISCARD;
        final List<String> own = new ChildRun(nowhere).command(List.of("windows"));
        final List<String> other =
            ChildRun.withFlags(nowhere, MemoryScale.flags(1_000_000), Map.of()).command(List.of("windows"));
        assertTrue(other.containsAll(MemoryScale.flags(1_000_000)));
        assertEquals(
            own.stream().filter(argument -> !argument.startsWith("-X")).toList(),
            other.stream().filter(argument -> !argument.startsWith("-X")).toList());
    }

    @Test
    void shouldSayWhyTheMemoryCouldNotBeMeasured() throws IOException, InterruptedException
    {
        final Path printed = temp.resolve("printed.txt");
        final ChildRun child = ChildRun.withFlags(
            ProcessBuilder.Redirect.to(printed.toFile()), MemoryScale.flags(1_000), Map.of("NAME", "value"));
        assertEquals(2, child.run(List.of("memory-of", "--devices", "1000")));
        assertTrue(Files.readString(printed).contains("--to"));
    }

    private static int pass(final List<String> arguments)
    {
        final Report report = new Report().compare(Comparison.of(
            arguments.get(0).equals("throughput") ? ThroughputCommand.AGAINST_RAW : "ratio of " + arguments.get(0),
            new double[]{3},
            new double[]{1},
            Bar.NONE));
        report.save(
            new RunDirectory(Path.of(valueOf(arguments, "--out"))),
            RunManifest.describe(Path.of("")).put("command", arguments.get(0)));
        return 0;
    }

    private static String valueOf(final List<String> arguments, final String option)
    {
        final int index = arguments.indexOf(option);
        return index < 0 ? "" : arguments.get(index + 1);
    }

    private int all(final CommandRunner runner)
    {
        final PrintWriter writer = new PrintWriter(text, true);
        return new CommandLine(new AllCommand(runner)).setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(writer).setErr(writer).execute(
                "--out", temp.resolve("all").toString(), "--seed", "7", "--layout", "balanced", "--dir", "data");
    }

    private int execute(final String... args)
    {
        final PrintWriter writer = new PrintWriter(text, true);
        return PerfCommand.commandLine().setOut(writer).setErr(writer).execute(args);
    }
}
