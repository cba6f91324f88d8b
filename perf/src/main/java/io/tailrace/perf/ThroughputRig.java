package io.tailrace.perf;

import java.nio.file.Path;
import java.util.Map;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.perf.report.ThreadCpuTimes;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import io.tailrace.perf.workload.ResultDigest;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Measures the reference job against its two yardsticks, one after the other in the same JVM and on the same events:
 * <pre>
 *   (a) Tailrace       publish for a time as fast as it takes --&gt; n events; until all results are read and checked
 *   (b) raw recording  n messages in frames of 500; until they are durable
 *   (c) plain loop     n events; its results must be those of (a)
 * </pre>
 * Each begins on a fresh directory that is deleted afterwards, launch and close are not in the times.
 * <p>
 * Threading: the calling thread publishes.
 */
final class ThroughputRig
{
    private static final int SPARE = 2;
    private static final long READER_PARK_NS = 1_000_000L;

    /**
     * What is measured.
     *
     * @param seed      of the workload.
     * @param dir       where data directories are made.
     * @param maxEvents a bound on the events of a repetition, and so on the disk: 64 bytes each.
     * @param layout    of the engine's threads.
     */
    record Settings(long seed, Path dir, long maxEvents, Layout layout)
    {
    }

    /**
     * One repetition of all three.
     *
     * @param events     of each.
     * @param tailraceNs from the first claim until the last result was read.
     * @param rawNs      from the first append until all was durable.
     * @param plainNs    of the loop, the making of its events included.
     * @param backPressured how often the ring was full.
     * @param cpuNs      of (a), by thread.
     * @param digest     of (a)'s results.
     * @param verdict    on all three.
     */
    record Pair(
        long events,
        long tailraceNs,
        long rawNs,
        long plainNs,
        long backPressured,
        Map<String, Long> cpuNs,
        ResultDigest digest,
        Verdict verdict)
    {
        private static final double NANOS_PER_SECOND = 1e9;

        double tailraceRate()
        {
            return events * NANOS_PER_SECOND / tailraceNs;
        }

        double rawRate()
        {
            return events * NANOS_PER_SECOND / rawNs;
        }

        double plainRate()
        {
            return events * NANOS_PER_SECOND / plainNs;
        }
    }

    private final Settings settings;
    private final ReferenceWorkload workload;
    private final UnsafeBuffer claim = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
        ReferenceJob.CLAIM * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
    private long published;
    private long backPressured;

    ThroughputRig(final Settings settings)
    {
        this.settings = settings;
        workload = new ReferenceWorkload(
            settings.seed, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, ReferenceJob.EVENT_RATE);
    }

    /**
     * Runs one repetition.
     *
     * @param publishNs how long (a) publishes.
     */
    Pair runPair(final long publishNs)
    {
        final Verdict verdict = new Verdict();
        final Pair tailrace = runTailrace(publishNs, verdict);
        final long rawNs = runRaw(verdict);
        final PlainLoop loop = new PlainLoop(workload, ReferenceJob.WINDOW_NS);
        final long beforeNs = System.nanoTime();
        final ResultDigest expected = loop.run(published);
        final long plainNs = System.nanoTime() - beforeNs;
        verdict.require(
            expected.isSameAs(tailrace.digest),
            "checksum of results: expected " + expected + ", found " + tailrace.digest);
        return new Pair(
            published,
            tailrace.tailraceNs,
            rawNs,
            plainNs,
            backPressured,
            tailrace.cpuNs,
            tailrace.digest,
            verdict);
    }

    /** @return ns to make one event, measured over a number of claims. */
    double generatorNs(final int claims)
    {
        final long beforeNs = System.nanoTime();
        for (int i = 0; i < claims; i++)
        {
            workload.encode(claim, 0, (long)i * ReferenceJob.CLAIM, ReferenceJob.CLAIM);
        }
        return (double)(System.nanoTime() - beforeNs) / claims / ReferenceJob.CLAIM;
    }

    private Pair runTailrace(final long publishNs, final Verdict verdict)
    {
        final RunErrors errors = new RunErrors();
        try (ScratchDirectory scratch = scratch();
            EngineRun run = EngineRun.launch(
                ReferenceJob.config(scratch.path(), workload, ReferenceJob.WINDOW_NS, settings.layout),
                workload,
                (windowEndNs, readNs) -> { },
                READER_PARK_NS,
                errors))
        {
            final ThreadCpuTimes cpuBefore = ThreadCpuTimes.take("publisher");
            final long beforeNs = System.nanoTime();
            publish(run, errors, beforeNs, publishNs);
            final boolean isFinished = run.finish(published, ReferenceJob.WINDOW_NS);
            final long tailraceNs = System.nanoTime() - beforeNs;
            final Map<String, Long> cpuNs = ThreadCpuTimes.take("publisher").since(cpuBefore);
            verdict.require(isFinished, "not every event has come back in a result");
            final ResultDigest digest = run.check(verdict, published).digest();
            return new Pair(published, tailraceNs, 0, 0, backPressured, cpuNs, digest, verdict);
        }
    }

    private void publish(final EngineRun run, final RunErrors errors, final long startNs, final long publishNs)
    {
        // Who finds the ring full must get out of the engine's way.
        final IdleStrategy idle = new BackoffIdleStrategy(10, 5, 1_000, 100_000);
        published = 0;
        backPressured = 0;
        while (System.nanoTime() - startNs < publishNs && published < settings.maxEvents && !errors.hasError())
        {
            workload.encode(claim, 0, published, ReferenceJob.CLAIM);
            int taken = run.offer(claim, 0, ReferenceJob.CLAIM);
            while (taken == Publisher.BACK_PRESSURED && !errors.hasError())
            {
                backPressured++;
                idle.idle();
                taken = run.offer(claim, 0, ReferenceJob.CLAIM);
            }
            idle.reset();
            if (taken != ReferenceJob.CLAIM)
            {
                return;
            }
            published += taken;
        }
    }

    private long runRaw(final Verdict verdict)
    {
        final RunErrors errors = new RunErrors();
        try (ScratchDirectory scratch = scratch())
        {
            final long rawNs = RawRecording.run(scratch.path(), workload, published, verdict, errors);
            errors.check(verdict);
            return rawNs;
        }
    }

    private ScratchDirectory scratch()
    {
        return ScratchDirectory.create(
            settings.dir, SPARE * settings.maxEvents * MessageLayout.SLOT_LENGTH);
    }
}
