package io.tailrace.perf;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.tailrace.perf.report.Report;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.util.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jmh}: the benchmarks of the parts, each in JVMs of its own. */
@Command(
    name = "jmh",
    description = "Benchmarks of the parts by JMH, ns per operation: codec, text, state, watermark, dedup, ring, " +
        "journal, firing, operator core.",
    mixinStandardHelpOptions = true)
final class JmhCommand extends MeasuringCommand
{
    private static final String END_OF_OPTIONS = "--";

    @Spec
    private CommandSpec spec;

    @Parameters(
        arity = "0..*",
        paramLabel = "[PATTERN] [-- JMH-OPTION...]",
        hideParamSyntax = true,
        description = "Regular expression that is found in the names of the benchmarks to run (default: all); " +
            "behind --, JMH's own options, which come before these.")
    private List<String> positionals = new ArrayList<>();

    @Option(
        names = "--quick",
        description = "One JVM and one short iteration each: shows that all work, and is no basis for claims.")
    private boolean isQuick;

    @Option(names = "--profiler", description = "One of JMH's; gc adds the bytes allocated per operation.")
    private String profiler;

    private JmhOptions options;

    @Override
    void requireInRange()
    {
        final List<String> arguments = spec.commandLine().getParseResult().originalArgs();
        final int end = arguments.indexOf(END_OF_OPTIONS);
        final int ownCount = end < 0 ? 0 : arguments.size() - end - 1;
        final int patternCount = positionals.size() - ownCount;
        require(patternCount <= 1, "one pattern, found " + positionals.subList(0, Math.max(0, patternCount)));
        try
        {
            options = new JmhOptions(
                patternCount == 0 ? null : positionals.get(0),
                isQuick,
                profiler,
                seed(),
                positionals.subList(patternCount, positionals.size()));
        }
        catch (final IllegalArgumentException ex)
        {
            require(false, ex.getMessage());
        }
    }

    @Override
    String heading()
    {
        return "Benchmarks of the parts: warm-up " + options.warmup() + ", measured " + options.measurement() +
            ", JVMs of each: " + options.forks();
    }

    @Override
    Report measure(final PrintWriter text)
    {
        final Report report = new Report();
        try (Control control = Control.start())
        {
            run(report, text);
            control.addTo(report);
        }
        return report;
    }

    private void run(final Report report, final PrintWriter text)
    {
        try
        {
            if (options.isVerbositySet())
            {
                final Options all = new OptionsBuilder().parent(options.options()).shouldFailOnError(true).build();
                JmhFigures.addTo(report, new Runner(all).run());
            }
            else
            {
                final JmhProgress progress = new JmhProgress(text);
                JmhFigures.addTo(report, new Runner(options.options(), progress).run());
                progress.unfinished().forEach(name -> report.verdict().require(false, name + ": no result"));
            }
        }
        catch (final RunnerException ex)
        {
            report.verdict().require(false, "JMH: " + reason(ex));
        }
    }

    /** What a benchmark throws is the cause of nothing for JMH, but suppressed by its own exception. */
    private static String reason(final Throwable ex)
    {
        if (null != ex.getCause())
        {
            return reason(ex.getCause());
        }
        return ex.getSuppressed().length > 0 ? reason(ex.getSuppressed()[0]) : ex.toString();
    }

    @Override
    Map<String, Object> workload()
    {
        final Map<String, Object> workload = new LinkedHashMap<>();
        workload.put("layout", "none");
        workload.put("rate", "as fast as it goes");
        workload.put("benchmarks", options.options().getIncludes());
        workload.put("jmh", Version.getPlainVersion());
        workload.put("forks", options.forks());
        workload.put("warmup", options.warmup());
        workload.put("measurement", options.measurement());
        workload.put("profiler", profiler);
        workload.put("fork-flags", options.options().getJvmArgsAppend().get());
        workload.put("left-out", "everything but the part that a benchmark is named after");
        return workload;
    }
}
