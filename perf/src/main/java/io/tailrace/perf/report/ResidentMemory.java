package io.tailrace.perf.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What a process has in physical memory at one moment, bytes.
 *
 * @param anonymous of no file: heap, off-heap memory, stacks.
 * @param file      of files: code, and what is mapped of recordings. The system takes it back when it needs it.
 * @param shared    in shared memory: the media driver's buffers.
 */
public record ResidentMemory(long anonymous, long file, long shared)
{
    private static final long KIB = 1_024;
    private static final double MIB = 1_024 * 1_024;

    /**
     * Takes that of a process.
     *
     * @throws IOException if it has ended, or this system does not say.
     */
    public static ResidentMemory of(final long pid) throws IOException
    {
        final List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
        return new ResidentMemory(
            bytes(status, "RssAnon:"), bytes(status, "RssFile:"), bytes(status, "RssShmem:"));
    }

    /** @return what the process itself has taken, which no other can get. */
    public long own()
    {
        return anonymous + shared;
    }

    /** @return {@link #own} in MiB. */
    public double ownMib()
    {
        return own() / MIB;
    }

    @Override
    public String toString()
    {
        return String.format(Locale.ROOT, "%.0f MiB own, %.0f MiB of files", ownMib(), file / MIB);
    }

    private static long bytes(final List<String> status, final String name) throws IOException
    {
        for (final String line : status)
        {
            if (line.startsWith(name) && line.endsWith(" kB"))
            {
                return Long.parseLong(line.substring(name.length(), line.length() - 3).strip()) * KIB;
            }
        }
        throw new IOException("/proc: found no " + name + ", expected kB");
    }
}
