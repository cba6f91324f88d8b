package io.tailrace.perf.storm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM says of its heap whenever it has collected it. A heap that is resident from the start does not show in the
 * memory of the process how full it is.
 */
final class HeapLog
{
    /** {@code [TIMEns] GC(0) Pause Young (Allocation Failure) 68M->1M(247M) 5.1ms}. */
    private static final Pattern COLLECTION =
        Pattern.compile("\\[(\\d+)ns].* (\\d+)([KMG])->(\\d+)([KMG])\\((\\d+)([KMG])\\) .*");
    private static final double KIB_PER_MIB = 1_024;

    /**
     * A collection.
     *
     * @param timeNs  when it was over, {@code System.nanoTime()}, which on Linux is one clock for all processes.
     * @param usedMib what was used after it.
     */
    record Collection(long timeNs, double usedMib)
    {
    }

    private HeapLog()
    {
    }

    /** @return the flag that has a JVM write to a file. */
    static String flag(final Path file)
    {
        return "-Xlog:gc:file=" + file + ":timenanos";
    }

    /** @return the collections that a file tells of; a line that was cut is left out. */
    static List<Collection> read(final Path file) throws IOException
    {
        final List<Collection> collections = new ArrayList<>();
        for (final String line : Files.readAllLines(file))
        {
            final Matcher matcher = COLLECTION.matcher(line);
            if (matcher.matches())
            {
                collections.add(
                    new Collection(Long.parseLong(matcher.group(1)), mib(matcher.group(4), matcher.group(5))));
            }
        }
        return collections;
    }

    private static double mib(final String number, final String unit)
    {
        final double size = Double.parseDouble(number);
        return switch (unit)
        {
            case "K" -> size / KIB_PER_MIB;
            case "M" -> size;
            default -> size * KIB_PER_MIB;
        };
    }
}
