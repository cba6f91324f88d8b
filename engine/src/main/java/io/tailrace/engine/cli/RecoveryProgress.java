package io.tailrace.engine.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.function.LongConsumer;

/**
 * Shows on a terminal how far the replay of the journal is, and stops it when the process shall end. Says nothing where
 * nobody watches.
 */
final class RecoveryProgress implements LongConsumer
{
    /** The launch was given up since the process shall end. */
    static final class StoppedException extends RuntimeException
    {
        private static final long serialVersionUID = 1L;

        StoppedException()
        {
            super("stopped during recovery");
        }
    }

    private final PrintWriter err;
    private final StopSignal stop;
    private final boolean isTerminal;
    private boolean hasPrinted;

    RecoveryProgress(final PrintWriter err, final StopSignal stop)
    {
        this.err = err;
        this.stop = stop;
        isTerminal = isTerminal();
    }

    @Override
    public void accept(final long position)
    {
        if (stop.isSignalled())
        {
            throw new StoppedException();
        }
        if (isTerminal)
        {
            err.printf("\rreplayed to journal position %,d", position);
            err.flush();
            hasPrinted = true;
        }
    }

    /** Ends the line, if there is one. */
    void end()
    {
        if (hasPrinted)
        {
            err.println();
            err.flush();
        }
    }

    /** From JDK 22 on there may be a console without a terminal; it then says so itself. */
    private static boolean isTerminal()
    {
        final Console console = System.console();
        if (null == console)
        {
            return false;
        }
        try
        {
            return (boolean)Console.class.getMethod("isTerminal").invoke(console);
        }
        catch (final ReflectiveOperationException ex)
        {
            return true;
        }
    }
}
