package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.tailrace.perf.page.ProfilePage;
import io.tailrace.perf.profile.FlameGraphFile;
import io.tailrace.perf.profile.Profile;
import io.tailrace.perf.profile.ProfileText;
import io.tailrace.perf.profile.ProfilerEvent;
import io.tailrace.perf.profile.ProfilerLibrary;
import io.tailrace.perf.profile.ProfilerSettings;
import io.tailrace.perf.report.RunDirectory;
import io.tailrace.perf.report.RunManifest;
import io.tailrace.perf.report.SavedRun;
import io.tailrace.perf.report.Verdict;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code profile}: a command that measures, in a JVM of its own with a profiler and a flight recording. */
@Command(
    name = "profile",
    description = "Runs a command that measures under async-profiler and a flight recording: flame graphs of CPU " +
        "time and allocation, and what each thread does. Figures of a profiled run are no measurement.",
    mixinStandardHelpOptions = true)
final class ProfileCommand implements Callable<Integer>
{
    private static final String PAGE = "index.html";
    private static final String SUMMARY = "summary.txt";
    private static final String SAMPLES = "samples.jfr";
    private static final String RECORDING = "recording.jfr";
    private static final String RUN = "run";
    private static final long NEEDED_BYTES = 1L << 30;

    private final Supplier<ProfilerLibrary> libraries;
    private final Function<List<String>, CommandRunner> runners;

    @Spec
    private CommandSpec spec;

    @Option(names = "--out", required = true, description = "Where the profile goes; the run's directory is run in it.")
    private Path out;

    @Option(
        names = "--event",
        defaultValue = "cpu",
        description = "Sampled besides allocation: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ProfilerEvent event;

    @Option(
        names = "--interval",
        defaultValue = "1ms",
        description = "Between samples of a thread, with ns, us, ms or s (default: ${DEFAULT-VALUE}).")
    private String interval;

    @Option(
        names = "--alloc",
        defaultValue = "512k",
        description = "Bytes allocated between samples, with k or m (default: ${DEFAULT-VALUE}).")
    private String alloc;

    @Option(
        names = "--from",
        defaultValue = "0",
        description = "Seconds after the start of the JVM that are left out: its warm-up (default: ${DEFAULT-VALUE}).")
    private int fromSeconds;

    @Option(
        names = "--thread",
        defaultValue = "",
        description = "Only threads whose role contains this (default: all).")
    private String thread;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "After --: the command and its arguments.")
    private List<String> command;

    ProfileCommand()
    {
        this(ProfilerLibrary::ofThisPlatform, flags -> new ChildRun(ProcessBuilder.Redirect.INHERIT, flags));
    }

    /**
     * @param libraries of this platform; throws where there is none.
     * @param runners   what runs a command in a JVM with more flags.
     */
    ProfileCommand(final Supplier<ProfilerLibrary> libraries, final Function<List<String>, CommandRunner> runners)
    {
        this.libraries = libraries;
        this.runners = runners;
    }

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        requireMeasuringCommand();
        final ProfilerSettings settings = settings();
        final ProfilerLibrary library;
        try
        {
            library = libraries.get();
        }
        catch (final UnsupportedOperationException ex)
        {
            spec.commandLine().getErr().println("FAIL: " + ex.getMessage());
            return 1;
        }
        final RunDirectory directory = directory();
        // A path of the user's own could hold the comma that ends an option of the profiler.
        try (ScratchDirectory scratch =
            ScratchDirectory.create(Path.of(System.getProperty("java.io.tmpdir")), NEEDED_BYTES))
        {
            return run(settings, library.unpack(scratch.path()), scratch.path(), directory);
        }
    }

    private int run(
        final ProfilerSettings settings, final Path library, final Path scratch, final RunDirectory directory)
        throws IOException, InterruptedException
    {
        final RunManifest manifest = RunManifest.describe(Path.of(""))
            .put("command", spec.name())
            .put("arguments", spec.commandLine().getParseResult().originalArgs())
            .put("profiled-command", command)
            .putInto(RunManifest.CONDITIONS, RunManifest.PROFILED, true);
        final Path samples = scratch.resolve(SAMPLES);
        final Path recording = scratch.resolve(RECORDING);
        final List<String> flags = new ArrayList<>(settings.flags(library, samples, recording));
        flags.add("-D" + RunManifest.PROFILED_PROPERTY + "=true");
        final List<String> arguments = new ArrayList<>(command);
        arguments.addAll(List.of("--out", out.resolve(RUN).toString()));
        final int exitCode = runners.apply(flags).run(arguments);

        final Verdict verdict = new Verdict();
        verdict.require(exitCode == 0, "the profiled command ended with exit code " + exitCode + reasons());
        final Map<String, Object> profiler = new LinkedHashMap<>();
        profiler.put("name", "async-profiler");
        profiler.putAll(settings.toMap());
        profiler.put("from-s", fromSeconds);
        profiler.put("thread", thread);
        if (hasEvents(samples) && hasEvents(recording))
        {
            final Profile profile = Profile.read(
                settings, samples, recording, Duration.ofSeconds(fromSeconds), role -> role.contains(thread));
            profiler.put("version", profile.samples().version());
            profiler.put("engine", profile.samples().engine());
            profiler.put("samples", profile.time().total());
            profiler.put("sampled-bytes-allocated", profile.allocated().total());
            verdict.require(
                profile.time().total() + profile.allocated().total() > 0,
                "no samples of the threads and time asked for");
            write(profile, samples, recording);
        }
        else
        {
            verdict.require(false, "the profiler has left no samples");
        }
        directory.saveManifest(manifest.put("profiler", profiler).verdict(verdict));
        final PrintWriter text = spec.commandLine().getOut();
        text.println(verdict.isPass() ? out.resolve(PAGE) : verdict);
        text.flush();
        return verdict.isPass() ? 0 : 1;
    }

    private void write(final Profile profile, final Path samples, final Path recording) throws IOException
    {
        final Map<String, String> graphs = new LinkedHashMap<>();
        final Map<String, String> files = new LinkedHashMap<>();
        if (ProfilerEvent.ALLOC != event)
        {
            final String name = event.fileName();
            profile.samples().time().write(out.resolve(name + ".collapsed"));
            files.put(name + ".collapsed", "stacks by samples, for other tools");
            graphs.put(ProfilerEvent.WALL == event ? "Time of the clock" : "CPU time", name);
        }
        profile.samples().allocated().write(out.resolve("alloc.collapsed"));
        files.put("alloc.collapsed", "stacks by bytes allocated, estimated from samples");
        graphs.put("Allocation", "alloc");
        for (final Map.Entry<String, String> graph : graphs.entrySet())
        {
            FlameGraphFile.write(
                graph.getKey() + " by thread",
                out.resolve(graph.getValue() + ".collapsed"),
                out.resolve(graph.getValue() + ".html"));
        }
        graphs.replaceAll((title, name) -> name + ".html");
        Files.move(samples, out.resolve(SAMPLES));
        Files.move(recording, out.resolve(RECORDING));
        files.put(SAMPLES, "samples as the profiler wrote them, for JDK Mission Control");
        files.put(RECORDING, "flight recording of the JVM");
        files.put(SUMMARY, "these tables as text");
        files.put(RUN, "the run's own directory; its figures are no measurement");
        final String text = ProfileText.of(profile);
        Files.writeString(out.resolve(SUMMARY), text, StandardCharsets.UTF_8);
        Files.writeString(
            out.resolve(PAGE),
            ProfilePage.of(profile, String.join(" ", command), graphs, files),
            StandardCharsets.UTF_8);
        spec.commandLine().getOut().println();
        spec.commandLine().getOut().print(text);
    }

    /** What the run itself says about why it failed. */
    private String reasons()
    {
        final Path directory = out.resolve(RUN);
        if (!Files.exists(directory.resolve(RunDirectory.MANIFEST)))
        {
            return " and left no manifest";
        }
        final List<String> reasons = new ArrayList<>();
        SavedRun.read(directory).manifest().path("failures").forEach(failure -> reasons.add(failure.asString()));
        return reasons.isEmpty() ? "" : ": " + String.join("; ", reasons);
    }

    private static boolean hasEvents(final Path recording) throws IOException
    {
        return Files.exists(recording) && Files.size(recording) > 0;
    }

    /** Refuses what the other JVM would refuse, before it is started. */
    private void requireMeasuringCommand()
    {
        final CommandLine commands = PerfCommand.commandLine();
        final String expected = commands.getSubcommands().entrySet().stream()
            .filter(entry -> entry.getValue().getCommand() instanceof MeasuringCommand)
            .map(Map.Entry::getKey)
            .collect(Collectors.joining(", "));
        final CommandLine named = commands.getSubcommands().get(command.get(0));
        if (null == named || !(named.getCommand() instanceof MeasuringCommand))
        {
            throw refused(command.get(0) + ": cannot be profiled, expected one of " + expected);
        }
        try
        {
            final CommandLine.ParseResult result =
                commands.parseArgs(command.toArray(new String[0])).subcommand();
            if (result.hasMatchedOption("--out"))
            {
                throw refused(
                    command.get(0) + ": expected no --out, its directory is " + RUN + " in that of the profile");
            }
            if (result.isUsageHelpRequested() || result.isVersionHelpRequested())
            {
                throw refused(command.get(0) + ": expected a run, not its help");
            }
        }
        catch (final ParameterException ex)
        {
            throw ex.getCommandLine() == spec.commandLine() ? ex : refused(command.get(0) + ": " + ex.getMessage());
        }
    }

    private ProfilerSettings settings()
    {
        if (fromSeconds < 0)
        {
            throw refused("--from: " + fromSeconds + ", expected 0 or more");
        }
        try
        {
            return ProfilerSettings.parse(event, interval, alloc);
        }
        catch (final IllegalArgumentException ex)
        {
            throw refused(ex.getMessage());
        }
    }

    private RunDirectory directory()
    {
        try
        {
            return new RunDirectory(out);
        }
        catch (final IllegalArgumentException ex)
        {
            throw refused("--out: " + ex.getMessage());
        }
    }

    private ParameterException refused(final String message)
    {
        return new ParameterException(spec.commandLine(), message);
    }
}
