package io.tailrace.engine.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;

import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.demo.CsvDemo;
import io.tailrace.engine.demo.DemoException;
import io.tailrace.engine.demo.PlantDemo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Shows the engine at work, and whether it is right: exit 0 if every comparison passes, 1 if one fails, 2 if it was
 * asked for something that cannot be done.
 */
@Command(
    name = "demo",
    description = "Runs engine, driver and archive in this process, plays a simulated plant to them over real UDP " +
        "and compares every result with what the plant knows. Ends by itself.")
final class DemoCommand implements Callable<Integer>
{
    private static final int FAILED = 1;
    private static final int BAD_ARGUMENTS = 2;
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the plant; default 1.")
    private Long seed;

    @Option(names = "--events", paramLabel = "N", description = "Readings that the plant sends; default 2500000.")
    private Long events;

    @Option(names = "--rate", paramLabel = "N", description = "Readings a second; default 300000.")
    private double rate = PlantDemo.DEFAULT_RATE;

    @Option(names = "--data", paramLabel = "FILE.csv", description = "Plays this file in place of the plant.")
    private Path data;

    @Option(names = "--mode", paramLabel = "MODE", defaultValue = "exactly-once",
        description = "Delivery mode: exactly-once, at-least-once or in-memory; default ${DEFAULT-VALUE}.")
    private String mode;

    @Option(names = "--keep", description = "Does not delete the temporary data directory.")
    private boolean isKept;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "A new or empty data directory, which then stays.")
    private Path dataDir;

    @Override
    public Integer call()
    {
        final PrintWriter out = spec.commandLine().getOut();
        try
        {
            final LongConsumer progress = isTerminal() ? sent -> progress(out, sent) : sent -> { };
            return run(out, progress);
        }
        catch (final DemoException | ConfigurationException ex)
        {
            spec.commandLine().getErr().println("demo: " + ex.getMessage());
            return BAD_ARGUMENTS;
        }
        catch (final IllegalStateException ex)
        {
            spec.commandLine().getErr().println("demo: " + ex.getMessage());
            return FAILED;
        }
        finally
        {
            out.flush();
            spec.commandLine().getErr().flush();
        }
    }

    private int run(final PrintWriter out, final LongConsumer progress)
    {
        if (null == data)
        {
            return new PlantDemo(
                null == seed ? 1 : seed, null == events ? PlantDemo.DEFAULT_READINGS : events, rate)
                .mode(mode())
                .run(out, dataDir, isKept, progress);
        }
        if (null != seed || null != events)
        {
            throw new DemoException("--data=" + data + " with --seed or --events, expected one or the other: " +
                "a file has no seed and is played to its end");
        }
        return new CsvDemo(data, rate).mode(mode()).run(out, dataDir, isKept, progress);
    }

    private DeliveryMode mode()
    {
        return switch (mode)
        {
            case "exactly-once" -> DeliveryMode.EXACTLY_ONCE;
            case "at-least-once" -> DeliveryMode.AT_LEAST_ONCE;
            case "in-memory" -> DeliveryMode.IN_MEMORY;
            default -> throw new DemoException(
                "--mode=" + mode + ", expected exactly-once, at-least-once or in-memory");
        };
    }

    private static void progress(final PrintWriter out, final long sent)
    {
        out.printf("\r%,d readings sent \r", sent);
        out.flush();
    }

    /** A console object says nothing of where the output goes, and not the same on all Java versions. */
    private static boolean isTerminal()
    {
        try
        {
            final String target = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        }
        catch (final IOException | UnsupportedOperationException ex)
        {
            return false;
        }
    }
}
