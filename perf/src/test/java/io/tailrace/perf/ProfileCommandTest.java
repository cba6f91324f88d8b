package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.tailrace.perf.profile.ProfilerLibrary;
import io.tailrace.perf.report.RunManifest;
import io.tailrace.perf.report.SampleRuns;
import io.tailrace.perf.report.SavedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What {@code profile} refuses, asks for and says, without a profiler; with one, see {@link PerfSmokeTest}. */
class ProfileCommandTest
{
    @TempDir
    private Path temp;
    private final StringWriter text = new StringWriter();
    private final List<String> flags = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(strings = {
        "-- bogus|bogus: cannot be profiled, expected one of throughput, latency, windows, checkpoint, recovery, modes",
        "-- all --out x|all: cannot be profiled, expected one of ",
        "-- profile --out x -- windows|profile: cannot be profiled, expected one of ",
        "-- windows --rounds x|windows: Invalid value for option '--rounds': 'x' is not an int",
        "-- windows --bogus|windows: Unknown option: '--bogus'",
        "-- windows --out x|windows: expected no --out, its directory is run in that of the profile",
        "-- windows --help|windows: expected a run, not its help",
        "--interval 1h -- windows|--interval: 1h, expected 10us to 1s",
        "--alloc 1 -- windows|--alloc: 1, expected 1k to 1024m",
        "--from -1 -- windows|--from: -1, expected 0 or more",
        "--event bogus -- windows|Invalid value for option '--event': expected one of [CPU, CTIMER, ITIMER, WALL, AL",
        "--thread x|Missing required parameter: 'COMMAND'"})
    void shouldRefuseInOneLineWhatCannotBeRun(final String argumentsAndReason)
    {
        final String[] split = argumentsAndReason.split("\\|");
        assertEquals(2, profile(0, split[0].split(" ")));
        assertTrue(text.toString().lines().findFirst().orElse("").startsWith(split[1]), text::toString);
        assertEquals(List.of(), asked, "started");
        assertFalse(Files.exists(out()));
    }

    @Test
    void shouldRefuseADirectoryThatHoldsARunAndToWriteNowhere()
    {
        SampleRuns.passed(out(), 1, 10);
        assertEquals(2, profile(0, "--", "windows"));
        assertTrue(text.toString().startsWith("--out: " + out() + " holds a run already"), text::toString);
        final StringWriter missing = new StringWriter();
        assertEquals(
            2,
            PerfCommand.commandLine().setErr(new PrintWriter(missing, true)).execute("profile", "--", "windows"));
        assertTrue(missing.toString().contains("Missing required option: '--out=<out>'"), missing::toString);
    }

    @Test
    void shouldSayInOneLineThatThePlatformHasNoProfiler()
    {
        final ProfileCommand command = new ProfileCommand(
            () -> ProfilerLibrary.of("Plan 9", "amd64"), more -> this::startNothing);
        assertEquals(1, execute(command, "--", "windows"));
        assertEquals(
            "FAIL: no profiler for Plan 9 on amd64, expected Linux on x86-64 or aarch64, or macOS",
            text.toString().strip());
        assertEquals(List.of(), asked, "started");
        assertFalse(Files.exists(out()));
    }

    @Test
    void shouldFailWhereTheProfilerLeftNothing() throws IOException
    {
        assertEquals(1, profile(0, "--", "windows", "--rounds", "5"));
        assertEquals(
            List.of("windows", "--rounds", "5", "--out", out().resolve("run").toString()), asked, "arguments");
        assertTrue(flags.contains("-D" + RunManifest.PROFILED_PROPERTY + "=true"), flags::toString);
        final JsonNode manifest = new JsonMapper().readTree(out().resolve("manifest.json").toFile());
        assertEquals("profile", manifest.get("command").asString());
        assertEquals("windows", manifest.get("profiled-command").get(0).asString());
        assertEquals("the profiler has left no samples", manifest.get("failures").get(0).asString());
        assertEquals(1, manifest.get("failures").size());
        assertTrue(text.toString().contains("FAIL: the profiler has left no samples"), text::toString);
        final String library = flags.stream().filter(flag -> flag.startsWith("-agentpath:")).findFirst().orElseThrow();
        assertFalse(
            Files.exists(Path.of(library.substring("-agentpath:".length(), library.indexOf('=')))), "left behind");
    }

    @Test
    void shouldSayHowTheCommandFailed()
    {
        assertEquals(1, profile(137, "--", "windows"));
        assertEquals(
            "the profiled command ended with exit code 137 and left no manifest",
            SavedRun.read(out()).failures().get(0));
        SampleRuns.failed(temp.resolve("other/run"));
        assertEquals(1, execute(command(1), temp.resolve("other"), "--", "windows"));
        assertEquals(
            "the profiled command ended with exit code 1: missed its rate: 1 of 2",
            SavedRun.read(temp.resolve("other")).failures().get(0));
    }

    @Test
    void shouldLeaveNoFilesButItsManifestWhereNothingWasRecorded() throws IOException
    {
        profile(0, "--", "windows");
        try (Stream<Path> files = Files.list(out()))
        {
            assertEquals(List.of(out().resolve("manifest.json")), files.toList());
        }
    }

    private int startNothing(final List<String> arguments)
    {
        asked.addAll(arguments);
        return 0;
    }

    private int profile(final int exitCode, final String... args)
    {
        return execute(command(exitCode), args);
    }

    private ProfileCommand command(final int exitCode)
    {
        return new ProfileCommand(ProfilerLibrary::ofThisPlatform, more ->
        {
            flags.addAll(more);
            return arguments ->
            {
                asked.addAll(arguments);
                return exitCode;
            };
        });
    }

    private int execute(final ProfileCommand command, final String... args)
    {
        return execute(command, out(), args);
    }

    private int execute(final ProfileCommand command, final Path dir, final String... args)
    {
        final List<String> arguments = new ArrayList<>(List.of("--out", dir.toString()));
        arguments.addAll(List.of(args));
        final PrintWriter writer = new PrintWriter(text, true);
        return new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(writer).setErr(writer).execute(arguments.toArray(new String[0]));
    }

    private Path out()
    {
        return temp.resolve("profile");
    }
}
