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
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;

/**
 * Offers one engine all that it takes, a tenth of that, more than that, and a tenth again, once while it recovers and
 * once when it should have.
 * <pre>
 *   |-- warm-up, saturation --|-- settle, before --|-- overload --|-- recovery --|-- after --| end, check
 *      as fast as it takes             1/10             factor         1/10          1/10     of saturation
 * </pre>
 * Threading: the calling thread samples and waits; others publish.
 */
final class OverloadRig
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long POLL_NS = 1_000_000L;
    private static final long READER_PARK_NS = 1_000_000L;
    private static final int TENTH = 10;
    private static final int SETTLE_SECONDS = 5;
    /** More than any engine takes. */
    private static final long FLOOD = 100_000_000;
    /** What a run keeps of journal and results, so that its length does not decide about the disk. */
    private static final long KEPT_NS = TimeUnit.SECONDS.toNanos(15);
    private static final long MOST_KEPT_S = 40;
    private static final long MOST_EVENTS_PER_S = 5_000_000;

    private final long seed;
    private final Path dir;
    private final JobVariant variant;
    private final boolean isUdp;
    private final PrintWriter text;
    private final RunErrors errors = new RunErrors();

    /**
     * What is run.
     *
     * @param factor            of saturation that is offered.
     * @param seconds           of overload.
     * @param normalSeconds     before, and twice after.
     * @param saturationSeconds for which saturation is measured, after a third of that.
     */
    record Lengths(double factor, int seconds, int normalSeconds, int saturationSeconds)
    {
        int all()
        {
            return SETTLE_SECONDS + 2 * saturationSeconds + 3 * normalSeconds + seconds;
        }
    }

    /**
     * What has become of the phases.
     *
     * @param saturation as fast as it takes.
     * @param before     a tenth of that.
     * @param overload   a multiple of it.
     * @param recovery   a tenth of it, at once.
     * @param after      the same when that is over.
     */
    record Phases(
        OverloadPhase saturation,
        OverloadPhase before,
        OverloadPhase overload,
        OverloadPhase recovery,
        OverloadPhase after)
    {
        List<OverloadPhase> all()
        {
            return List.of(saturation, before, overload, recovery, after);
        }
    }

    OverloadRig(
        final long seed, final Path dir, final JobVariant variant, final boolean isUdp, final PrintWriter text)
    {
        this.seed = seed;
        this.dir = dir;
        this.variant = variant;
        this.isUdp = isUdp;
        this.text = text;
    }

    /**
     * Runs once.
     *
     * @param lengths of the phases.
     * @param report  gets what was published over time, and the verdict.
     */
    Phases run(final Lengths lengths, final Report report)
    {
        final ReferenceWorkload workload = new ReferenceWorkload(
            seed, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE);
        final long room = Math.min(MOST_KEPT_S, lengths.all()) * MOST_EVENTS_PER_S * MessageLayout.SLOT_LENGTH;
        try (ScratchDirectory scratch = ScratchDirectory.create(dir, room);
            EngineRun run = EngineRun.launch(
                new Engine.Context().config(config(scratch.path().resolve("data"), workload)),
                (windowEndNs, readNs) -> { },
                (eventId, isRaised, readNs) -> { },
                READER_PARK_NS,
                errors);
            OverloadLoad load = isUdp ?
                new UdpOverload(scratch.path(), run.engine()) : new EmbeddedOverload(workload, run, errors))
        {
            phase(run, load, "warm-up", FLOOD, Math.max(1, lengths.saturationSeconds() / 3), report);
            final OverloadPhase saturation =
                phase(run, load, "saturation", FLOOD, lengths.saturationSeconds(), report);
            if (saturation.sent() == 0)
            {
                throw new IllegalStateException("saturation: nothing was taken in " + saturation.ns() + " ns");
            }
            final long tenth = tenth((long)saturation.rate(), lengths.normalSeconds());
            final long many = (long)(saturation.rate() * lengths.factor());
            phase(run, load, "settle", tenth, SETTLE_SECONDS, report);
            final Phases phases = new Phases(
                saturation,
                phase(run, load, "before", tenth, lengths.normalSeconds(), report),
                phase(run, load, "overload", many, lengths.seconds(), report),
                phase(run, load, "recovery", tenth, lengths.normalSeconds(), report),
                phase(run, load, "after", tenth, lengths.normalSeconds(), report));
            load.finish(report);
            report.verdict().requireEqual(0, run.engine().checkpoints().givenUp(), "checkpoints given up");
            report.verdict().require(
                null == run.engine().failure(), "the engine has failed: " + run.engine().failure());
            errors.check(report.verdict());
            return phases;
        }
    }

    /**
     * About a tenth of saturation: so that as many windows end before the overload as after it, whose bursts of results
     * are most of all.
     */
    static long tenth(final long saturation, final int normalSeconds)
    {
        final long windows = Math.round((double)saturation / TENTH * normalSeconds / ReferenceJob.EVENT_RATE);
        return Math.max(1, windows) * ReferenceJob.EVENT_RATE / normalSeconds;
    }

    private EngineConfig config(final Path dataDir, final ReferenceWorkload workload)
    {
        final EngineConfig job =
            ReferenceJob.withAlert(ReferenceJob.config(dataDir, workload, ReferenceJob.WINDOW_NS, variant));
        return (isUdp ? ReferenceJob.withSource(job, UdpOverload.source()) : job).toBuilder()
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
        requireNoError(name);
        return new OverloadPhase(
            name, System.nanoTime() - startNs, offered.due(), offered.sent(), offered.refusals(), waits, memory);
    }

    /** What comes after an error means nothing. */
    private void requireNoError(final String phase)
    {
        final Verdict verdict = new Verdict();
        errors.check(verdict);
        if (!verdict.isPass())
        {
            throw new IllegalStateException(phase + ": " + verdict);
        }
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
