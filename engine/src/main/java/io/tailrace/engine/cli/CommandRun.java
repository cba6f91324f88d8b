package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;

import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs the work of a command, and turns what it throws into one line and an exit code, whichever command line it is
 * part of.
 */
final class CommandRun
{
    private CommandRun()
    {
    }

    /**
     * Runs it.
     *
     * @param spec of the command, which knows where to print.
     * @param work answers the exit code.
     * @return the exit code; for an {@link ArgumentException} {@link ExitCodes#BAD_CONFIGURATION}, for what else is
     * thrown
     *         as {@link ExitCodes#of} says.
     */
    static int run(final CommandSpec spec, final Callable<Integer> work)
    {
        try
        {
            return work.call();
        }
        catch (final Exception ex)
        {
            final int exitCode = ErrorLine.print(spec.commandLine().getErr(), ex);
            return ex instanceof ArgumentException ? ExitCodes.BAD_CONFIGURATION : exitCode;
        }
    }

    /** Prints one line about what does not make the command fail. */
    static void warn(final CommandSpec spec, final String message)
    {
        final PrintWriter err = spec.commandLine().getErr();
        err.println(message.strip().replaceAll("\\s*\\R\\s*", " "));
        err.flush();
    }
}
