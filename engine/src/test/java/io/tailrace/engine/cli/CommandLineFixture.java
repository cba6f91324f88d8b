package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One execution of the command line in this JVM: exit code and what was printed.
 */
record CommandLineFixture(int exitCode, String out, String err)
{
    static CommandLineFixture execute(final String... args)
    {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final int exitCode = TailraceCommand.execute(new PrintWriter(out), new PrintWriter(err), args);
        return new CommandLineFixture(exitCode, out.toString(), err.toString());
    }
}
