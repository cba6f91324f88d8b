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
    /** Rate that the command finds itself: half of the saturation of its job. */
    private static final String HALF = "0";

    /**
     * A run.
     *
     * @param name      of its directory.
     * @param arguments command first.
     */
    record Step(String name, List<String> arguments)
    {
    }

    /** @return the runs in their order. */
    List<Step> steps()
    {
        final String[] pairs = isQuick ?
            new String[]{"--pairs", "1", "--seconds", "1", "--warmup", "1", "--max-events", "2000000"} :
            new String[]{};
        // The first checkpoint, after 10 s, makes its tables: it belongs to the warm-up.
        final String[] latency = isQuick ?
            new String[]{"--seconds", "3", "--warmup", "2"} : new String[]{"--seconds", "20", "--warmup", "15"};
        final String[] steady = isQuick ? latency : new String[]{"--seconds", "60", "--warmup", "15"};
        return List.of(
            engine("throughput", pairs),
            named("latency-200k", engine("latency", latency), "--rate", "200000"),
            named("latency-half", engine("latency", steady), "--rate", HALF),
            from(LoadSource.UDP),
            from(LoadSource.AERON_UDP),
            from(LoadSource.AERON_IPC),
            new Step("windows", withSeed("windows", isQuick ?
                new String[]{"--rounds", "10", "--warmup", "10"} : new String[]{})),
            named("checkpoint", engine("checkpoint", pairs), isQuick ?
                new String[]{"--stall-seconds", "3", "--keys", "10000"} :
                // As long as the stalls: half of what some seconds take is more than the disk takes for longer.
                new String[]{"--seconds", "15", "--max-events", "100000000"}),
            named("recovery", engine("recovery", pairs), isQuick ?
                new String[]{"--keys", "10000"} : new String[]{}),
            engine("scale", isQuick ?
                new String[]{"--keys", "1000,10000", "--operators", "1,2", "--pairs", "1", "--warmup", "200000",
                    "--memory", "10000"} :
                new String[]{}),
            isQuick ? named("modes", engine("modes", pairs), "--latency-seconds", "3") :
                engine("modes", "--seconds", "3", "--latency-seconds", "6"),
            engine("storm", isQuick ?
                new String[]{"--offline", "1m", "--rehearsal", "10s", "--warmup", "2", "--quiet-seconds", "2",
                    "--after-seconds", "2"} :
                // The reference case whole, at a rate that leaves some of two cores to what is critical.
                new String[]{"--backlog-rate", "300000"}),
            engine("overload", isQuick ?
                new String[]{"--factor", "10", "--seconds", "4", "--normal-seconds", "2", "--saturation-seconds", "2"} :
                new String[]{"--seconds", "60", "--normal-seconds", "30"}));
    }

    private Step from(final LoadSource source)
    {
        return named(
            "latency-" + source,
            engine("latency", "--rate", "200000", "--seconds", isQuick ? "3" : "10", "--warmup", isQuick ? "2" : "15"),
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
