package io.tailrace.perf;

import io.tailrace.codec.MessageLayout;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
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
    private final SaturationRig saturation;
    private final JobVariant variant;

    /**
     * One repetition of all three.
     *
     * @param tailrace (a), whose verdict is on all three.
     * @param rawNs    from the first append until all was durable.
     * @param plainNs  of the loop, the making of its events included.
     */
    record Pair(SaturationRig.Run tailrace, long rawNs, long plainNs)
    {
        private static final double NANOS_PER_SECOND = 1e9;

        double rawRate()
        {
            return tailrace.events() * NANOS_PER_SECOND / rawNs;
        }

        double plainRate()
        {
            return tailrace.events() * NANOS_PER_SECOND / plainNs;
        }
    }

    /**
     * @param saturation runs (a).
     * @param variant    of it.
     */
    ThroughputRig(final SaturationRig saturation, final JobVariant variant)
    {
        this.saturation = saturation;
        this.variant = variant;
    }

    /**
     * Runs one repetition.
     *
     * @param publishNs how long (a) publishes.
     */
    Pair runPair(final long publishNs)
    {
        final SaturationRig.Run tailrace = saturation.run(variant, publishNs);
        final long rawNs = runRaw(tailrace);
        return new Pair(tailrace, rawNs, saturation.requireResults(tailrace));
    }

    /** @return ns to make one event, measured over a number of claims. */
    double generatorNs(final int claims)
    {
        final UnsafeBuffer claim = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            ReferenceJob.CLAIM * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        final long beforeNs = System.nanoTime();
        for (int i = 0; i < claims; i++)
        {
            saturation.workload().encode(claim, 0, (long)i * ReferenceJob.CLAIM, ReferenceJob.CLAIM);
        }
        return (double)(System.nanoTime() - beforeNs) / claims / ReferenceJob.CLAIM;
    }

    private long runRaw(final SaturationRig.Run tailrace)
    {
        final RunErrors errors = new RunErrors();
        try (ScratchDirectory scratch = saturation.scratch())
        {
            final long rawNs = RawRecording.run(
                scratch.path(), saturation.workload(), tailrace.events(), tailrace.verdict(), errors);
            errors.check(tailrace.verdict());
            return rawNs;
        }
    }
}
