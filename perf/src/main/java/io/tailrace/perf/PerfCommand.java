package io.tailrace.perf;

import io.tailrace.perf.certify.CertifyCommand;
import io.tailrace.perf.doctor.DoctorCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line of the perf module. Exit codes: 0 measured or proven, 1 a run failed or missed its rate, 2 bad
 * arguments.
 */
@Command(
    name = "tailrace-perf",
    description = "Measures Tailrace, and proves what it promises. See perf/docs.",
    mixinStandardHelpOptions = true,
    subcommands = {ThroughputCommand.class, LatencyCommand.class, WindowsCommand.class, CheckpointCommand.class,
        RecoveryCommand.class, ModesCommand.class, ScaleCommand.class, MemoryCommand.class, StormCommand.class,
        OverloadCommand.class, SenderCommand.class, JmhCommand.class, AllCommand.class, ProfileCommand.class,
        ReportCommand.class, CompareCommand.class, DoctorCommand.class, CertifyCommand.class})
public final class PerfCommand
{
    private static final int EXIT_FAILED = 1;

    private PerfCommand()
    {
    }

    /**
     * Runs a command and exits with its code.
     *
     * @param args of the command line.
     */
    public static void main(final String[] args)
    {
        // Before anything of Chronicle is loaded.
        System.setProperty("chronicle.analytics.disable", "true");
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine()
    {
        final CommandLine commandLine = new CommandLine(new PerfCommand());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((ex, command, result) ->
        {
            command.getErr().println("FAIL: " + ex);
            ex.printStackTrace(command.getErr());
            return EXIT_FAILED;
        });
        commandLine.setParameterExceptionHandler((ex, args) ->
        {
            final CommandLine command = ex.getCommandLine();
            command.getErr().println(
                command.getCommandSpec().qualifiedName() + ": " + ex.getMessage().replaceAll("\\R\\s*", " "));
            return command.getCommandSpec().exitCodeOnInvalidInput();
        });
        return commandLine;
    }
}
