package io.tailrace.perf;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.Engine;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.AlertModel;
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
                new Engine.Context().recordDutyCycles(true).config(config(scratch.path())),
                listener,
                settings.isAlerting() ? listener : ResultsReader.NO_ALERTS,
                READER_PARK_NS,
                errors);
                LoadSender sender = open(run, errors))
            {
                final ArrivalSchedule schedule = settings.scheduleFrom(System.nanoTime() + START_DELAY_NS);
                listener.alerts = new AlertLatency(schedule, settings.warmupCount());
                listener.windows = new ResultLatency(schedule, closingEvents, settings.warmupCount());
                return measure(run, sender, errors, schedule, listener);
            }
        }
    }

    private LoadReport measure(
        final EngineRun run,
        final LoadSender sender,
        final RunErrors errors,
        final ArrivalSchedule schedule,
        final LateBound latency)
    {
        try (MeasuredSeconds time = new MeasuredSeconds(schedule, settings.warmupCount(), errors))
        {
            final Latencies results = time.record(latency.windows::takeInterval);
            final Latencies first = time.record(latency.windows::takeFirstInterval);
            final Latencies alerts = time.record(latency.alerts::takeInterval);
            sender.start(schedule, settings.warmupCount());
            time.begin();
            run.engine().intervalLatency();
            final Usage.Meter meter = new Usage.Meter(run.engine(), MAIN);
            time.sample();
            final Usage usage = meter.read();
            time.await(sender::isDone);
            final PublisherReport published = sender.report();
            final long received = run.awaitReceived(published.published());
            run.engine().awaitDrained(MeasuredSeconds.OVERTIME_NS);
            final Histogram engineLatency = run.engine().intervalLatency();
            final Verdict verdict = new Verdict();
            verdict.require(run.finish(sender::tryFlush, received), "not every event has come back in a result");
            final ResultsReader reader = run.check(verdict, published.published());
            published.check(verdict);
            checkAlerts(run, verdict, published.published(), latency.alerts);
            // What the last events closed may have been read after the last second.
            time.finish();
            verdict.require(results.all().getTotalCount() > 0, "no window was closed after the warm-up");
            return new LoadReport(
                time,
                results,
                first,
                alerts,
                engineLatency,
                published,
                usage,
                settings.count() - settings.warmupCount(),
                reader.digest().resultCount(),
                verdict);
        }
    }

    private LoadSender open(final EngineRun run, final RunErrors errors)
    {
        return settings.source().isOtherProcess() ?
            ChildSender.launch(settings, run.engine()) :
            new EmbeddedSender(workload, settings.windowNs(), run, errors);
    }

    private EngineConfig config(final Path dir)
    {
        final EngineConfig job = ReferenceJob.withSource(
            ReferenceJob.config(dir, workload, settings.windowNs(), settings.variant()), settings.source().config());
        return settings.isAlerting() ? ReferenceJob.withAlert(job) : job;
    }

    private void checkAlerts(
        final EngineRun run, final Verdict verdict, final long published, final AlertLatency found)
    {
        if (settings.isAlerting())
        {
            final AlertModel model = ReferenceJob.alertModel(workload, published, settings.windowNs());
            verdict.requireEqual(
                model.applied(),
                EngineRun.applied(run.engine().ledger(), ReferenceJob.ALERT),
                "events that were not late for the alert");
            verdict.require(
                model.alerts().isSameAs(found.digest()),
                "alerts: expected " + model.alerts() + ", found " + found.digest());
        }
    }

    /** Hands results on once there is something to measure them by. */
    private static final class LateBound implements ResultsReader.WindowListener, ResultsReader.AlertListener
    {
        private volatile ResultLatency windows;
        private volatile AlertLatency alerts;

        @Override
        public void onWindow(final long windowEndNs, final long readNs)
        {
            windows.onWindow(windowEndNs, readNs);
        }

        @Override
        public void onAlert(final long eventId, final boolean isRaised, final long readNs)
        {
            alerts.onAlert(eventId, isRaised, readNs);
        }
    }
}
