package io.tailrace.engine.cli;

import java.io.PrintWriter;

import picocli.CommandLine;

/**
 * The command line {@code tailrace}. A sub-command is a class with a line below.
 */
@CommandLine.Command(
    name = "tailrace",
    description = "A low-latency, exactly-once stream engine for IoT readings.",
    subcommands = {
        DemoCommand.class,
        RunCommand.class,
        SendCommand.class,
        TailCommand.class,
        BatchCommand.class,
        CheckCommand.class,
        InspectCommand.class,
        SinkSchemaCommand.class,
    },
    versionProvider = VersionProvider.class,
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
        "0:done; readings may have been rejected",
        "1:failed",
        "2:bad configuration or arguments",
    })
public final class TailraceCommand implements Runnable
{
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs a command and exits with its code. */
    public static void main(final String[] args)
    {
        // Before anything else: the libraries read these while their classes load.
        setDefault("chronicle.analytics.disable", "true");
        setDefault("agrona.disable.bounds.checks", "true");

        System.exit(execute(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    @Override
    public void run()
    {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /**
     * Runs a command.
     *
     * @param out  results.
     * @param err  one line if it fails.
     * @param args as from the shell.
     * @return exit code.
     */
    static int execute(final PrintWriter out, final PrintWriter err, final String... args)
    {
        return commandLine(new TailraceCommand(), out, err).execute(args);
    }

    /** A command that answers errors with one line and an exit code. */
    static CommandLine commandLine(final Object command, final PrintWriter out, final PrintWriter err)
    {
        return new CommandLine(command)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((ex, arguments) -> ErrorLine.print(err, ex))
            .setExecutionExceptionHandler((ex, commandLine, parsed) -> ErrorLine.print(err, ex));
    }

    private static void setDefault(final String name, final String value)
    {
        if (null == System.getProperty(name))
        {
            System.setProperty(name, value);
        }
    }
}
