package io.tailrace.perf;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.RunDirectory;
import io.tailrace.perf.report.RunManifest;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What all commands that measure have in common: a seed, a run directory, and the order of things.
 * <pre>
 *   arguments - manifest - heading - measure - report - save; exit code 1 if the run failed
 * </pre>
 */
abstract class MeasuringCommand implements Callable<Integer>
{
    @Spec
    private CommandSpec spec;

    @Option(names = "--seed", defaultValue = "1", description = "Of the workload (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", description = "Run directory: manifest and histograms (default: nowhere).")
    private Path out;

    @Override
    public final Integer call()
    {
        requireInRange();
        final RunDirectory directory = runDirectory();
        final Map<String, Object> workload = workload();
        workload.put("seed", seed);
        final RunManifest manifest = RunManifest.describe(Path.of(""))
            .put("command", spec.name())
            .put("arguments", spec.commandLine().getParseResult().originalArgs())
            .put("heading", heading())
            .put("workload", workload);
        final PrintWriter text = spec.commandLine().getOut();
        text.println(heading());
        text.println(manifest.summary());
        text.println(workload);
        text.flush();
        final long beforeNs = System.nanoTime();
        final Report report = measure(text, directory, manifest);
        report.print(text);
        if (null != directory)
        {
            describeEnd(manifest, beforeNs);
            report.save(directory, manifest);
        }
        return report.verdict().isPass() ? 0 : 1;
    }

    /** Measures; what ends a run with an exception leaves a manifest that says so. */
    private Report measure(final PrintWriter text, final RunDirectory directory, final RunManifest manifest)
    {
        final long beforeNs = System.nanoTime();
        try
        {
            return measure(text);
        }
        catch (final RuntimeException | Error ex)
        {
            if (null != directory)
            {
                final Report failed = new Report();
                failed.verdict().require(false, "not finished: " + ex);
                describeEnd(manifest, beforeNs);
                failed.save(directory, manifest);
            }
            throw ex;
        }
    }

    private static void describeEnd(final RunManifest manifest, final long beforeNs)
    {
        manifest.putInto(
            RunManifest.CONDITIONS,
            "duration-s",
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beforeNs));
        manifest.putInto(
            RunManifest.CONDITIONS,
            "load-average-at-end",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        manifest.putInto(
            RunManifest.CONDITIONS,
            "control",
            "an idle thread of the same JVM that parks for 1 ms and records how late it wakes");
    }

    /** Refuses arguments with {@link #require}. */
    abstract void requireInRange();

    /** @return what is measured, in a line. */
    abstract String heading();

    /** @return everything that the figures depend on, but for seed and machine; a map of the caller's own. */
    abstract Map<String, Object> workload();

    /**
     * Measures.
     *
     * @param text for what is to be seen before the end.
     * @return the report.
     */
    abstract Report measure(PrintWriter text);

    final long seed()
    {
        return seed;
    }

    /** Refuses the arguments unless a condition holds. */
    final void require(final boolean isMet, final String expected)
    {
        if (!isMet)
        {
            throw new ParameterException(spec.commandLine(), "expected " + expected);
        }
    }

    private RunDirectory runDirectory()
    {
        try
        {
            return null == out ? null : new RunDirectory(out);
        }
        catch (final IllegalArgumentException ex)
        {
            throw new ParameterException(spec.commandLine(), "--out: " + ex.getMessage(), ex);
        }
    }
}
