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

    /** @return {@link #anonymous} in MiB. */
    public double anonymousMib()
    {
        return anonymous / MIB;
    }

    /** @return {@link #shared} in MiB. */
    public double sharedMib()
    {
        return shared / MIB;
    }

    /**
     * What some samples come to, for people.
     *
     * @param samples one at least.
     * @return medians and ranges, MiB.
     */
    public static String text(final List<ResidentMemory> samples)
    {
        return Spread.of(samples.stream().mapToDouble(ResidentMemory::anonymousMib).toArray()).text(0) + ", shared " +
            Spread.of(samples.stream().mapToDouble(ResidentMemory::sharedMib).toArray()).text(0);
    }

    /**
     * How much anonymous memory has grown, by {@link Growth}. Shared memory is left out, as buffers of a fixed length
     * become resident page by page.
     *
     * @param name    of the comparison.
     * @param samples at equal distances, four at least.
     * @param bar     of the growth.
     */
    public static Comparison growth(final String name, final List<ResidentMemory> samples, final Bar bar)
    {
        return Growth.of(name, samples.stream().mapToDouble(ResidentMemory::anonymousMib).toArray(), bar);
    }

    /** @return whether there are enough samples for {@link #growth}. */
    public static boolean isEnough(final List<ResidentMemory> samples)
    {
        return Growth.isEnough(samples.size());
    }

    @Override
    public String toString()
    {
        return String.format(
            Locale.ROOT, "%.0f MiB, shared %.0f, files %.0f", anonymousMib(), sharedMib(), file / MIB);
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
