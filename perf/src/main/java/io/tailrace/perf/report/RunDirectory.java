package io.tailrace.perf.report;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * What a run leaves on disk. Files of a failed run end in {@code .FAIL}, so that nothing that collects figures takes
 * them; only the manifest keeps its name and says so inside.
 * <pre>
 *   latency.hlog   one interval a second, ns        control.hgrm   percentiles of the idle thread, us
 *   latency.hgrm   percentiles of results, us       manifest.json
 * </pre>
 * Threading: one thread.
 */
public final class RunDirectory
{
    /** What the file names of a failed run end in. */
    public static final String FAIL_SUFFIX = ".FAIL";
    /** Name of the manifest. */
    public static final String MANIFEST = "manifest.json";

    private static final double NANOS_PER_MICRO = 1_000.0;
    private static final double NANOS_PER_MILLI = 1_000_000.0;
    private static final int TICKS_PER_HALF_DISTANCE = 5;

    private final Path dir;

    /**
     * Creates the directory, unless it is there.
     *
     * @throws IllegalArgumentException if it holds a run already.
     */
    public RunDirectory(final Path dir)
    {
        if (Files.exists(dir.resolve(MANIFEST)))
        {
            throw new IllegalArgumentException(dir + " holds a run already, expected a new or empty directory");
        }
        try
        {
            Files.createDirectories(dir);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        this.dir = dir;
    }

    /**
     * Saves a histogram as percentiles.
     *
     * @param name    of the file without {@code .hgrm}.
     * @param verdict decides on the suffix.
     */
    public void savePercentiles(final String name, final Histogram histogram, final Verdict verdict)
    {
        try (PrintStream out = open(name + ".hgrm", verdict))
        {
            histogram.outputPercentileDistribution(out, TICKS_PER_HALF_DISTANCE, NANOS_PER_MICRO);
            requireWritten(out, name);
        }
    }

    /**
     * Saves the histograms of intervals as a log. Each has its start and end time stamp, epoch ms.
     *
     * @param name        of the file without {@code .hlog}.
     * @param startTimeMs of the run, epoch ms.
     * @param verdict     decides on the suffix.
     */
    public void saveIntervals(
        final String name, final long startTimeMs, final List<Histogram> intervals, final Verdict verdict)
    {
        try (PrintStream out = open(name + ".hlog", verdict))
        {
            final HistogramLogWriter writer = new HistogramLogWriter(out);
            writer.outputLogFormatVersion();
            writer.outputComment("latency from intended time, ns; the column of maxima is in ms");
            writer.outputStartTime(startTimeMs);
            writer.setBaseTime(startTimeMs);
            writer.outputLegend();
            for (final Histogram interval : intervals)
            {
                writer.outputIntervalHistogram(
                    (interval.getStartTimeStamp() - startTimeMs) / 1_000.0,
                    (interval.getEndTimeStamp() - startTimeMs) / 1_000.0,
                    interval,
                    NANOS_PER_MILLI);
            }
            requireWritten(out, name);
        }
    }

    /** Saves a text as it is. */
    public void saveText(final String name, final String text, final Verdict verdict)
    {
        try
        {
            Files.writeString(file(name, verdict), text);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** Saves the manifest. */
    public void saveManifest(final RunManifest manifest)
    {
        try
        {
            Files.writeString(dir.resolve(MANIFEST), manifest.toJson());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    /** @return the file of that name in the directory, with the suffix that the verdict asks for. */
    public Path file(final String name, final Verdict verdict)
    {
        return dir.resolve(verdict.isPass() ? name : name + FAIL_SUFFIX);
    }

    /** A print stream keeps its errors to itself until it is asked. */
    private static void requireWritten(final PrintStream out, final String name)
    {
        if (out.checkError())
        {
            throw new UncheckedIOException(new IOException("cannot write " + name));
        }
    }

    private PrintStream open(final String name, final Verdict verdict)
    {
        try
        {
            return new PrintStream(Files.newOutputStream(file(name, verdict)), false, StandardCharsets.UTF_8);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
