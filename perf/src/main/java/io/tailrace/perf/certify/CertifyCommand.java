package io.tailrace.perf.certify;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.tailrace.archive.DataDirectory;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.perf.report.RunManifest;
import io.tailrace.perf.report.Spread;
import io.tailrace.perf.report.Verdict;
import org.agrona.IoUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code certify}: proves exactly-once on this machine, with SIGKILL in every phase. See {@code perf/docs/certify.md}.
 */
@Command(
    name = "certify",
    description = "Kills engines while readings come in, and counts afterwards: lost, duplicated, wrong.",
    mixinStandardHelpOptions = true)
public final class CertifyCommand implements Callable<Integer>
{
    private static final String BUILT_IN = "/certify/builtin.yaml";
    private static final String GENERATOR = "io.tailrace.perf.certify.generator.GeneratorMain";
    private static final String ENGINE = "io.tailrace.engine.cli.TailraceCommand";
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final int SHORT_RUN_KILLS = 40;
    private static final long END_TIMEOUT_S = 90;
    private static final long SINK_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long SINK_LOOK_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double NS_PER_MS = 1e6;
    private static final Pattern LAG = Pattern.compile("[lL]ag\":(\\d+)");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "CONFIG", arity = "0..1", description = "Configuration of an engine (default: built in).")
    private Path file;

    @Option(
        names = "--kills",
        defaultValue = "36",
        description = "Kills that hit a phase (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
        names = "--per-phase",
        defaultValue = "5",
        description = "Fewer hits of any phase fail the run (default: ${DEFAULT-VALUE}).")
    private int perPhase;

    @Option(names = "--dedup", description = "none, sequence or id, instead of the configuration's.")
    private DedupBy dedup;

    @Option(names = "--json", description = "Where the report is written as JSON as well.")
    private Path json;

    @Option(names = "--jdbc", description = "URL of an empty database, for a JDBC sink.")
    private String jdbcUrl;

    @Option(names = "--rate", defaultValue = "10000", description = "Readings a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--devices", defaultValue = "200", description = "Devices (default: ${DEFAULT-VALUE}).")
    private int devices;

    @Option(names = "--seed", description = "Of what is random (default: another one each time).")
    private Long seed;

    @Option(
        names = "--dir",
        defaultValue = "${sys:java.io.tmpdir}",
        description = "Where the directory of the run is made (default: ${DEFAULT-VALUE}).")
    private Path parent;

    @Option(names = "--keep", description = "Keep the directory of a run that has passed; a failed one is always kept.")
    private boolean isKeeping;

    private PrintWriter text;
    private Path dir;

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        final int phases = KillPhase.values().length;
        if (perPhase < 1 || kills < perPhase * phases || rate < 1000 || devices < 1)
        {
            throw new ParameterException(spec.commandLine(), "expected --per-phase >= 1, --kills >= " + phases +
                " times --per-phase, that is " + Math.max(1, perPhase) * phases + ", --rate >= 1000, --devices >= 1");
        }
        text = spec.commandLine().getOut();
        seed = seed == null ? Long.valueOf(System.nanoTime() & Integer.MAX_VALUE) : seed;
        Files.createDirectories(parent);
        dir = Files.createTempDirectory(parent.toAbsolutePath(), "tailrace-certify-");
        final CertifyConfig config;
        try
        {
            config = CertifyConfig.of(read(), dir, dedup, jdbcUrl, file == null && kills <= SHORT_RUN_KILLS);
        }
        catch (final ConfigurationException ex)
        {
            spec.commandLine().getErr().println(ex.getMessage());
            IoUtil.delete(dir.toFile(), true);
            return BAD_ARGUMENTS;
        }
        text.printf("certify: %d kills, at least %d in each of %d phases; dedup %s; seed %d%nrun directory %s%n",
            kills, perPhase, phases, config.engine().dedup().by().name().toLowerCase(Locale.ROOT), seed, dir);
        text.flush();
        return run(config) ? PASSED : FAILED;
    }

    private boolean run(final CertifyConfig config) throws IOException, InterruptedException
    {
        boolean isPassed = false;
        try
        {
            isPassed = certify(config);
        }
        catch (final CertifyException ex)
        {
            text.println("FAIL: " + ex.getMessage());
        }
        finally
        {
            deleteShared(config);
        }
        if (isPassed && !isKeeping)
        {
            IoUtil.delete(dir.toFile(), true);
        }
        else
        {
            text.println("kept: " + dir);
        }
        text.flush();
        return isPassed;
    }

    private boolean certify(final CertifyConfig config) throws IOException, InterruptedException
    {
        final Path yaml = config.writeYaml();
        final Path counterProperties = config.writeCounterProperties();
        final Path generatorProperties = dir.resolve("generator.properties");
        CertifyConfig.write(config.generator(devices, rate, seed).toProperties(), generatorProperties);
        if (config.hasJdbcSink())
        {
            prepareDatabase(yaml);
        }
        final long beginNs = System.nanoTime();
        final KillRun kill = new KillRun(dir, yaml, config.dataDir(), kills, perPhase, seed, this::onKill);
        try (ChildProcess generator = ChildProcess.start(
            dir, "generator", "256m", GENERATOR, List.of(generatorProperties.toString(), dir.toString())))
        {
            kill.begin();
            kill.run();
            try (EngineUnderTest engine = kill.last())
            {
                generator.tell("finish");
                final int exitCode = generator.awaitEnd(END_TIMEOUT_S);
                if (exitCode != 0)
                {
                    throw new CertifyException("the generator ended with " + exitCode + ": " + generator.err());
                }
                awaitSinks(config, engine);
                engine.stop();
            }
        }
        final long killNs = System.nanoTime() - beginNs;
        text.println("counting ...");
        text.flush();
        final long countNs = System.nanoTime();
        final CounterRun counted = CounterRun.run(dir, counterProperties);
        return report(config, kill, counted, killNs, System.nanoTime() - countNs);
    }

    private void onKill(final int number, final KillPhase meant, final KillEvidence evidence)
    {
        text.printf("kill %3d  meant for %-20s hit %s%n", number, meant.text(), evidence.phases().isEmpty() ?
            "nothing" : evidence.phases().stream().map(KillPhase::text).collect(Collectors.joining(", ")));
        text.flush();
    }

    private boolean report(
        final CertifyConfig config,
        final KillRun kill,
        final CounterRun counted,
        final long killNs,
        final long countNs) throws IOException
    {
        final Verdict verdict = new Verdict();
        text.println();
        final Map<String, Object> phases = new LinkedHashMap<>();
        kill.hits().forEach((phase, hits) ->
        {
            text.printf("%-22s %3d kills  (%s)%n", phase.text(), hits, phase.evidence());
            phases.put(phase.text(), hits);
            verdict.require(
                hits >= perPhase, phase.text() + ": " + hits + " kills, expected at least " + perPhase);
        });
        text.printf("%-22s %3d kills  (not counted)%n", "no phase",
            kill.killsSent() - kill.hits().values().stream().mapToInt(Integer::intValue).sum());
        text.printf("events     sent %d, acknowledged %d, journalled %d, of them again after a resend %d%n",
            counted.number("sent"), counted.number("acknowledged"), counted.number("journalled"),
            counted.number("journalledAgain"));
        text.printf("judged     accepted %d, duplicate %d, rejected %d, late %d, devices put in quarantine %d%n",
            counted.number("accepted"), counted.number("duplicates"), counted.number("rejected"),
            counted.number("late"), counted.number("quarantined"));
        text.printf("results    %d, of them %d of windows, each equal to the model's%n",
            counted.number("results"), counted.number("windowResults"));
        counted.numbers().forEach((name, number) ->
        {
            if (name.startsWith("sink."))
            {
                text.printf("sink       %s: %d lines or rows%n", name.substring("sink.".length()), number);
            }
        });
        text.printf("lost %d, duplicated %d, wrong %d%n",
            counted.number("lost"), counted.number("duplicated"), counted.number("wrong"));
        counted.faults().forEach(fault -> text.println("  " + fault));
        verdict.require(counted.exitCode() == 0,
            counted.exitCode() == BAD_ARGUMENTS ? "the counter does not cover this run" : "faults");
        verdict.require(counted.number("acknowledged") > 0 && counted.number("windowResults") > 0,
            "nothing was acknowledged, or no window fired: nothing is proven");
        verdict.requireEqual(counted.number("sent"), counted.number("acknowledged"), "acknowledged");
        final Map<String, Object> times = times(config, kill);
        times.forEach((name, spread) -> text.println(name + ", ms: median (min-max) " + spread));
        text.printf(Locale.ROOT, "kills took %.1f s, the count %.1f s%n", killNs / 1e9, countNs / 1e9);
        text.println("cost of exactly-once against at-least-once: not measured, this version has one mode");
        text.println(verdict.isPass() ? "PASS" : verdict.toString());
        if (json != null)
        {
            Files.writeString(json, RunManifest.describe(Path.of("")).verdict(verdict)
                .put("seed", seed).put("kills", kill.killsSent()).put("killsPerPhase", phases)
                .put("numbers", counted.numbers()).put("faults", counted.faults()).put("recovery", times)
                .put("modeCost", null).toJson());
        }
        return verdict.isPass();
    }

    private Map<String, Object> times(final CertifyConfig config, final KillRun kill) throws IOException
    {
        final Map<String, Object> times = new LinkedHashMap<>();
        times.put("process start to ready", Spread.of(
            kill.readyAfterNs().stream().mapToDouble(ns -> ns / NS_PER_MS).toArray()).text(0));
        final double[] recoveries =
            LifecycleTimes.read(config.dataDir()).durationMs().stream().mapToDouble(Double::doubleValue).toArray();
        times.put("recovery (restore and replay)", Spread.of(recoveries).text(0));
        return times;
    }

    private EngineConfig read() throws IOException
    {
        if (file != null)
        {
            return ConfigFile.read(file).config();
        }
        try (InputStream in = CertifyCommand.class.getResourceAsStream(BUILT_IN))
        {
            return ConfigFile.parse("built-in", new String(in.readAllBytes(), StandardCharsets.UTF_8)).config();
        }
    }

    private void prepareDatabase(final Path yaml) throws IOException, InterruptedException
    {
        try (ChildProcess process = ChildProcess.start(
            dir, "sink-schema", "256m", ENGINE, List.of("sink-schema", yaml.toString(), "--apply")))
        {
            if (process.awaitEnd(END_TIMEOUT_S) != 0)
            {
                throw new CertifyException("the tables cannot be created: " + process.err());
            }
        }
    }

    /** A sink that stops in order writes what is durable; what it has not in time would come with the next start. */
    private void awaitSinks(final CertifyConfig config, final EngineUnderTest engine)
        throws IOException, InterruptedException
    {
        if (config.engine().sinks().isEmpty())
        {
            return;
        }
        final HttpClient client = HttpClient.newHttpClient();
        final HttpRequest health = HttpRequest.newBuilder(URI.create("http://" + engine.http() + "/health")).build();
        final long deadlineNs = System.nanoTime() + SINK_TIMEOUT_NS;
        while (isLagging(client.send(health, HttpResponse.BodyHandlers.ofString()).body()))
        {
            if (System.nanoTime() - deadlineNs > 0)
            {
                throw new CertifyException("a sink does not catch up; see its state in the engine's log");
            }
            LockSupport.parkNanos(SINK_LOOK_NS);
        }
    }

    private static boolean isLagging(final String health)
    {
        final Matcher matcher = LAG.matcher(health);
        boolean isLagging = false;
        while (matcher.find())
        {
            isLagging |= Long.parseLong(matcher.group(1)) > 0;
        }
        return isLagging;
    }

    /** What killed engines left in shared memory, of this data directory alone. */
    private static void deleteShared(final CertifyConfig config)
    {
        if (Files.exists(config.dataDir().resolve("aeron.dir")))
        {
            IoUtil.delete(Path.of(DataDirectory.recordedAeronDirectoryName(config.dataDir())).toFile(), true);
        }
    }
}
