package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.tailrace.engine.config.Layout;
import io.tailrace.perf.page.HtmlReport;
import io.tailrace.perf.report.RunDirectory;
import io.tailrace.perf.report.RunManifest;
import io.tailrace.perf.report.SavedRun;
import io.tailrace.perf.report.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code all}: every command that measures, one after the other, and the page of their runs. */
@Command(
    name = "all",
    description = "Measures throughput, latency at 200,000/s and at half of saturation, latency over UDP, Aeron UDP " +
        "and Aeron IPC, windows, checkpoint, recovery, scale, modes, storm and overload, each in a JVM of its own, " +
        "and draws the report. Goes on after a run that failed.",
    mixinStandardHelpOptions = true)
final class AllCommand implements Callable<Integer>
{
    private static final String PAGE = "report.html";

    private final CommandRunner runner;
    private final List<String> failed = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Option(
        names = "--out",
        required = true,
        description = "Where each run gets its directory, and the page is drawn as " + PAGE + ".")
    private Path out;

    @Option(names = "--seed", defaultValue = "1", description = "Of all workloads (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
        names = "--layout",
        defaultValue = "compact",
        description = "Of all engines' threads: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Layout layout;

    @Option(
        names = "--dir",
        defaultValue = "${sys:java.io.tmpdir}",
        description = "Where data directories are made and deleted (default: ${DEFAULT-VALUE}).")
    private Path dir;

    @Option(
        names = "--quick",
        description = "Short runs, one pair each: they show that everything works, and are no basis for claims.")
    private boolean isQuick;

    AllCommand()
    {
        this(new ChildRun(ProcessBuilder.Redirect.INHERIT, heap()));
    }

    AllCommand(final CommandRunner runner)
    {
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final List<AllOptions.Step> steps = new AllOptions(seed, layout, dir, isQuick).steps();
        for (final AllOptions.Step step : steps)
        {
            if (Files.exists(out.resolve(step.name()).resolve(RunDirectory.MANIFEST)))
            {
                throw new ParameterException(
                    spec.commandLine(), "--out: " + out + " holds a run already, expected a new or empty directory");
            }
        }
        final PrintWriter text = spec.commandLine().getOut();
        for (final AllOptions.Step step : steps)
        {
            text.println("== " + step.name());
            text.flush();
            run(step);
        }
        final Path page = out.resolve(PAGE);
        Files.writeString(page, HtmlReport.of(steps.stream().map(step ->
            SavedRun.read(out.resolve(step.name()))).toList()), StandardCharsets.UTF_8);
        text.println(page + ": " + steps.size() + " runs, " + failed.size() + " failed");
        failed.forEach(reason -> text.println("FAIL: " + reason));
        text.flush();
        return failed.isEmpty() ? 0 : 1;
    }

    /** Runs a step; one that leaves no manifest gets one that says why. */
    private void run(final AllOptions.Step step) throws IOException, InterruptedException
    {
        final Path directory = out.resolve(step.name());
        final List<String> arguments = new ArrayList<>(step.arguments());
        arguments.addAll(List.of("--out", directory.toString()));
        final int exitCode = runner.run(arguments);
        if (!Files.exists(directory.resolve(RunDirectory.MANIFEST)))
        {
            fail(step, directory, "ended with exit code " + exitCode + " and left no manifest");
            return;
        }
        final SavedRun run = SavedRun.read(directory);
        if (!run.isPass() || exitCode != 0)
        {
            failed.add(step.name() + ": " +
                (run.isPass() ? "exit code " + exitCode : String.join("; ", run.failures())));
        }
    }

    private void fail(final AllOptions.Step step, final Path directory, final String reason)
    {
        failed.add(step.name() + ": " + reason);
        final Verdict verdict = new Verdict();
        verdict.require(false, reason);
        new RunDirectory(directory).saveManifest(RunManifest.describe(Path.of(""))
            .put("command", step.arguments().get(0))
            .put("arguments", step.arguments())
            .verdict(verdict));
    }

    /** Young enough to take what the rigs allocate in a run, unless this JVM was told how large a heap is. */
    private static List<String> heap()
    {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream().anyMatch(
            flag -> flag.startsWith("-Xm")) ? List.of() : List.of("-Xms1g", "-Xmn512m");
    }
}
