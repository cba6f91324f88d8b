package io.tailrace.perf.certify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import io.tailrace.archive.DataDirectory;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.perf.ModeCost;
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
    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final int BAD_ARGUMENTS = 2;
    /** Readings of a run, in kills times readings a second, that fit into a small disk budget: of the built-in one. */
    private static final long SHORT_RUN = 400_000;
    /** The same where nobody knows how many results they cause. */
    private static final long SHORT_RUN_OF_ANY = 150_000;
    private static final int DATABASE_KILLS = 5;
    private static final int COST_PAIRS = 2;
    private static final long END_TIMEOUT_S = 90;

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

    @Option(names = "--jdbc-user", description = "Whom to log in as there (default: as the configuration has it).")
    private String jdbcUser;

    @Option(names = "--jdbc-password-env", description = "Name of the environment variable with the password.")
    private String jdbcPasswordEnv;

    @Option(names = "--postgres", description = "Start a PostgreSQL server for a JDBC sink, and kill it too.")
    private boolean isOwningServer;

    @Option(names = "--database-kills", description = "Kills of that server (default: " + DATABASE_KILLS + ").")
    private Integer databaseKills;

    @Option(
        names = "--cost-seconds",
        defaultValue = "2",
        description = "Of each run that measures what the mode costs; 0: not measured (default: ${DEFAULT-VALUE}).")
    private int costSeconds;

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

    private CertifyReport report;
    private Path dir;
    private PostgresServer server;

    @Override
    public Integer call() throws IOException, InterruptedException
    {
        requireInRange();
        // What is interrupted leaves nothing running; there are no children at an end in order.
        Runtime.getRuntime().addShutdownHook(
            new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroy), "end-children"));
        report = new CertifyReport(spec.commandLine().getOut());
        seed = seed == null ? Long.valueOf(System.nanoTime() & Integer.MAX_VALUE) : seed;
        Files.createDirectories(parent);
        dir = Files.createTempDirectory(parent.toAbsolutePath(), "tailrace-certify-");
        boolean isKept = false;
        try
        {
            final CertifyConfig config = prepare();
            isKept = true;
            return run(config) ? PASSED : FAILED;
        }
        catch (final ConfigurationException ex)
        {
            spec.commandLine().getErr().println(ex.getMessage());
            return BAD_ARGUMENTS;
        }
        finally
        {
            if (!isKept)
            {
                delete();
            }
            else if (server != null)
            {
                server.stop();
            }
        }
    }

    private void requireInRange()
    {
        final int phases = KillPhase.values().length;
        require(perPhase >= 1 && kills >= perPhase * phases && rate >= 1000 && devices >= 1 && costSeconds >= 0,
            "--per-phase >= 1, --kills >= " + phases + " times --per-phase, that is " +
            Math.max(1, perPhase) * phases + ", --rate >= 1000, --devices >= 1, --cost-seconds >= 0");
        require(jdbcUrl == null || !isOwningServer, "one of --jdbc and --postgres");
        require(jdbcUrl != null || jdbcUser == null && jdbcPasswordEnv == null, "--jdbc with its user and password");
        require(databaseKills == null || isOwningServer && databaseKills >= 0 && databaseKills <= kills,
            "--database-kills with --postgres alone, 0 to --kills");
        databaseKills = databaseKills == null ? Integer.valueOf(isOwningServer ? DATABASE_KILLS : 0) : databaseKills;
    }

    private void require(final boolean isMet, final String expected)
    {
        if (!isMet)
        {
            throw new ParameterException(spec.commandLine(), "expected " + expected);
        }
    }

    /** Everything that may be refused. */
    private CertifyConfig prepare() throws IOException, InterruptedException
    {
        TrialDatabase database = jdbcUrl == null ? null : new TrialDatabase(jdbcUrl, jdbcUser, jdbcPasswordEnv);
        if (isOwningServer)
        {
            PostgresServer.requireSupported();
            server = PostgresServer.create();
            database = server.database();
        }
        final CertifyConfig config = CertifyConfig.of(
            read(), dir, dedup, database, (long)kills * rate <= (file == null ? SHORT_RUN : SHORT_RUN_OF_ANY));
        if (server != null)
        {
            server.start();
        }
        if (config.database() != null)
        {
            config.database().prepare(dir, config.writeYaml());
        }
        report.begin(settings(config), dir);
        return config;
    }

    private Map<String, Object> settings(final CertifyConfig config)
    {
        final Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("configuration", file == null ? "built in" : file.toString());
        settings.put("kills", kills);
        settings.put("per-phase", perPhase);
        settings.put("dedup", config.engine().dedup().by().name().toLowerCase(Locale.ROOT));
        settings.put("database", config.database() == null ? "none" : config.database().url());
        settings.put("database-kills", databaseKills);
        settings.put("rate", rate);
        settings.put("devices", devices);
        settings.put("seed", seed);
        return settings;
    }

    private boolean run(final CertifyConfig config) throws IOException, InterruptedException
    {
        try
        {
            certify(config);
        }
        catch (final CertifyException ex)
        {
            report.fail(ex.getMessage());
        }
        finally
        {
            deleteShared(config);
        }
        final List<Path> kept = new ArrayList<>();
        if (report.isPass() && !isKeeping)
        {
            delete();
        }
        else
        {
            kept.add(dir);
            if (server != null)
            {
                server.stop();
                kept.add(server.dir());
            }
        }
        report.end(json, kept);
        return report.isPass();
    }

    private void delete() throws IOException, InterruptedException
    {
        IoUtil.delete(dir.toFile(), true);
        if (server != null)
        {
            server.delete();
        }
    }

    private void certify(final CertifyConfig config) throws IOException, InterruptedException
    {
        final Path counterProperties = config.writeCounterProperties();
        final Path generatorProperties = dir.resolve("generator.properties");
        CertifyConfig.write(config.generator(devices, rate, seed).toProperties(), generatorProperties);
        final long beginNs = System.nanoTime();
        try (DatabaseKills database = new DatabaseKills(server, databaseKills, kills, seed))
        {
            final KillRun kill = new KillRun(dir, config.writeYaml(), config.dataDir(), kills, perPhase, seed,
                (number, meant, evidence) ->
                {
                    report.onKill(number, meant, evidence);
                    database.onEngineKill(number);
                });
            killAll(config, kill, database, generatorProperties);
            final long killNs = System.nanoTime() - beginNs;
            report.say("counting ...");
            final long countNs = System.nanoTime();
            final CounterRun counted = CounterRun.run(dir, counterProperties);
            report.phases(kill, perPhase);
            if (server != null)
            {
                report.databaseKills(database.sent(), database.withSink(), databaseKills);
            }
            report.counted(counted);
            report.times(kill.readyAfterNs(), LifecycleTimes.read(config.dataDir()), killNs,
                System.nanoTime() - countNs);
        }
        cost();
    }

    private void killAll(
        final CertifyConfig config, final KillRun kill, final DatabaseKills database, final Path generatorProperties)
        throws IOException, InterruptedException
    {
        try (ChildProcess generator = ChildProcess.start(
            dir, "generator", "256m", GENERATOR, List.of(generatorProperties.toString(), dir.toString())))
        {
            kill.begin();
            kill.run();
            try (EngineUnderTest engine = kill.last())
            {
                database.end();
                generator.tell("finish");
                final int exitCode = generator.awaitEnd(END_TIMEOUT_S);
                if (exitCode != 0)
                {
                    throw new CertifyException("the generator ended with " + exitCode + ": " + generator.err());
                }
                if (!config.engine().sinks().isEmpty())
                {
                    SinkLag.awaitNone(engine);
                }
                engine.stop();
            }
        }
    }

    private void cost()
    {
        if (costSeconds == 0 || !report.isPass())
        {
            report.noCost(costSeconds == 0 ? "--cost-seconds 0" : "since the run has failed");
            return;
        }
        report.say("measuring the cost of the mode ...");
        try
        {
            report.cost(ModeCost.measure(parent, seed, costSeconds, COST_PAIRS));
        }
        catch (final IllegalStateException ex)
        {
            report.noCost(ex.getMessage());
        }
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

    /** What killed engines left in shared memory, of this data directory alone. */
    private static void deleteShared(final CertifyConfig config)
    {
        if (Files.exists(config.dataDir().resolve("aeron.dir")))
        {
            IoUtil.delete(Path.of(DataDirectory.recordedAeronDirectoryName(config.dataDir())).toFile(), true);
        }
    }
}
