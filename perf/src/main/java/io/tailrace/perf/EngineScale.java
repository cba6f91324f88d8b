package io.tailrace.perf;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import io.tailrace.perf.workload.ResultDigest;

/**
 * The reference job through the whole engine over a chosen number of devices, with the same events a key and window
 * whatever their number, and the same number of events in all.
 * <pre>
 *   warm-up: makes the keys - drained - measured - drained - flush, check against the plain loop
 * </pre>
 * Threading: the calling thread publishes.
 */
final class EngineScale
{
    /** Events of a device in the warm-up, in the mean: one in 20,000 devices gets none. */
    static final int WARMUP_PER_KEY = 10;

    private static final double CREATED = 0.999;
    private static final double RESULTS_TOLERANCE = 0.02;
    private static final int SPARE = 2;
    private static final long READER_PARK_NS = 1_000_000L;
    private static final long TIMEOUT_NS = TimeUnit.MINUTES.toNanos(5);
    private static final String PUBLISHER = "publisher";

    private final long seed;
    private final Path dir;
    private final JobVariant variant;
    private final int perWindow;
    private final long warmup;
    private final long events;
    // Every run of a size takes the same events.
    private final Map<Integer, ResultDigest> expected = new HashMap<>();

    /**
     * One run.
     *
     * @param keys          devices.
     * @param events        measured.
     * @param results       of all events.
     * @param backPressured how often the ring was full.
     * @param counts        published over time, of the measured events.
     * @param usage         meanwhile.
     * @param verdict       on the run.
     */
    record Run(
        int keys, long events, long results, long backPressured, PublishedCounts counts, Usage usage, Verdict verdict)
    {
        /** @return CPU time of the thread that runs the operators, ns an event. */
        double engineCpuNsPerEvent()
        {
            return (double)usage.engineCpuNs() / events;
        }

        /** @return the run, for a manifest. */
        Map<String, Object> row()
        {
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("keys", keys);
            row.put("events", events);
            row.put("results", results);
            row.put("ring-full", backPressured);
            row.put("usage", usage.toMap());
            row.put("verdict", verdict.toString());
            return row;
        }
    }

    /**
     * @param seed      of the workload.
     * @param dir       where data directories are made and deleted.
     * @param variant   of the job.
     * @param perWindow events of a key in a window, in the mean.
     * @param mostKeys  of any run: the warm-up must reach them, and measured is a window of them.
     */
    EngineScale(
        final long seed, final Path dir, final JobVariant variant, final int perWindow, final int mostKeys)
    {
        this.seed = seed;
        this.dir = dir;
        this.variant = variant;
        this.perWindow = perWindow;
        warmup = (long)WARMUP_PER_KEY * mostKeys;
        events = (long)perWindow * mostKeys;
    }

    /** Runs once. */
    Run run(final int keys)
    {
        final ReferenceWorkload workload = ScaledCore.workload(seed, keys, perWindow);
        final RunErrors errors = new RunErrors();
        try (ScratchDirectory scratch =
            ScratchDirectory.create(dir, SPARE * (warmup + events) * MessageLayout.SLOT_LENGTH);
            EngineRun run = EngineRun.launch(
                new Engine.Context().config(
                    ReferenceJob.config(scratch.path(), workload, ReferenceJob.WINDOW_NS, variant)),
                (windowEndNs, readNs) -> { },
                ResultsReader.NO_ALERTS,
                READER_PARK_NS,
                errors))
        {
            return run(workload, run, errors);
        }
    }

    private Run run(final ReferenceWorkload workload, final EngineRun run, final RunErrors errors)
    {
        final Verdict verdict = new Verdict();
        final SaturatingPublisher publisher = new SaturatingPublisher(workload::encode, run, errors);
        final int keys = workload.devices();
        verdict.requireEqual(warmup, publisher.publish(0, warmup, TIMEOUT_NS), "events of the warm-up");
        verdict.require(run.engine().awaitDrained(TIMEOUT_NS), "the engine has not drained after the warm-up");
        final long created = run.engine().view().deviceCount();
        verdict.require(created >= CREATED * keys, "devices after the warm-up: found " + created + " of " + keys);
        final long backPressuredBefore = publisher.backPressured();
        final long resultsBefore = run.engine().view().nextResultSequence();
        final Usage.Meter meter = new Usage.Meter(run.engine(), PUBLISHER);
        verdict.requireEqual(events, publisher.publish(warmup, events, TIMEOUT_NS), "events published");
        verdict.require(run.engine().awaitDrained(TIMEOUT_NS), "the engine has not drained");
        final Usage usage = meter.read();
        requireResultsPerEvent(verdict, run.engine().view().nextResultSequence() - resultsBefore);
        verdict.require(
            run.finish(
                () -> FlushEvent.offer(workload, warmup + events, ReferenceJob.WINDOW_NS, run), warmup + events),
            "not every event has come back in a result");
        verdict.requireEqual(0, run.engine().checkpoints().givenUp(), "checkpoints given up");
        final ResultDigest digest = run.check(verdict, warmup + events).digest();
        final ResultDigest plain = expected.computeIfAbsent(
            keys, absent -> new PlainLoop(workload, ReferenceJob.WINDOW_NS).run(warmup + events));
        verdict.require(
            plain.isSameAs(digest), "checksum of results: expected " + plain + ", found " + digest);
        return new Run(
            keys,
            events,
            digest.resultCount(),
            publisher.backPressured() - backPressuredBefore,
            publisher.counts(),
            usage,
            verdict);
    }

    /** On either side a result for each {@code perWindow} events, but of keys that happen to have none in a window. */
    private void requireResultsPerEvent(final Verdict verdict, final long results)
    {
        final double windows = (double)results * perWindow / events;
        verdict.require(
            Math.abs(windows - (1 - Math.exp(-perWindow))) <= RESULTS_TOLERANCE,
            "results while measured: found " + results + " of " + events + " events, expected one for " + perWindow);
    }
}
