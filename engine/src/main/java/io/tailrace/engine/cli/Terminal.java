package io.tailrace.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether somebody watches. The console of the JDK does not tell: newer ones have one without a terminal as well.
 */
final class Terminal
{
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal()
    {
    }

    /** @return whether standard error is a terminal; false where that cannot be told. */
    static boolean isError()
    {
        try
        {
            final String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        }
        catch (final IOException | UnsupportedOperationException ex)
        {
            return false;
        }
    }
}
