package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.Layout;
import io.tailrace.perf.profile.ProfilerLibrary;
import io.tailrace.perf.report.SavedRun;
import one.convert.Arguments;
import one.convert.FlameGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
        assertTrue(text.toString().contains("dedup=sequence, 256 ids"), text::toString);
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        assertEquals("PASS", manifest.get("status").asString());
        final JsonNode pair = manifest.get("pairs").get(0);
        assertTrue(pair.get("events").asLong() > 0 && pair.get("events").asLong() <= 100_000);
        for (final String time : List.of("tailrace-ns", "raw-ns", "plain-ns"))
        {
            assertTrue(pair.get(time).asLong() > 0, time);
        }
        assertEquals("throughput", manifest.get("command").asString());
        assertEquals("exactly-once", manifest.get("over-time").get(0).get("name").asString());
        assertEquals("at least", manifest.get("comparisons").get(ThroughputCommand.AGAINST_RAW)
            .get("limit-is").asString());
        assertTrue(manifest.get("conditions").has("load-average-at-end"));
        requireFiles(out, "", "control.hlog", "control.hgrm");
        requireNothingLeft();
    }

    @Test
    void shouldMeasureLatencyAndSaveTheRun() throws IOException
    {
        final Path out = temp.resolve("out");
        final int exitCode = execute("latency", "--rate", "2000", "--seconds", "1", "--warmup", "1",
            "--window", "100", "--devices", "10", "--dir", dataDir(), "--out", out.toString());
        final JsonNode manifest = requireNothingButAMissedRate(exitCode, out);
        final JsonNode figures = manifest.get("figures-ns");
        assertEquals(4_000, figures.get("published").asLong());
        assertEquals(2_000, figures.get("publisher-lateness").get("samples").asLong());
        // Ten windows, with ten devices each, whose closing events are due in the measured second.
        assertEquals(100, figures.get("result").get("samples").asLong(), 10);
        assertEquals(10, figures.get("first-result").get("samples").asLong(), 1);
        assertTrue(figures.get("control").get("samples").asLong() > 0);
        assertTrue(manifest.get("usage").get("collections").get("count").asLong() >= 0);
        for (final String name : List.of("bytes allocated by hot threads, against events",
            "bytes allocated by all threads of the engine, against events", "collections of the heap, against seconds"))
        {
            assertTrue(manifest.get("comparisons").get(name).get("bar").asString().matches(".*(HIT|MISS)"), name);
        }
        assertTrue(figures.has("alert"));
        assertEquals(2_000, figures.get("round-trip").get("samples").asLong());
        assertEquals("no bar", manifest.get("comparisons")
            .get("p50 of window results against the bare recorded round trip, us").get("bar").asString(), "not J1");
        final String suffix = exitCode == 0 ? "" : ".FAIL";
        requireFiles(out, suffix, "latency.hlog", "latency.hgrm", "control.hlog", "control.hgrm",
            "first-results.hlog", "first-results.hgrm", "round-trip.hlog", "round-trip.hgrm",
            "alerts.hlog", "alerts.hgrm", "control-round-trip.hlog", "control-round-trip.hgrm");
        assertTrue(manifest.get("over-time").get(0).get("counts").size() >= 3);
        requireNothingLeft();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EMBEDDED")
    void shouldMeasureLatencyFromAnotherProcess(final LoadSource source) throws IOException
    {
        final Path out = temp.resolve("out");
        final int exitCode = execute("latency", "--from", source.toString(), "--rate", "5000", "--seconds", "1",
            "--warmup", "1", "--window", "100", "--devices", "10", "--dir", dataDir(), "--out", out.toString());
        final JsonNode manifest = requireNothingButAMissedRate(exitCode, out);
        assertEquals(source.toString(), manifest.get("workload").get("from").asString());
        final JsonNode figures = manifest.get("figures-ns");
        assertEquals(10_000, figures.get("published").asLong());
        assertEquals(5_000, figures.get("publisher-lateness").get("samples").asLong());
        assertEquals(100, figures.get("result").get("samples").asLong(), 10);
        assertEquals("no bar", manifest.get("comparisons")
            .get("p50 of window results against the bare recorded round trip, us").get("verdict").asString());
        assertTrue(manifest.get("over-time").get(0).get("counts").size() >= 3);
        requireNothingLeft();
    }

    @ParameterizedTest
    @EnumSource
    void shouldOfferMoreThanIsTakenAndSayWhatBecameOfIt(final OverloadCommand.From from) throws IOException
    {
        final Path out = temp.resolve("out");
        final int exitCode = execute("overload", "--from", from.name().toLowerCase(Locale.ROOT), "--factor",
            "100", "--seconds", "4", "--normal-seconds", "1", "--saturation-seconds", "3", "--dir",
            dataDir(), "--out", out.toString());
        final JsonNode manifest = requireNothingButAMissedRate(exitCode, out);
        assertEquals(5, manifest.get("phases").size());
        for (final JsonNode phase : manifest.get("phases"))
        {
            assertEquals(
                phase.get("due").asLong() - phase.get("sent").asLong(), phase.get("left-with-sender").asLong());
            assertTrue(phase.get("wait-ns").get("samples").asLong() > 0);
            assertTrue(phase.get("resident-memory-bytes").size() >= 1);
        }
        final JsonNode overload = manifest.get("phases").get(2);
        assertEquals("overload", overload.get("phase").asString());
        assertTrue(overload.get("left-with-sender").asLong() > 0);
        assertTrue(overload.get("refusals").asLong() > 0);
        for (final String bar : List.of(
            "p50 of results from ingest, after the overload against before, us",
            "p99 of results from ingest, after the overload against before, us",
            OverloadCommand.LONGEST_WAIT))
        {
            final JsonNode comparison = manifest.get("comparisons").get(bar);
            assertEquals("at most", comparison.get("limit-is").asString(), bar);
            assertTrue(List.of("HIT", "MISS").contains(comparison.get("verdict").asString()), bar);
        }
        final String suffix = exitCode == 0 ? "" : ".FAIL";
        requireFiles(out, suffix, "wait-before.hlog", "wait-overload.hlog", "wait-recovery.hlog",
            "wait-after.hgrm", "control.hlog");
        requireNothingLeft();
    }

    @Test
    void shouldRefuseStormsAndOverloadsThatAreNone()
    {
        assertEquals(2, execute("storm", "--devices", "4", "--sessions", "5"));
        assertEquals(2, execute("storm", "--devices", "700"), "fewer than 48 devices a session");
        assertEquals(2, execute("storm", "--shed", "-1"));
        assertEquals(2, execute("storm", "--critical-rate", "-1"));
        assertEquals(2, execute("storm", "--offline", "1w"));
        assertEquals(2, execute("storm", "--offline", "1s", "--readings", "10001"));
        assertEquals(2, execute("storm", "--from", "tcp"));
        assertEquals(2, execute("storm", "--backlog-rate", "-1"));
        assertEquals(2, execute("overload", "--factor", "0.5"));
        assertEquals(2, execute("overload", "--seconds", "0"));
    }

    @Test
    void shouldSendFromAnotherProcessOnLinuxAlone()
    {
        final String name = System.getProperty("os.name");
        System.setProperty("os.name", "Windows 11");
        try
        {
            assertEquals(2, execute("latency", "--from", "udp"));
        }
        finally
        {
            System.setProperty("os.name", name);
        }
        assertTrue(text.toString().contains("one clock"), text::toString);
    }

    @Test
    void shouldMeasureEachTypeOfWindow() throws IOException
    {
        final Path out = temp.resolve("out");
        assertEquals(0, execute("windows", "--rounds", "2", "--warmup", "1", "--out", out.toString()), text::toString);
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        assertEquals("PASS", manifest.get("status").asString());
        assertEquals(
            2 * manifest.get("figures").size() - 1,
            manifest.get("comparisons").size(),
            "bytes of each, and all but the first against it");
        assertEquals(0, manifest.get("comparisons").get("calendar hour, bytes allocated against events")
            .get("limit").asDouble());
        requireFiles(out, "", "control.hlog", "control.hgrm");
        assertTrue(manifest.get("figures").has("tumbling 1s, dedup by sequence"));
        for (final String type : List.of("tumbling 1s", "sliding 60s/1s", "session 50ms", "calendar hour"))
        {
            assertTrue(manifest.get("figures").has(type), type);
            assertTrue(manifest.get("figures").has(type + ", by device"), type);
        }
    }

    @Test
    void shouldMeasureWhatCheckpointsCost() throws IOException
    {
        final Path out = temp.resolve("out");
        final int exitCode = execute("checkpoint", "--pairs", "1", "--seconds", "1", "--warmup", "0",
            "--max-events", "50000", "--rate", "2000", "--stall-seconds", "2", "--keys", "1000,2000",
            "--dir", dataDir(), "--out", out.toString());
        final JsonNode manifest = requireNothingButAMissedRate(exitCode, out);
        assertEquals(2, manifest.get("throughput-runs").size());
        final JsonNode runs = manifest.get("duty-cycle-runs");
        assertEquals("every 1 s", runs.get(0).get("variant").asString());
        assertTrue(runs.get(0).get("checkpoints").asLong() > 0, "no checkpoint in 2 s");
        assertEquals(0, runs.get(1).get("checkpoints").asLong());
        assertTrue(runs.get(0).get("duty-cycle-ns").get("samples").asLong() > 0);
        assertEquals(10, manifest.get("sizes").get(0).get("touched").asInt());
        for (final String name : List.of("duty cycle p99.99, us, with against without",
            "bytes, increment against full, 1000 keys", "bytes, increment against full, 2000 keys"))
        {
            assertTrue(manifest.get("comparisons").get(name).get("bar").asString().matches(".*(HIT|MISS)"), name);
        }
        // Bytes do not depend on how busy the machine is.
        assertTrue(manifest.get("comparisons").get("bytes, increment against full, 2000 keys")
            .get("ratio-of-medians").asDouble() < 0.1);
        final String suffix = exitCode == 0 ? "" : ".FAIL";
        requireFiles(out, suffix, "duty-cycles-with.hgrm", "duty-cycles-with.hlog", "duty-cycles-without.hlog",
            "latency-with.hlog", "latency-without.hgrm", "control.hlog", "control.hgrm");
        requireNothingLeft();
    }

    @Test
    void shouldMeasureRecovery() throws IOException
    {
        final Path out = temp.resolve("out");
        assertEquals(0, execute("recovery", "--pairs", "2", "--seconds", "1", "--warmup", "0",
            "--max-events", "30000", "--keys", "1000", "--dir", dataDir(), "--out", out.toString()), text::toString);
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        for (final JsonNode pair : manifest.get("pairs"))
        {
            final long events = pair.get("events").asLong();
            assertTrue(pair.get("whole").get("messages").asLong() > events + events / 10);
            final long tail = pair.get("tail").get("messages").asLong();
            assertTrue(tail >= events / 10 && tail < events, "tail " + tail);
            assertEquals(0, pair.get("whole").get("restored-blocks").asLong());
            assertTrue(pair.get("tail").get("restored-blocks").asLong() > 0);
        }
        assertEquals(2, manifest.get("restores").get(0).get("restore-ns").size());
        requireFiles(out, "", "control.hlog", "control.hgrm");
        assertEquals(2_000, manifest.get("restores").get(0).get("restored-blocks").asLong());
        requireNothingLeft();
    }

    @Test
    void shouldCompareTheModesThatThereAre() throws IOException
    {
        final Path out = temp.resolve("out");
        final int exitCode = execute("modes", "--pairs", "1", "--seconds", "1", "--warmup", "0",
            "--max-events", "20000", "--rate", "2000", "--latency-seconds", "3", "--dir", dataDir(),
            "--out", out.toString());
        final JsonNode manifest = requireNothingButAMissedRate(exitCode, out);
        requireFiles(out, exitCode == 0 ? "" : ".FAIL", "latency-exactly-once.hlog", "latency-exactly-once.hgrm",
            "latency-durability-power.hlog", "control.hlog", "control.hgrm");
        assertTrue(manifest.get("comparisons").has(
            "throughput, M events/s, durability power against durability process"));
        assertTrue(manifest.get("comparisons").has(
            "bytes allocated by the engine thread against events, durability power"));
        assertTrue(manifest.get("latency-runs").get(0).get("engine-bytes-per-event").asDouble() >= 0);
        for (final DeliveryMode mode : List.of(DeliveryMode.AT_LEAST_ONCE, DeliveryMode.IN_MEMORY))
        {
            final String name = "exactly-once against " + mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
            final String refusal =
                ModesCommand.refusal(JobVariant.exactlyOnce(Layout.COMPACT).mode(mode.name(), mode));
            assertEquals(refusal.isEmpty(), manifest.get("comparisons").has("throughput, M events/s, " + name), name);
            assertEquals(!refusal.isEmpty(), manifest.has("figures") && manifest.get("figures").has(name), refusal);
        }
        requireNothingLeft();
    }

    @Test
    void shouldProfileACommandThatMeasures() throws IOException
    {
        final Path out = temp.resolve("out");
        final Path printed = temp.resolve("printed.txt");
        final ProfileCommand command = new ProfileCommand(ProfilerLibrary::ofThisPlatform, flags ->
            new ChildRun(ProcessBuilder.Redirect.appendTo(printed.toFile()), flags));
        final PrintWriter writer = new PrintWriter(text, true);
        assertEquals(
            0,
            new CommandLine(command).setCaseInsensitiveEnumValuesAllowed(true).setOut(writer).setErr(writer).execute(
                "--out", out.toString(), "--interval", "500us", "--", "windows", "--rounds", "5", "--warmup", "5"),
            () -> text + "\n" + contents(printed));
        assertTrue(contents(printed).contains("PROFILED: no figure below is a measurement"));
        requireFiles(out, "", "index.html", "alloc.html", "alloc.collapsed", "recording.jfr", "samples.jfr",
            "summary.txt", "run/control.hlog");
        // In the graph, names are cut to what differs from the name before; as stacks they are whole.
        final Path frames = temp.resolve("frames.collapsed");
        FlameGraph.convert(out.resolve("cpu.html").toString(), frames.toString(), new Arguments("-o", "collapsed"));
        for (final Path file : List.of(frames, out.resolve("cpu.collapsed")))
        {
            assertTrue(contents(file).contains("io/tailrace/engine/operator/OperatorCore."), file::toString);
        }
        assertTrue(contents(out.resolve("alloc.collapsed")).contains("io/tailrace/"), "allocations of the launch");

        final JsonNode profiler = new JsonMapper().readTree(out.resolve("manifest.json").toFile()).get("profiler");
        assertTrue(
            List.of("perf_events", "ctimer", "itimer").contains(profiler.get("engine").asString()), profiler::toString);
        assertTrue(profiler.get("version").asString().matches("\\d+\\.\\d+.*"), profiler::toString);
        assertEquals(500_000, profiler.get("interval-ns").asLong());
        assertTrue(profiler.get("samples").asLong() > 0);

        final SavedRun run = SavedRun.read(out.resolve("run"));
        assertEquals("PASS", run.manifest().get("status").asString(), "its answer was right");
        assertTrue(run.manifest().get("conditions").get("profiled").asBoolean());
        assertFalse(run.isPass(), "and it is no measurement all the same");
        assertEquals(1, execute("compare", out.resolve("run").toString(), out.resolve("run").toString()));
    }

    @Test
    void shouldMeasureMoreKeysAndMoreOperatorsAndTheirMemory() throws IOException
    {
        final Path out = temp.resolve("out");
        assertEquals(0, execute("scale", "--keys", "100,1000", "--operators", "1,3", "--per-window", "10",
            "--pairs", "2", "--warmup", "1000", "--memory", "1000", "--dir", dataDir(), "--out", out.toString()),
            text::toString);
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        assertEquals("PASS", manifest.get("status").asString());
        // Ten events of a key in each window; 2 parts of 10,000 events are 20 windows of 100 keys, and 2 of 1,000.
        for (final JsonNode row : manifest.get("core-by-keys"))
        {
            assertEquals(20_000, row.get("events").asLong());
            assertEquals(2_000, row.get("results").asLong(), 20);
        }
        final JsonNode three = manifest.get("core-by-operators").get(1);
        assertEquals(3, three.get("operators").asInt());
        assertEquals(3 * manifest.get("core-by-operators").get(0).get("results").asLong(),
            three.get("results").asLong());
        assertEquals(4, manifest.get("engine-runs").size());
        assertEquals(
            "no bar",
            manifest.get("comparisons").get(
                "whole engine, 1000 devices against 100, cpu ns/event of the engine thread").get("bar").asString());
        assertEquals(5, manifest.get("memory").size());
        for (final JsonNode unit : manifest.get("memory"))
        {
            // A thousand are few, and the process has its own ups and downs: only that it is no other unit.
            assertTrue(unit.get("stated").asDouble() > 0, unit::toString);
            assertTrue(unit.get("reserved").asDouble() >= 0, unit::toString);
        }
        assertTrue(manifest.get("memory-processes").get(0).get("resident").asLong() > 0);
        requireFiles(out, "", "control.hlog", "control.hgrm");
        requireNothingLeft();
    }

    @Test
    void shouldFailAndSayWhereThereIsNoRoom() throws IOException
    {
        final Path out = temp.resolve("out");
        final int exitCode = execute(
            "latency", "--rate", "100000000", "--seconds", "3600", "--dir", dataDir(), "--out", out.toString());
        assertEquals(1, exitCode);
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        assertEquals("FAIL", manifest.get("status").asString());
        assertTrue(manifest.get("failures").get(0).asString().startsWith("not finished: "), manifest::toString);
        assertTrue(text.toString().contains("bytes free, expected at least"), text::toString);
        requireNothingLeft();
    }

    @Test
    void shouldRefuseBadArguments()
    {
        assertEquals(2, execute("throughput", "--pairs", "0"));
        assertEquals(2, execute("latency", "--rate", "-1"));
        assertEquals(2, execute("latency", "--rate", "0", "--devices", "10"), "half of J1's saturation alone");
        assertEquals(2, execute("latency", "--layout", "none"));
        assertEquals(2, execute("latency", "--from", "tcp"));
        assertEquals(2, execute("sender", "--to", "udp:localhost:1"));
        assertEquals(2, execute("checkpoint", "--keys", "10"));
        assertEquals(2, execute("checkpoint", "--rate", "-1"));
        assertEquals(2, execute("recovery", "--keys", "0"));
        assertEquals(2, execute("modes", "--rate", "0"));
        assertEquals(2, execute("modes", "--pairs", "0"));
        assertEquals(2, execute("scale", "--keys", "99"));
        assertEquals(2, execute("scale", "--keys", "5000001"));
        assertEquals(2, execute("scale", "--operators", "0"));
        assertEquals(2, execute("scale", "--operators", "65"));
        assertEquals(2, execute("scale", "--per-window", "9"));
        assertEquals(2, execute("scale", "--pairs", "0"));
        assertEquals(2, execute("scale", "--warmup", "-1"));
        assertEquals(2, execute("scale", "--memory", "99"));
        assertEquals(2, execute("latenzy"));
    }

    /** A busy machine may well miss the rate, and then the run must say so; nothing else may be wrong. */
    private JsonNode requireNothingButAMissedRate(final int exitCode, final Path out)
    {
        final JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
        assertEquals(exitCode == 0 ? "PASS" : "FAIL", manifest.get("status").asString());
        manifest.get("failures").forEach(
            failure -> assertTrue(failure.asString().contains("missed its rate"), failure::asString));
        return manifest;
    }

    private static void requireFiles(final Path out, final String suffix, final String... names) throws IOException
    {
        for (final String name : names)
        {
            assertTrue(Files.size(out.resolve(name + suffix)) > 0, name);
        }
    }

    private static String contents(final Path file)
    {
        try
        {
            return Files.readString(file);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
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
