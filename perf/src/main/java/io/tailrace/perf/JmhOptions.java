package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.ProfilerConfig;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Optional;

/**
 * How benchmarks run: what the command says, over it what stands in JMH's own options, below both the defaults.
 * <p>
 * Threading: one thread.
 */
final class JmhOptions
{
    /** Name of the parameter that seeds the benchmarks that have a workload. */
    static final String SEED = "seed";

    private static final int FORKS = 2;
    private static final int WARMUP_ITERATIONS = 3;
    private static final int ITERATIONS = 5;
    private static final TimeValue ITERATION = TimeValue.seconds(1);
    private static final TimeValue QUICK_WARMUP = TimeValue.milliseconds(500);
    private static final TimeValue QUICK_ITERATION = TimeValue.milliseconds(200);
    private static final String ALL = "^io\\.tailrace\\.perf\\.jmh\\.";

    private final CommandLineOptions own;
    private final Options options;

    /**
     * @param pattern  of the benchmarks' names; null: all.
     * @param isQuick  whether each runs for one short iteration.
     * @param profiler of JMH; null: none.
     * @param seed     of the workloads.
     * @param own      JMH's own options.
     * @throws IllegalArgumentException if an option is unknown, or nothing runs with them; its message says what is
     *                                  expected.
     */
    JmhOptions(
        final String pattern, final boolean isQuick, final String profiler, final long seed, final List<String> own)
    {
        this.own = parse(own);
        final OptionsBuilder builder = new OptionsBuilder();
        builder.parent(this.own);
        if (null != pattern)
        {
            builder.include(pattern);
        }
        else if (this.own.getIncludes().isEmpty())
        {
            builder.include(ALL);
        }
        if (null != profiler)
        {
            builder.addProfiler(profiler);
        }
        if (!this.own.getParameter(SEED).hasValue())
        {
            builder.param(SEED, Long.toString(seed));
        }
        addTimes(builder, isQuick);
        addForkFlags(builder);
        options = builder.build();
        requireRunnable();
    }

    /** @return how to run. */
    Options options()
    {
        return options;
    }

    /** @return whether JMH's own output was asked for. */
    boolean isVerbositySet()
    {
        return own.verbosity().hasValue();
    }

    /** @return JVMs that each benchmark runs in one after the other; 0: in this one. */
    int forks()
    {
        return options.getForkCount().get();
    }

    /** @return the measured iterations of each JVM. */
    String measurement()
    {
        return options.getMeasurementIterations().get() + " x " + options.getMeasurementTime().get();
    }

    /** @return the iterations before. */
    String warmup()
    {
        return options.getWarmupIterations().get() + " x " + options.getWarmupTime().get();
    }

    private static CommandLineOptions parse(final List<String> own)
    {
        final CommandLineOptions parsed;
        try
        {
            parsed = new CommandLineOptions(own.toArray(new String[0]));
        }
        catch (final CommandLineOptionException ex)
        {
            throw new IllegalArgumentException("options of JMH behind --: " + ex.getMessage(), ex);
        }
        if (parsed.shouldHelp() || parsed.shouldList() || parsed.shouldListWithParams() ||
            parsed.shouldListProfilers() || parsed.shouldListResultFormats())
        {
            throw new IllegalArgumentException(
                "options of a run behind --, not those that list or explain: " + String.join(" ", own));
        }
        return parsed;
    }

    private void addTimes(final OptionsBuilder builder, final boolean isQuick)
    {
        builder.forks(or(own.getForkCount(), isQuick ? 1 : FORKS));
        builder.warmupIterations(or(own.getWarmupIterations(), isQuick ? 1 : WARMUP_ITERATIONS));
        builder.warmupTime(or(own.getWarmupTime(), isQuick ? QUICK_WARMUP : ITERATION));
        builder.measurementIterations(or(own.getMeasurementIterations(), isQuick ? 1 : ITERATIONS));
        builder.measurementTime(or(own.getMeasurementTime(), isQuick ? QUICK_ITERATION : ITERATION));
    }

    private static <T> T or(final Optional<T> set, final T otherwise)
    {
        return set.hasValue() ? set.get() : otherwise;
    }

    private void addForkFlags(final OptionsBuilder builder)
    {
        final List<String> flags = new ArrayList<>(ForkFlags.ofOwnJar());
        if (own.getJvmArgsAppend().hasValue())
        {
            flags.addAll(own.getJvmArgsAppend().get());
        }
        builder.jvmArgsAppend(flags.toArray(new String[0]));
    }

    private void requireRunnable()
    {
        try
        {
            if (BenchmarkList.defaultList().find(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                options.getIncludes(),
                options.getExcludes()).isEmpty())
            {
                throw new IllegalArgumentException("a pattern that some of these match: " + String.join(", ", names()));
            }
            for (final ProfilerConfig profiler : options.getProfilers())
            {
                ProfilerFactory.getProfilerOrException(profiler);
            }
        }
        catch (final PatternSyntaxException ex)
        {
            throw new IllegalArgumentException("a regular expression: " + ex.getDescription() + " in " +
                ex.getPattern(), ex);
        }
        catch (final ProfilerException ex)
        {
            throw new IllegalArgumentException("a profiler that JMH has here, as gc: " + ex.getMessage(), ex);
        }
    }

    /** @return names of all benchmarks, in order. */
    static List<String> names()
    {
        return BenchmarkList.defaultList().getAll(
            OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of()).stream()
            .map(BenchmarkListEntry::getUsername)
            .map(JmhFigures::shortName)
            .sorted()
            .distinct()
            .toList();
    }
}
