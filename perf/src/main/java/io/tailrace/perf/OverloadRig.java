package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.RetentionConfig;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.ResidentMemory;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;

/**
 * Offers one engine a tenth of what it takes, then more than it takes, and then a tenth again.
 * <pre>
 *   |-- settle --|-- before --|-- overload --|-- after --| flush, check
 *        1/10         1/10         factor         1/10        of saturation
 * </pre>
 * Threading: the calling thread samples and waits; another publishes.
 */
final class OverloadRig
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long POLL_NS = 1_000_000L;
    private static final long READER_PARK_NS = 1_000_000L;
    private static final int TENTH = 10;
    private static final int SETTLE_SECONDS = 5;
    /** What a run keeps of journal and results, so that its length does not decide about the disk. */
    private static final long KEPT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long ROOM_SECONDS = 90;

    private final long seed;
    private final Path dir;
    private final JobVariant variant;
    private final PrintWriter text;
    private final RunErrors errors = new RunErrors();

    OverloadRig(final long seed, final Path dir, final JobVariant variant, final PrintWriter text)
    {
        this.seed = seed;
        this.dir = dir;
        this.variant = variant;
        this.text = text;
    }

    /**
     * Runs once.
     *
     * @param saturation    events a second that the engine takes.
     * @param factor        of it that is offered.
     * @param seconds       of overload.
     * @param normalSeconds before and after.
     * @param report        gets what was published over time, and the verdict.
     * @return before, overload and after.
     */
    List<OverloadPhase> run(
        final long saturation, final double factor, final int seconds, final int normalSeconds, final Report report)
    {
        final ReferenceWorkload workload = new ReferenceWorkload(
            seed, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE);
        try (ScratchDirectory scratch =
            ScratchDirectory.create(dir, ROOM_SECONDS * saturation * MessageLayout.SLOT_LENGTH);
            EngineRun run = EngineRun.launch(
                new Engine.Context().config(config(scratch.path(), workload)),
                (windowEndNs, readNs) -> { },
                (eventId, isRaised, readNs) -> { },
                READER_PARK_NS,
                errors);
            OverloadLoad load = new EmbeddedOverload(workload, run, errors))
        {
            final List<OverloadPhase> phases = new ArrayList<>();
            final long tenth = Math.max(1, saturation / TENTH);
            phase(run, load, "settle", tenth, SETTLE_SECONDS, report);
            phases.add(phase(run, load, "before", tenth, normalSeconds, report));
            phases.add(phase(run, load, "overload", (long)(saturation * factor), seconds, report));
            phases.add(phase(run, load, "after", tenth, normalSeconds, report));
            load.finish(report.verdict());
            report.verdict().requireEqual(0, run.engine().checkpoints().givenUp(), "checkpoints given up");
            return phases;
        }
    }

    private EngineConfig config(final Path dataDir, final ReferenceWorkload workload)
    {
        return ReferenceJob.withAlert(ReferenceJob.config(dataDir, workload, ReferenceJob.WINDOW_NS, variant))
            .toBuilder()
            .retention(RetentionConfig.builder().journalNs(KEPT_NS).resultsNs(KEPT_NS).build())
            .build();
    }

    private OverloadPhase phase(
        final EngineRun run,
        final OverloadLoad load,
        final String name,
        final long rate,
        final int seconds,
        final Report report)
    {
        text.printf(Locale.ROOT, "%s: %,d events/s offered for %d s%n", name, rate, seconds);
        text.flush();
        final List<Histogram> waits = new ArrayList<>();
        final List<ResidentMemory> memory = new ArrayList<>();
        run.engine().intervalLatency();
        final long startNs = System.nanoTime() + START_DELAY_NS;
        load.begin(startNs, rate, seconds);
        for (int second = 1; second <= seconds && !errors.hasError(); second++)
        {
            awaitTime(startNs + second * SECOND_NS);
            waits.add(run.engine().intervalLatency());
            memory.add(resident());
        }
        final OverloadLoad.Offered offered = load.end(name, report);
        return new OverloadPhase(
            name, System.nanoTime() - startNs, offered.due(), offered.sent(), offered.refusals(), waits, memory);
    }

    private static ResidentMemory resident()
    {
        try
        {
            return ResidentMemory.of(ProcessHandle.current().pid());
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private void awaitTime(final long timeNs)
    {
        while (System.nanoTime() - timeNs < 0 && !errors.hasError())
        {
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
