package io.tailrace.engine.cli;

import java.io.PrintWriter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * An error as one line on standard error. The stack goes to the log at level {@code debug}: switch it on with
 * {@code -Dorg.slf4j.simpleLogger.log.io.tailrace=debug}.
 */
final class ErrorLine
{
    private static final int MAX_CAUSES = 4;

    private ErrorLine()
    {
    }

    /**
     * Prints what was thrown.
     *
     * @return the exit code for it.
     */
    static int print(final PrintWriter err, final Throwable thrown)
    {
        // Asked for here and not in a constant: the command line sets how to log before the first logger is made.
        final Logger logger = LoggerFactory.getLogger("io.tailrace.cli");
        logger.debug("command failed", thrown);
        err.println(of(thrown));
        err.flush();
        return ExitCodes.of(thrown);
    }

    /** Prints an error in the arguments, and where to read on. */
    static int print(final PrintWriter err, final CommandLine.ParameterException thrown)
    {
        final String command = thrown.getCommandLine().getCommandSpec().qualifiedName();
        err.println(of(thrown) + "; see '" + command + " --help'");
        err.flush();
        return ExitCodes.of(thrown);
    }

    /** Prints one line about what does not make the command fail. */
    static void warn(final PrintWriter err, final String message)
    {
        err.println(message.strip().replaceAll("\\s*\\R\\s*", " "));
        err.flush();
    }

    /** @return its message and those of its causes as far as they say more, in one line. */
    static String of(final Throwable thrown)
    {
        final StringBuilder line = new StringBuilder(messageOf(thrown));
        Throwable cause = thrown.getCause();
        for (int i = 0; i < MAX_CAUSES && null != cause; i++)
        {
            final String message = messageOf(cause);
            if (line.indexOf(message) < 0)
            {
                line.append(": ").append(message);
            }
            cause = cause.getCause();
        }
        return line.toString();
    }

    /** The messages of files and of the JVM say little without the name of the exception. */
    private static String messageOf(final Throwable thrown)
    {
        final String message = thrown.getMessage();
        if (null == message || message.isBlank())
        {
            return thrown.getClass().getSimpleName();
        }
        final String line = message.strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
        final boolean isBare = thrown.getClass().getName().startsWith("java.") && null == thrown.getCause();
        return isBare ? thrown.getClass().getSimpleName() + ": " + line : line;
    }
}
