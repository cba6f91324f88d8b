package io.tailrace.perf;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import io.tailrace.engine.config.MemoryEstimate;
import io.tailrace.perf.report.ProcessMemory;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/**
 * Measures the memory of so many devices in the JVM that runs it, for {@link MemoryScale}, which starts that with all
 * of its heap resident.
 */
@Command(name = "memory-of", hidden = true, description = "A step of scale; not to be called by itself.")
final class MemoryCommand implements Callable<Integer>
{
    /** Kinds of state, by their names. */
    static final String STATE = "state";
    /** The process with an engine of J1. */
    static final String PROCESS = "process";
    /** What {@code check} states of its configuration. */
    static final String STATED = "stated";
    /** What was wrong; {@code PASS} if nothing was. */
    static final String VERDICT = "verdict";

    private static final int LOADED = 64;
    private static final int SPARE = 1 << 10;

    @Spec
    private CommandSpec spec;

    @Option(names = "--devices", required = true, description = "How many.")
    private int devices;

    @Option(names = "--to", required = true, description = "File to be written.")
    private Path to;

    @Mixin
    private EngineOptions engine;

    @Override
    public Integer call()
    {
        final Verdict verdict = new Verdict();
        final Map<String, Object> state = new LinkedHashMap<>();
        // Classes, and what they load, must not count as state.
        for (final StateMemory.Kind kind : StateMemory.Kind.values())
        {
            StateMemory.measure(kind, LOADED, verdict);
        }
        for (final StateMemory.Kind kind : StateMemory.Kind.values())
        {
            final int count = kind == StateMemory.Kind.NOTHING ? 1 : devices;
            state.put(kind.name(), StateMemory.measure(kind, count, verdict).toMap());
        }
        final Map<String, Object> measured = new LinkedHashMap<>();
        measured.put(STATE, state);
        measured.put(PROCESS, process(verdict).toMap());
        measured.put(STATED, stated());
        measured.put(VERDICT, verdict.toString());
        new JsonMapper().writeValue(to.toFile(), measured);
        final PrintWriter text = spec.commandLine().getOut();
        text.println(verdict);
        text.flush();
        return verdict.isPass() ? 0 : 1;
    }

    /** An engine of J1 that has as many devices, each with an open window, and has taken a checkpoint. */
    private ProcessMemory process(final Verdict verdict)
    {
        try (ScratchDirectory scratch = ScratchDirectory.create(engine.dir(), (long)SPARE * devices);
            KeyedEngine keyed =
                new KeyedEngine(scratch.path(), devices, JobVariant.exactlyOnce(engine.layout())))
        {
            keyed.touch(0, 1, verdict);
            keyed.checkpoint(verdict);
            final ProcessMemory memory = ProcessMemory.takeAfterCollection();
            keyed.check(verdict);
            return memory;
        }
    }

    private long stated()
    {
        return MemoryEstimate.of(ReferenceJob.config(
            Path.of("stated"),
            new ReferenceWorkload(1, devices, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE),
            ReferenceJob.WINDOW_NS,
            JobVariant.exactlyOnce(engine.layout()))).totalBytes();
    }
}
