package io.tailrace.perf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.perf.report.LatencyTable;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ArrivalSchedule;
import io.tailrace.perf.workload.ClosingEvents;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NoOpIdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;

/**
 * Measures result latency under an open load: a schedule that is fixed before the run, and latencies from intended
 * times.
 * <pre>
 *   schedule --&gt; publisher --&gt; engine --&gt; results log --&gt; subscriber: reads, less intended time
 *   meanwhile: control, an idle thread that records its own hiccups
 *   |-- warm-up: nothing is recorded --|-- measured: one interval a second --|-- flush, check --|
 * </pre>
 * Event time runs with the schedule, so that windows close in step with it.
 * <p>
 * Threading: the calling thread samples intervals and waits.
 */
final class LoadTestRig
{
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_DELAY_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long OVERTIME_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long POLL_NS = 1_000_000L;
    private static final int SPARE = 2;
    private static final String MAIN = "rig";
    private static final long READER_PARK_NS = 50_000L;

    /**
     * What is measured.
     *
     * @param seed          of the workload.
     * @param dir           where the data directory is made.
     * @param rate          events a second.
     * @param devices       over which they spread.
     * @param warmupSeconds at the same rate, before.
     * @param seconds       measured.
     * @param windowNs      size of the windows.
     * @param variant       of the job.
     */
    record Settings(
        long seed, Path dir, long rate, int devices, int warmupSeconds, int seconds, long windowNs, JobVariant variant)
    {
        long warmupCount()
        {
            return rate * warmupSeconds;
        }

        long count()
        {
            return rate * (warmupSeconds + seconds);
        }
    }

    /**
     * What was measured, ns.
     *
     * @param startTimeMs  epoch ms at which recording began.
     * @param intervals    result latencies, one histogram a second.
     * @param results      all of them together.
     * @param engine       from ingest stamp to append in the results log, as the engine records it.
     * @param publisher    the publisher's own lateness against the schedule.
     * @param control      hiccups of an idle thread.
     * @param controlIntervals the same by the second.
     * @param counts       published over time, from the end of the warm-up.
     * @param usage        during the measured time.
     * @param measured     events of the measured time.
     * @param published    events.
     * @param windows      results read, warm-up included.
     * @param backPressured how often the engine was not ready.
     * @param verdict      on the run.
     */
    record Report(
        long startTimeMs,
        List<Histogram> intervals,
        Histogram results,
        Histogram engine,
        Histogram publisher,
        Histogram control,
        List<Histogram> controlIntervals,
        PublishedCounts counts,
        Usage usage,
        long measured,
        long published,
        long windows,
        long backPressured,
        Verdict verdict)
    {
        /**
         * Adds what is saved of every run: latencies, the control's hiccups, and the rate over time.
         *
         * @param report of the command.
         * @param name   of the latencies' files; runs of the same name go together.
         */
        void addTo(final io.tailrace.perf.report.Report report, final String name)
        {
            report.percentiles(name, results).percentiles(Control.NAME, control);
            intervals.forEach(interval -> report.interval(name, interval));
            controlIntervals.forEach(interval -> report.interval(Control.NAME, interval));
            report.overTime(name, PublishedCounts.INTERVAL_NS, counts.perInterval());
        }
    }

    private final Settings settings;
    private final ReferenceWorkload workload;

    LoadTestRig(final Settings settings)
    {
        this.settings = settings;
        workload = new ReferenceWorkload(
            settings.seed, settings.devices, ReferenceWorkload.DISORDER_NS, settings.rate);
    }

    /** Runs once. */
    Report run()
    {
        final RunErrors errors = new RunErrors();
        final long neededBytes = SPARE * settings.count() * MessageLayout.SLOT_LENGTH;
        try (ScratchDirectory scratch = ScratchDirectory.create(settings.dir, neededBytes))
        {
            final ClosingEvents closingEvents = ClosingEvents.of(
                workload, settings.count(), settings.windowNs, workload.disorderNs());
            // The subscriber has to know the schedule, which begins once the engine is up: it is told of no result
            // before, since there are no events before.
            final LateBound listener = new LateBound();
            try (EngineRun run = EngineRun.launch(
                new Engine.Context().recordDutyCycles(true).config(
                    ReferenceJob.config(scratch.path(), workload, settings.windowNs, settings.variant)),
                workload,
                listener,
                READER_PARK_NS,
                errors))
            {
                final ArrivalSchedule schedule = new ArrivalSchedule(
                    System.nanoTime() + START_DELAY_NS, settings.rate, settings.count());
                listener.latency = new ResultLatency(schedule, closingEvents, settings.warmupCount());
                return measure(run, errors, schedule, listener.latency);
            }
        }
    }

    private Report measure(
        final EngineRun run, final RunErrors errors, final ArrivalSchedule schedule, final ResultLatency latency)
    {
        final long fromNs = schedule.intendedNs(settings.warmupCount());
        final HiccupMeter control =
            new HiccupMeter(System::nanoTime, LockSupport::parkNanos, fromNs, schedule.endNs());
        final OpenLoopPublisher publisher =
            new OpenLoopPublisher(schedule, workload, run, System::nanoTime, settings.warmupCount());
        // Both park, since they share two cores with the engine; what the publisher loses by it is in its lateness.
        final AgentRunner controlRunner = new AgentRunner(NoOpIdleStrategy.INSTANCE, errors, null, control);
        final AgentRunner publisherRunner =
            new AgentRunner(new SleepingIdleStrategy(1_000), errors, null, publisher);
        final List<Histogram> intervals = new ArrayList<>();
        final long startTimeMs;
        final Usage usage;
        try
        {
            AgentRunner.startOnThread(controlRunner);
            AgentRunner.startOnThread(publisherRunner);
            awaitTime(fromNs, errors);
            startTimeMs = System.currentTimeMillis();
            run.engine().intervalLatency();
            final Usage.Meter meter = new Usage.Meter(run.engine(), MAIN);
            for (int second = 1; second <= settings.seconds; second++)
            {
                awaitTime(fromNs + second * SECOND_NS, errors);
                intervals.add(latency.takeInterval());
            }
            usage = meter.read();
            awaitDone(publisher, schedule.endNs() + OVERTIME_NS, errors);
        }
        finally
        {
            CloseHelper.closeAll(errors, publisherRunner, controlRunner);
        }
        final Verdict verdict = new Verdict();
        final long published = publisher.published();
        run.engine().awaitDrained(OVERTIME_NS);
        final Histogram engineLatency = run.engine().intervalLatency();
        verdict.require(run.finish(published, settings.windowNs), "not every event has come back in a result");
        final ResultsReader reader = run.check(verdict, published);
        publisher.check(verdict);
        // What the last events closed may have been read after the last second.
        intervals.add(latency.takeInterval());
        intervals.get(0).setStartTimeStamp(startTimeMs);
        final Histogram results = LatencyTable.newHistogram();
        intervals.forEach(results::add);
        verdict.require(results.getTotalCount() > 0, "no window was closed after the warm-up");
        return new Report(
            startTimeMs,
            intervals,
            results,
            engineLatency,
            publisher.lateness(),
            control.histogram(),
            control.intervals(startTimeMs),
            publisher.counts(),
            usage,
            settings.count() - settings.warmupCount(),
            published,
            reader.digest().resultCount(),
            publisher.backPressured(),
            verdict);
    }

    private static void awaitTime(final long timeNs, final RunErrors errors)
    {
        while (System.nanoTime() - timeNs < 0 && !errors.hasError())
        {
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private static void awaitDone(final OpenLoopPublisher publisher, final long deadlineNs, final RunErrors errors)
    {
        while (!publisher.isDone() && System.nanoTime() - deadlineNs < 0 && !errors.hasError())
        {
            LockSupport.parkNanos(POLL_NS);
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
