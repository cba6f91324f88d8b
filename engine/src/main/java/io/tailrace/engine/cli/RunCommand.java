package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.aeron.exceptions.AeronException;
import io.tailrace.archive.recording.TailReport;
import io.tailrace.engine.Engine;
import io.tailrace.engine.RecoveryReport;
import io.tailrace.engine.SupportedFeatures;
import io.tailrace.engine.config.Advisor;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.JdbcSinkConfig;
import io.tailrace.engine.config.SinkConfig;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.Transport;
import io.tailrace.engine.monitor.JsonLine;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerText;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * The standalone engine, until SIGTERM or SIGINT: then what was taken becomes durable results, the ledgers are
 * printed, and the exit code is 0. Ends by itself only if the engine halts on a failure.
 */
@CommandLine.Command(
    name = "run",
    description = "Runs the engine until SIGTERM; prints a line 'ready ...' when its sources are open.")
final class RunCommand implements Callable<Integer>
{
    private static final long LOOK_INTERVAL_MS = 50;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @CommandLine.Parameters(paramLabel = "CONFIG", description = "Configuration file, YAML.")
    private Path file;

    @CommandLine.Option(
        names = "--new-epoch",
        description = "Begin a new results epoch at the end of the journal, for instance with another configuration.")
    private boolean isNewEpoch;

    @CommandLine.Option(
        names = "--accept-tzdata",
        description = "Go on in the same results epoch with time-zone data of another version than the journal's; " +
            "refused if it would change results that have been emitted.")
    private boolean isTimeZoneDataAccepted;

    @CommandLine.Option(
        names = "--replay-all",
        description = "Restore no checkpoint: replay the whole journal, and compare all results that are kept with it.")
    private boolean isReplayingWholeJournal;

    private PrintWriter out;
    private PrintWriter err;

    @Override
    public Integer call()
    {
        out = spec.commandLine().getOut();
        err = spec.commandLine().getErr();
        final ConfigFile configFile = ConfigFile.read(file);
        configFile.requireDecidableUnits();
        SupportedFeatures.require(configFile);
        requirePasswords(configFile);

        final EngineConfig config = configFile.config();
        final LifecycleLog log = new LifecycleLog(config.dataDir());
        log.append(LifecycleLog.line("starting")
            .add("name", config.name())
            .add("version", VersionProvider.version())
            .add("config", configFile.name())
            .add("configDigest", String.format("%016x", config.digest()))
            .add("java", Runtime.version().toString()));
        final Logger logger = LoggerFactory.getLogger("io.tailrace.engine");
        Advisor.advise(config).forEach(advice -> logger.warn("advice: {}", advice));
        try
        {
            run(config, log);
            return ExitCodes.DONE;
        }
        catch (final RecoveryProgress.StoppedException ex)
        {
            log.append(LifecycleLog.line("stopped").add("reason", ex.getMessage()));
            return ExitCodes.DONE;
        }
        catch (final RuntimeException ex)
        {
            log.append(LifecycleLog.line("failed").add("reason", ErrorLine.of(ex)));
            throw ex;
        }
    }

    /** Here, where the place in the file is still known; else the sink would fail after the start. */
    private static void requirePasswords(final ConfigFile configFile)
    {
        final List<SinkConfig> sinks = configFile.config().sinks();
        for (int i = 0; i < sinks.size(); i++)
        {
            final JdbcSinkConfig jdbc = sinks.get(i).jdbc();
            if (null != jdbc && null != jdbc.passwordEnv() && null == System.getenv(jdbc.passwordEnv()))
            {
                throw configFile.error(
                    "sinks[" + i + "].jdbc.password-env", "the name of an environment variable that is set");
            }
        }
    }

    private void run(final EngineConfig config, final LifecycleLog log)
    {
        final StopSignal stop = StopSignal.install();
        final RecoveryProgress progress = new RecoveryProgress(err, stop);
        final Engine.Context context = new Engine.Context()
            .config(config)
            .newEpoch(isNewEpoch)
            .acceptTimeZoneData(isTimeZoneDataAccepted)
            .replayWholeJournal(isReplayingWholeJournal)
            .progress(progress)
            .errorHandler(RunCommand::onError);
        try (Engine engine = launch(context, progress))
        {
            logRecovered(engine.recovery(), log);
            ready(engine, log);
            final DiskLifecycle disk = new DiskLifecycle(engine.disk(), log);
            final CheckpointLifecycle checkpoints = new CheckpointLifecycle(engine.checkpoints(), log);
            final BacklogLifecycle backlog = new BacklogLifecycle(
                engine.backlog(),
                config.sources().stream().map(SourceConfig::name).toList(),
                log,
                SystemNanoClock.INSTANCE);
            while (null == engine.failure() && !stop.await(LOOK_INTERVAL_MS))
            {
                disk.look();
                checkpoints.look();
                backlog.look();
            }
            log.append(LifecycleLog.line("stopping").add("reason", null == engine.failure() ? "signal" : "failure"));
            stop(engine, log);
        }
    }

    private static Engine launch(final Engine.Context context, final RecoveryProgress progress)
    {
        try
        {
            return Engine.launch(context);
        }
        finally
        {
            progress.end();
        }
    }

    private static void logRecovered(final RecoveryReport recovery, final LifecycleLog log)
    {
        final JsonLine line = LifecycleLog.line("recovered")
            .add("journalPosition", recovery.journalPosition())
            .add("checkpoint", recovery.checkpoint())
            .add("restoredBlocks", recovery.restoredBlocks())
            .add("verifiedCheckpoints", recovery.verifiedCheckpoints())
            .add("replayedFrom", recovery.replayedFrom())
            .add("replayedMessages", recovery.replayedMessages())
            .add("comparedResults", recovery.comparedResults())
            .add("unverifiedResults", recovery.unverifiedResults())
            .add("emittedResults", recovery.emittedResults())
            .add("timeZoneData", recovery.timeZoneData())
            .add("restoreMs", TimeUnit.NANOSECONDS.toMillis(recovery.restoreNs()))
            .add("replayMs", TimeUnit.NANOSECONDS.toMillis(recovery.replayNs()))
            .add("durationMs", TimeUnit.NANOSECONDS.toMillis(recovery.durationNs()));
        if (!recovery.windowsWholeAfter().isEmpty())
        {
            line.add("windowsWholeAfter", recovery.windowsWholeAfter());
        }
        for (final TailReport tail : recovery.tails())
        {
            line.add(tail.descriptor().name() + "Tail", tail.describe());
        }
        log.append(line);
    }

    private void ready(final Engine engine, final LifecycleLog log)
    {
        final String http = null == engine.httpAddress() ? "none" : text(engine.httpAddress());
        final long position = engine.recovery().journalPosition();
        final StringBuilder ready = new StringBuilder("ready pid=" + ProcessHandle.current().pid() +
            " http=" + http + " position=" + position);
        final JsonLine line = LifecycleLog.line("ready").add("http", http).add("journalPosition", position);
        for (final SourceConfig source : engine.config().sources())
        {
            if (source.transport() == Transport.UDP)
            {
                final String address = "udp:" + source.udp().getHostString() + ":" + engine.udpPort(source.name());
                ready.append(" source.").append(source.name()).append('=').append(address);
                line.add("source." + source.name(), address);
            }
        }
        log.append(line);
        out.println(ready);
        out.flush();
    }

    /** Closes the engine, prints the ledgers, and throws if not all that was taken became durable results. */
    private void stop(final Engine engine, final LifecycleLog log)
    {
        final long beginNs = System.nanoTime();
        engine.close();
        final LedgerReport ledger = engine.ledger();
        LedgerText.printTable(ledger, out);
        final Throwable failure = engine.failure();
        if (null != failure)
        {
            throw new IllegalStateException("engine failed", failure);
        }
        if (!engine.hasDrained())
        {
            throw new IllegalStateException(ledger.total("source", "in-flight") +
                " readings in flight, or results, could not be finished in time; the next start replays the journal");
        }
        if (ledger.unaccounted() != 0)
        {
            throw new IllegalStateException(ledger.unaccounted() + " readings are unaccounted for");
        }
        log.append(LifecycleLog.line("stopped")
            .add("received", ledger.received())
            .add("accepted", ledger.total("source", "accepted"))
            .add("rejected", ledger.total("source", "rejected"))
            .add("malformed", ledger.total("source", "malformed"))
            .add("kernelDrops", ledger.total("source", "kernel-drops"))
            .add("late", ledger.total("operator", "late"))
            .add("results", engine.view().nextResultSequence())
            .add("unaccounted", ledger.unaccounted())
            .add("durationMs", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs)));
    }

    /** A failure ends the engine and is then told once, by {@link ErrorLine}; its stack is in the error file. */
    private static void onError(final Throwable throwable)
    {
        final Logger logger = LoggerFactory.getLogger("io.tailrace.engine");
        if (throwable instanceof AeronException event && event.category() == AeronException.Category.WARN)
        {
            logger.warn(ErrorLine.of(throwable));
        }
        else
        {
            logger.debug("engine", throwable);
        }
    }

    private static String text(final InetSocketAddress address)
    {
        final String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
