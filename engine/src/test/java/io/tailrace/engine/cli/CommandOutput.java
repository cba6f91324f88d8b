package io.tailrace.engine.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;


import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * What a command answered and printed.
 */
record CommandOutput(int exitCode, String out, String err)
{
    static CommandOutput of(final Object command, final Object... args)
    {
        final StringWriter out = new StringWriter();
        final StringWriter err = new StringWriter();
        final String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++)
        {
            texts[i] = args[i].toString();
        }
        final int exitCode =
            TailraceCommand.commandLine(command, new PrintWriter(out), new PrintWriter(err)).execute(texts);
        return new CommandOutput(exitCode, out.toString(), err.toString());
    }

    List<String> lines()
    {
        return out.lines().toList();
    }

    CommandOutput assertDone()
    {
        assertEquals(0, exitCode, this::toString);
        return this;
    }

    /** The command has failed with one line that holds all of the texts. */
    CommandOutput assertError(final int expectedCode, final String... texts)
    {
        assertEquals(expectedCode, exitCode, this::toString);
        assertEquals(1, err.lines().count(), err);
        for (final String text : texts)
        {
            assertTrue(err.contains(text), () -> err + " does not say " + text);
        }
        return this;
    }

    String value(final String key)
    {
        final int at = out.indexOf(key + "=");
        assertTrue(at >= 0, () -> key + " is not in " + out);
        return out.substring(at + key.length() + 1).split("[ \n]")[0];
    }
}
