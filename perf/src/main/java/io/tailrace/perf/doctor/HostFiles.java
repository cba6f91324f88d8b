package io.tailrace.perf.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Files in which a kernel describes itself, below a root; tests have a root of their own.
 *
 * @param root {@code /} on a real machine.
 */
record HostFiles(Path root)
{
    /**
     * @param path without the root and its slash.
     * @return lines of a file; none if it is not there or cannot be read, as in many a container.
     */
    List<String> lines(final String path)
    {
        try
        {
            return Files.readAllLines(root.resolve(path));
        }
        catch (final IOException ignore)
        {
            return List.of();
        }
    }

    /** @return first line of a file without blanks around it; empty if there is none. */
    String line(final String path)
    {
        final List<String> lines = lines(path);
        return lines.isEmpty() ? "" : lines.get(0).trim();
    }

    /** @return first line of a file as a number; -1 if it is none. */
    long number(final String path)
    {
        return parse(line(path));
    }

    /** @return a number of decimal digits; -1 if it is none. */
    static long parse(final String text)
    {
        try
        {
            return Long.parseLong(text);
        }
        catch (final NumberFormatException ignore)
        {
            return -1;
        }
    }
}
