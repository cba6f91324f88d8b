package io.tailrace.perf.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run directory, read back. Of a failed run there are the manifest and its reasons, and no figures: they are
 * not to be shown. A profiled run counts as failed, whatever its status: it is no measurement either.
 * <p>
 * Threading: immutable, once made.
 *
 * @param dir         of the run.
 * @param command     that measured; empty in a manifest that does not say.
 * @param failures    why it is no measurement; empty if it is one.
 * @param manifest    all of it.
 * @param comparisons in the order in which they were printed; none of a failed run.
 * @param intervals   histograms of each log by the name of its file, ns; none of a failed run.
 * @param overTime    rates over time; none of a failed run.
 */
public record SavedRun(
    Path dir,
    String command,
    List<String> failures,
    JsonNode manifest,
    List<Comparison> comparisons,
    Map<String, List<Histogram>> intervals,
    List<RateOverTime> overTime)
{
    private static final String LOG = ".hlog";
    private static final JsonMapper MAPPER = new JsonMapper();

    /**
     * Reads a run.
     *
     * @param dir of the run.
     * @throws IllegalArgumentException if the directory holds no run, or one that cannot be read.
     */
    public static SavedRun read(final Path dir)
    {
        final Path file = dir.resolve(RunDirectory.MANIFEST);
        if (!Files.isRegularFile(file))
        {
            throw new IllegalArgumentException(dir + ": no " + RunDirectory.MANIFEST + ", expected a run directory");
        }
        final JsonNode manifest;
        try
        {
            manifest = MAPPER.readTree(Files.readString(file));
        }
        catch (final JacksonException | IOException ex)
        {
            throw new IllegalArgumentException(file + ": not readable, " + ex.getMessage(), ex);
        }
        final String command = manifest.path("command").asString("");
        final List<String> failures = failures(manifest);
        if (!failures.isEmpty())
        {
            return new SavedRun(dir, command, failures, manifest, List.of(), Map.of(), List.of());
        }
        return new SavedRun(
            dir, command, failures, manifest, comparisons(manifest), intervals(dir), RateOverTime.of(manifest));
    }

    /**
     * Reads the runs of some directories; one that holds no run stands for those right below it.
     *
     * @param dirs in the order in which the runs are wanted.
     * @return one run or more for each.
     * @throws IllegalArgumentException if there is no run in one, or one that cannot be read.
     */
    public static List<SavedRun> readAll(final List<Path> dirs)
    {
        final List<SavedRun> runs = new ArrayList<>();
        for (final Path dir : dirs)
        {
            final List<Path> below = Files.exists(dir.resolve(RunDirectory.MANIFEST)) ? List.of() : runsBelow(dir);
            if (below.isEmpty())
            {
                runs.add(read(dir));
            }
            below.forEach(path -> runs.add(read(path)));
        }
        return runs;
    }

    /** @return whether the run is a measurement. */
    public boolean isPass()
    {
        return failures.isEmpty();
    }

    /** @return name of the directory. */
    public String name()
    {
        return dir.toAbsolutePath().normalize().getFileName().toString();
    }

    /** @return all intervals of each log together, ns. */
    public Map<String, Histogram> histograms()
    {
        final Map<String, Histogram> histograms = new LinkedHashMap<>();
        intervals.forEach((name, log) ->
        {
            final Histogram sum = LatencyTable.newHistogram();
            log.forEach(sum::add);
            histograms.put(name, sum);
        });
        return histograms;
    }

    /** @return a value of the manifest as text; {@code unknown} if it is missing or null. */
    public String text(final String section, final String key)
    {
        final JsonNode value = manifest.path(section).path(key);
        return value.isMissingNode() || value.isNull() ? "unknown" :
            value.isValueNode() ? value.asString() : value.toString();
    }

    private static List<String> failures(final JsonNode manifest)
    {
        final List<String> failures = new ArrayList<>();
        manifest.path("failures").forEach(failure -> failures.add(failure.asString()));
        if (failures.isEmpty() && !"PASS".equals(manifest.path("status").asString("")))
        {
            failures.add("status is " + manifest.path("status") + ", expected PASS");
        }
        if (manifest.path(RunManifest.CONDITIONS).path(RunManifest.PROFILED).asBoolean(false))
        {
            failures.add("profiled: what runs under a profiler is no measurement");
        }
        return failures;
    }

    private static List<Comparison> comparisons(final JsonNode manifest)
    {
        final List<Comparison> comparisons = new ArrayList<>();
        manifest.path(Report.COMPARISONS).properties().forEach(
            entry -> comparisons.add(Comparison.fromJson(entry.getKey(), entry.getValue())));
        return comparisons;
    }

    private static Map<String, List<Histogram>> intervals(final Path dir)
    {
        final Map<String, List<Histogram>> intervals = new TreeMap<>();
        for (final Path file : list(dir))
        {
            final String name = file.getFileName().toString();
            if (name.endsWith(LOG))
            {
                intervals.put(name.substring(0, name.length() - LOG.length()), log(file));
            }
        }
        return intervals;
    }

    private static List<Histogram> log(final Path file)
    {
        final List<Histogram> log = new ArrayList<>();
        try (HistogramLogReader reader = new HistogramLogReader(file.toFile()))
        {
            for (EncodableHistogram next = reader.nextIntervalHistogram();
                null != next;
                next = reader.nextIntervalHistogram())
            {
                if (next instanceof final Histogram interval)
                {
                    log.add(interval);
                }
            }
        }
        catch (final FileNotFoundException ex)
        {
            throw new UncheckedIOException(ex);
        }
        catch (final RuntimeException ex)
        {
            throw new IllegalArgumentException(file + ": no histogram log, " + ex.getMessage(), ex);
        }
        return log;
    }

    private static List<Path> runsBelow(final Path dir)
    {
        return Files.isDirectory(dir) ?
            list(dir).stream().filter(path -> Files.exists(path.resolve(RunDirectory.MANIFEST))).toList() :
            List.of();
    }

    private static List<Path> list(final Path dir)
    {
        try (Stream<Path> paths = Files.list(dir))
        {
            return paths.sorted().toList();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }
}
