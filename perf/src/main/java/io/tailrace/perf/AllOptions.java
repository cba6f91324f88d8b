package io.tailrace.perf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.tailrace.engine.config.Layout;

/**
 * The runs of {@code all}, and with which arguments.
 *
 * @param seed    of all workloads.
 * @param layout  of all engines.
 * @param dir     where data directories are made.
 * @param isQuick whether the runs are short: they show that all works, and are no basis for claims.
 */
record AllOptions(long seed, Layout layout, Path dir, boolean isQuick)
{
    /** Run whose saturation a later one needs. */
    static final String THROUGHPUT = "throughput";
    /** Rate that is not known before that run: half of the saturation. */
    static final String HALF = "half-of-saturation";

    /**
     * A run.
     *
     * @param name      of its directory.
     * @param arguments command first; {@link #HALF} stands for a rate.
     */
    record Step(String name, List<String> arguments)
    {
        /** @return whether the saturation must be known. */
        boolean needsSaturation()
        {
            return arguments.contains(HALF);
        }

        /** @return the arguments with the rate. */
        List<String> at(final long rate)
        {
            return arguments.stream().map(argument -> argument.equals(HALF) ? String.valueOf(rate) : argument).toList();
        }
    }

    /** @return the runs in their order. */
    List<Step> steps()
    {
        final String[] pairs = isQuick ?
            new String[]{"--pairs", "1", "--seconds", "1", "--warmup", "1", "--max-events", "2000000"} :
            new String[]{};
        final String[] latency = isQuick ? new String[]{"--seconds", "3", "--warmup", "2"} : new String[]{};
        // The first checkpoint, after 10 s, makes its tables: it belongs to the warm-up.
        final String[] steady = isQuick ? latency : new String[]{"--seconds", "60", "--warmup", "15"};
        return List.of(
            engine(THROUGHPUT, pairs),
            named("latency-200k", engine("latency", latency), "--rate", "200000"),
            named("latency-half", engine("latency", steady), "--rate", HALF),
            from(LoadSource.UDP),
            from(LoadSource.AERON_UDP),
            from(LoadSource.AERON_IPC),
            new Step("windows", withSeed("windows", isQuick ?
                new String[]{"--rounds", "10", "--warmup", "10"} : new String[]{})),
            named("checkpoint", engine("checkpoint", pairs), isQuick ?
                new String[]{"--stall-seconds", "3", "--keys", "10000"} : new String[]{}),
            named("recovery", engine("recovery", pairs), isQuick ?
                new String[]{"--keys", "10000"} : new String[]{}),
            engine("scale", isQuick ?
                new String[]{"--keys", "1000,10000", "--operators", "1,2", "--pairs", "1", "--warmup", "200000",
                    "--memory", "10000"} :
                new String[]{}),
            isQuick ? named("modes", engine("modes", pairs), "--latency-seconds", "3") :
                engine("modes", "--seconds", "3", "--latency-seconds", "6"));
    }

    private Step from(final LoadSource source)
    {
        return named(
            "latency-" + source,
            engine("latency", "--rate", "200000", "--seconds", isQuick ? "3" : "10", "--warmup", isQuick ? "2" : "5"),
            "--from",
            source.toString());
    }

    private Step engine(final String command, final String... own)
    {
        final List<String> arguments = new ArrayList<>(withSeed(command, own));
        arguments.addAll(List.of("--layout", layout.name().toLowerCase(Locale.ROOT), "--dir", dir.toString()));
        return new Step(command, arguments);
    }

    private static Step named(final String name, final Step step, final String... more)
    {
        final List<String> arguments = new ArrayList<>(step.arguments());
        arguments.addAll(List.of(more));
        return new Step(name, arguments);
    }

    private List<String> withSeed(final String command, final String... own)
    {
        final List<String> arguments = new ArrayList<>(List.of(command, "--seed", String.valueOf(seed)));
        arguments.addAll(List.of(own));
        return arguments;
    }
}
