package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;

import io.tailrace.engine.config.ConfigurationException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Runs the work of a command, and turns what it throws into one line and an exit code.
 */
final class CommandRun
{
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_ARGUMENTS = 2;

    private CommandRun()
    {
    }

    /**
     * Runs it.
     *
     * @param spec of the command, which knows where to print.
     * @param work answers the exit code. A {@link ConfigurationException} or an {@link ArgumentException} is
     *             {@link #WRONG_ARGUMENTS}, all else {@link #FAILED}.
     * @return the exit code.
     */
    static int run(final CommandSpec spec, final Callable<Integer> work)
    {
        try
        {
            return work.call();
        }
        catch (final ConfigurationException | ArgumentException ex)
        {
            error(spec, ex.getMessage());
            return WRONG_ARGUMENTS;
        }
        catch (final Exception ex)
        {
            error(spec, describe(ex));
            return FAILED;
        }
    }

    /** Prints one line to where errors go. */
    static void error(final CommandSpec spec, final String message)
    {
        final PrintWriter err = spec.commandLine().getErr();
        err.println(spec.name() + ": " + oneLine(message));
        err.flush();
    }

    private static String describe(final Exception ex)
    {
        final Throwable cause = ex instanceof UncheckedIOException && null != ex.getCause() ? ex.getCause() : null;
        final String message = null == ex.getMessage() ? ex.getClass().getSimpleName() : ex.getMessage();
        return null == cause || message.contains(cause.getClass().getSimpleName()) ?
            message : message + " (" + cause.getClass().getSimpleName() + ")";
    }

    private static String oneLine(final String message)
    {
        return message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
