package io.tailrace.perf;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import io.tailrace.perf.workload.ResultDigest;

/**
 * Runs the reference job as fast as it goes, each time on a fresh directory that is deleted afterwards; launch and
 * close are not in the times.
 * <p>
 * Threading: the calling thread publishes.
 */
final class SaturationRig
{
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int SPARE = 2;
    private static final long READER_PARK_NS = 1_000_000L;
    private static final String PUBLISHER = "publisher";

    private final ReferenceWorkload workload;
    private final Path dir;
    private final long maxEvents;

    /**
     * One run.
     *
     * @param variant        of the job.
     * @param events         published.
     * @param ns             from the first claim until the last result was read.
     * @param backPressured  how often the ring was full.
     * @param counts         published over time.
     * @param usage          meanwhile.
     * @param digest         of the results.
     * @param verdict        on the run.
     */
    record Run(
        JobVariant variant,
        long events,
        long ns,
        long backPressured,
        PublishedCounts counts,
        Usage usage,
        ResultDigest digest,
        Verdict verdict)
    {
        /** @return events a second. */
        double rate()
        {
            return events * NANOS_PER_SECOND / ns;
        }

        /** @return CPU time of the thread that runs the operators, ns an event. */
        double engineCpuNsPerEvent()
        {
            return (double)usage.engineCpuNs() / events;
        }

        /** @return CPU time of all threads, compilers and collectors left out, ns an event. */
        double cpuNsPerEvent()
        {
            return (double)usage.javaCpuNs() / events;
        }

        /** Adds the run to what is saved. */
        void addTo(final Report report, final String table, final Map<String, Object> row)
        {
            report.row(table, row);
            report.overTime(variant.name(), PublishedCounts.INTERVAL_NS, counts.perInterval());
        }

        /** @return the run, for a manifest. */
        Map<String, Object> row()
        {
            final Map<String, Object> row = new LinkedHashMap<>();
            row.put("variant", variant.name());
            row.put("events", events);
            row.put("tailrace-ns", ns);
            row.put("usage", usage.toMap());
            row.put("digest", digest.toString());
            row.put("verdict", verdict.toString());
            return row;
        }
    }

    SaturationRig(final long seed, final Path dir, final long maxEvents)
    {
        this.dir = dir;
        this.maxEvents = maxEvents;
        workload = new ReferenceWorkload(
            seed, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE);
    }

    /** @return the events. */
    ReferenceWorkload workload()
    {
        return workload;
    }

    /**
     * Runs once, and checks all but the contents of results.
     *
     * @param publishNs how long events are published.
     */
    Run run(final JobVariant variant, final long publishNs)
    {
        final RunErrors errors = new RunErrors();
        try (ScratchDirectory scratch = scratch();
            EngineRun run = EngineRun.launch(
                new Engine.Context().config(
                    ReferenceJob.config(scratch.path(), workload, ReferenceJob.WINDOW_NS, variant)),
                (windowEndNs, readNs) -> { },
                ResultsReader.NO_ALERTS,
                READER_PARK_NS,
                errors))
        {
            return run(variant, run, publishNs, errors);
        }
    }

    /** Runs once on an engine that has just been launched, and leaves it open. */
    Run run(final JobVariant variant, final EngineRun run, final long publishNs, final RunErrors errors)
    {
        final Verdict verdict = new Verdict();
        final SaturatingPublisher publisher = new SaturatingPublisher(workload::encode, run, errors);
        final Usage.Meter meter = new Usage.Meter(run.engine(), PUBLISHER);
        final long beforeNs = System.nanoTime();
        final long published = publisher.publish(0, maxEvents, publishNs);
        final boolean isFinished = run.finish(
            () -> FlushEvent.offer(workload, published, ReferenceJob.WINDOW_NS, run), published);
        final long ns = System.nanoTime() - beforeNs;
        final Usage usage = meter.read();
        verdict.require(isFinished, "not every event has come back in a result");
        verdict.requireEqual(0, run.engine().checkpoints().givenUp(), "checkpoints given up");
        final ResultDigest digest = run.check(verdict, published).digest();
        return new Run(
            variant, published, ns, publisher.backPressured(), publisher.counts(), usage, digest, verdict);
    }

    /** Runs once, and compares the results with those of the plain loop. */
    Run runChecked(final JobVariant variant, final long publishNs)
    {
        final Run run = run(variant, publishNs);
        requireResults(run);
        return run;
    }

    /** @return how long the plain loop took; its results must be those of the run. */
    long requireResults(final Run run)
    {
        final PlainLoop loop = new PlainLoop(workload, ReferenceJob.WINDOW_NS);
        final long beforeNs = System.nanoTime();
        final ResultDigest expected = loop.run(run.events());
        final long ns = System.nanoTime() - beforeNs;
        run.verdict().require(
            expected.isSameAs(run.digest()),
            "checksum of results: expected " + expected + ", found " + run.digest());
        return ns;
    }

    /** @return a fresh directory with room for a run. */
    ScratchDirectory scratch()
    {
        return ScratchDirectory.create(dir, SPARE * maxEvents * MessageLayout.SLOT_LENGTH);
    }
}
