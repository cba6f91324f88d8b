package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.engine.StartCheck;
import io.tailrace.engine.SupportedFeatures;
import io.tailrace.engine.advice.SampleAdvice;
import io.tailrace.engine.advice.SampleReport;
import io.tailrace.engine.checkpoint.RecoveryForecast;
import io.tailrace.engine.config.Advisor;
import io.tailrace.engine.config.CheckpointEstimate;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EffectiveConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.engine.config.Quantities;
import io.tailrace.engine.config.SchemaDocument;
import io.tailrace.engine.retention.DiskLevel;
import io.tailrace.engine.retention.DiskPlan;
import picocli.CommandLine;

/**
 * Validates a configuration and prints what an engine would make of it, as YAML that can be used again: effective
 * values, and as comments the memory they cost, what a sample of readings says, and advice.
 */
@CommandLine.Command(
    name = "check",
    description = "Validates a configuration, prints effective values, memory and advice.")
final class CheckCommand implements Callable<Integer>
{
    private static final long MEBIBYTE = 1 << 20;
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @CommandLine.Parameters(arity = "0..1", paramLabel = "CONFIG", description = "Configuration file, YAML.")
    private Path file;

    @CommandLine.Option(
        names = "--against",
        paramLabel = "DIR",
        description = "What a start with this configuration would make of a data directory: whether it would be " +
            "refused, which keys have changed, what state would be kept, how much would be replayed. Exit code 2 if " +
            "it would be refused.")
    private Path against;

    @CommandLine.Option(names = "--keys", description = "Print the table of all configuration keys instead.")
    private boolean isKeys;

    @CommandLine.Option(
        names = "--sample",
        paramLabel = "FILE.csv",
        description = "Readings in the order of arrival, as batch takes them: measure their disorder, count what is " +
            "late, propose event time; .gz is decompressed.")
    private Path sample;

    @Override
    public Integer call() throws IOException, IdCollisionException
    {
        final PrintWriter out = spec.commandLine().getOut();
        if (isKeys)
        {
            out.print(SchemaDocument.markdown());
            out.flush();
            return ExitCodes.DONE;
        }
        if (null == file)
        {
            throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing required parameter: 'CONFIG', or --keys");
        }
        try
        {
            return null == against ? check(out) : checkAgainst(out);
        }
        catch (final ConfigurationException ex)
        {
            // All of them, each with its place: whoever asks for a check wants to mend them in one go.
            ex.problems().forEach(spec.commandLine().getErr()::println);
            spec.commandLine().getErr().flush();
            return ExitCodes.BAD_CONFIGURATION;
        }
    }

    private int checkAgainst(final PrintWriter out)
    {
        ArgumentException.require(null == sample, "--sample: found with --against, expected one or the other");
        ArgumentException.require(
            Files.isDirectory(against), "--against: found " + against + ", expected a data directory");
        final ConfigFile configFile = ConfigFile.read(file);
        configFile.requireDecidableUnits();
        SupportedFeatures.require(configFile);
        final StartCheck check = StartCheck.of(configFile.config(), against);
        out.println(against + ":");
        check.lines().forEach(line -> out.println("  " + line));
        out.println(check.isRefused() ? "A start would be refused." : "A start would go on.");
        out.flush();
        return check.isRefused() ? ExitCodes.BAD_CONFIGURATION : ExitCodes.DONE;
    }

    private int check(final PrintWriter out) throws IOException, IdCollisionException
    {
        ArgumentException.require(
            null == sample || Files.isReadable(sample) && !Files.isDirectory(sample),
            "--sample: found " + sample + ", expected a readable file");
        final ConfigFile configFile = ConfigFile.read(file);
        configFile.requireDecidableUnits();
        SupportedFeatures.require(configFile);

        EffectiveConfig.print(out, configFile.config());
        final MemoryEstimate memory = MemoryEstimate.of(configFile.config());
        out.println();
        out.println("# Memory when all bounds are reached, off-heap but for what is marked:");
        for (final MemoryEstimate.Line line : memory.lines())
        {
            printMemory(out, line.what(), String.format("%,d x %,d B", line.count(), line.bytesEach()),
                line.totalBytes());
        }
        printMemory(out, "total", "", memory.totalBytes());

        printDisk(out, configFile.config());
        printRecovery(out, configFile.config(), memory);
        advise(out, configFile.config());
        out.flush();
        return ExitCodes.DONE;
    }

    private static void printDisk(final PrintWriter out, final EngineConfig config)
    {
        if (config.mode() == DeliveryMode.IN_MEMORY)
        {
            out.println();
            out.println("# Disk: nothing is recorded; retention has no effect.");
            return;
        }
        final DiskPlan plan = DiskPlan.of(config);
        out.println();
        out.println("# Disk, " + (Long.MAX_VALUE == plan.budget() ? "no budget" : "budget") + ":");
        for (final DiskLevel level : EnumSet.range(DiskLevel.RAISED, DiskLevel.CRITICAL))
        {
            if (Long.MAX_VALUE != plan.budget())
            {
                printMemory(out, "alarm " + level.text() +
                    (DiskLevel.HIGH == level ? ", purged by size" : ""),
                    level.percent() + " %", plan.budget() / 100 * level.percent());
            }
        }
        if (Long.MAX_VALUE != plan.budget())
        {
            printMemory(out, "ingress stops", "", plan.budget() - plan.reserve());
        }
        printMemory(out, "critical with less room than", "", 2 * plan.reserve());
        printMemory(out, "ingress stops with less room than", "", plan.reserve());
        printMemory(out, "segment of journal and results log", "", plan.segmentLength());
        final CheckpointEstimate checkpoint = CheckpointEstimate.of(config);
        printMemory(out, "full checkpoint, usual panes", "", checkpoint.usualLength());
        printMemory(out, "full checkpoint, all bounds reached", "", checkpoint.mostLength());
        printMemory(out, "smallest budget", "", DiskPlan.minBudget(config));
        printMemory(out, "smallest, all bounds reached", "", plan.minBudget(checkpoint.mostLength()));
        out.println("#   Before each of these limits there is room for the next full checkpoint too.");
        out.println("#   The journal is kept from the oldest checkpoint on, and as long as retention.journal says.");
    }

    /** What a crash just before the next checkpoint costs, at rates of readings that nobody knows yet. */
    private static void printRecovery(
        final PrintWriter out, final EngineConfig config, final MemoryEstimate memory)
    {
        final ReplayRate rate = ReplayRate.of(config.dataDir());
        final long intervalNs = config.checkpoint().intervalNs();
        out.println();
        out.println("# Recovery after a crash, beside the launch, with checkpoint.interval " +
            Quantities.printDuration(intervalNs) + ":");
        for (final long perSecond : new long[]{10_000, 100_000, 1_000_000})
        {
            final long readings = (long)(perSecond * (intervalNs / NANOS_PER_SECOND));
            printTime(out, String.format("replay at %,d readings/s", perSecond),
                String.format("%,d", readings), (double)readings / rate.messagesPerSecond());
        }
        printTime(out, "restore, all bounds reached", "",
            (double)memory.totalBytes() / RecoveryForecast.RESTORED_BYTES_PER_SECOND);
        out.printf("#   The replay is taken to do %,d readings/s (%s), the restore %,d B/s.%n",
            rate.messagesPerSecond(),
            rate.isMeasured() ? "measured at a recovery of the data directory" :
            "a default, nothing is measured yet",
            RecoveryForecast.RESTORED_BYTES_PER_SECOND);
    }

    private static void printTime(
        final PrintWriter out, final String what, final String count, final double seconds)
    {
        out.printf("#   %-32s %28s  %,10.1f s%n", what, count, seconds);
    }

    private void advise(final PrintWriter out, final EngineConfig config) throws IOException, IdCollisionException
    {
        final List<String> advice = new ArrayList<>();
        if (null == sample)
        {
            advice.addAll(Advisor.advise(config));
        }
        else
        {
            final SampleReport report =
                SampleAdvice.measure(config, sample, TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()));
            printComment(out, report.lines());
            advice.addAll(report.findings());
            advice.addAll(Advisor.advise(report.configWithRates()));
        }
        if (!advice.isEmpty())
        {
            printComment(out, List.of("Advice:"));
            advice.forEach(line -> out.println("#   " + line));
        }
    }

    private static void printComment(final PrintWriter out, final List<String> lines)
    {
        out.println();
        lines.forEach(line -> out.println(("# " + line).stripTrailing()));
    }

    private static void printMemory(
        final PrintWriter out, final String what, final String product, final long totalBytes)
    {
        out.printf("#   %-32s %28s  %,10.1f MiB%n", what, product, totalBytes / (double)MEBIBYTE);
    }
}
