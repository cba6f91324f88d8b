package io.tailrace.perf;

import java.util.concurrent.TimeUnit;

import io.tailrace.engine.Engine;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ClosingEvents;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;

/**
 * Measures result latency under an open load: a schedule that is fixed before the run, and latencies from intended
 * times.
 * <pre>
 *   schedule --&gt; sender --&gt; engine --&gt; results log --&gt; subscriber: reads, less intended time
 *   meanwhile: control, an idle thread that records its own hiccups
 *   |-- warm-up: nothing is recorded --|-- measured: one interval a second --|-- flush, check --|
 * </pre>
 * Event time runs with the schedule, so that windows close in step with it.
 * <p>
 * Threading: the calling thread samples intervals and waits.
 */
final class LoadTestRig
{
    /** From the making of a schedule to its first event, ns. */
    static final long START_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(200);
    /** How long a subscriber parks at most: it shares two cores with those whose work it waits for. */
    static final long READER_PARK_NS = 50_000L;

    private static final String MAIN = "rig";

    private final LoadSettings settings;
    private final ReferenceWorkload workload;

    LoadTestRig(final LoadSettings settings)
    {
        this.settings = settings;
        workload = settings.workload();
    }

    /** Runs once. */
    LoadReport run()
    {
        final RunErrors errors = new RunErrors();
        try (ScratchDirectory scratch = settings.scratch())
        {
            final ClosingEvents closingEvents = ClosingEvents.of(
                workload, settings.count(), settings.windowNs(), workload.disorderNs());
            // The subscriber has to know the schedule, which begins once the engine is up: it is told of no result
            // before, since there are no events before.
            final LateBound listener = new LateBound();
            try (EngineRun run = EngineRun.launch(
                new Engine.Context().recordDutyCycles(true).config(
                    ReferenceJob.config(scratch.path(), workload, settings.windowNs(), settings.variant())),
                listener,
                READER_PARK_NS,
                errors);
                LoadSender sender = new EmbeddedSender(workload, settings.windowNs(), run, errors))
            {
                final ArrivalSchedule schedule = settings.scheduleFrom(System.nanoTime() + START_DELAY_NS);
                listener.latency = new ResultLatency(schedule, closingEvents, settings.warmupCount());
                return measure(run, sender, errors, schedule, listener.latency);
            }
        }
    }

    private LoadReport measure(
        final EngineRun run,
        final LoadSender sender,
        final RunErrors errors,
        final ArrivalSchedule schedule,
        final ResultLatency latency)
    {
        try (MeasuredSeconds time = new MeasuredSeconds(schedule, settings.warmupCount(), errors))
        {
            final Latencies results = time.record(latency::takeInterval);
            final Latencies first = time.record(latency::takeFirstInterval);
            sender.start(schedule, settings.warmupCount());
            time.begin();
            run.engine().intervalLatency();
            final Usage.Meter meter = new Usage.Meter(run.engine(), MAIN);
            time.sample();
            final Usage usage = meter.read();
            time.await(sender::isDone);
            final PublisherReport published = sender.report();
            run.engine().awaitDrained(MeasuredSeconds.OVERTIME_NS);
            final Histogram engineLatency = run.engine().intervalLatency();
            final Verdict verdict = new Verdict();
            verdict.require(
                run.finish(sender::tryFlush, published.published()), "not every event has come back in a result");
            final ResultsReader reader = run.check(verdict, published.published());
            published.check(verdict);
            // What the last events closed may have been read after the last second.
            time.finish();
            verdict.require(results.all().getTotalCount() > 0, "no window was closed after the warm-up");
            return new LoadReport(
                time,
                results,
                first,
                engineLatency,
                published,
                usage,
                settings.count() - settings.warmupCount(),
                reader.digest().resultCount(),
                verdict);
        }
    }

    /** Hands results on once there is something to measure them by. */
    private static final class LateBound implements ResultsReader.WindowListener
    {
        private volatile ResultLatency latency;

        @Override
        public void onWindow(final long windowEndNs, final long readNs)
        {
            latency.onWindow(windowEndNs, readNs);
        }
    }
}
