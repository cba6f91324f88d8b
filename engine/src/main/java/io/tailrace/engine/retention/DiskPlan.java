package io.tailrace.engine.retention;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.engine.config.CheckpointEstimate;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;

/**
 * What {@code retention.disk-budget} means for the recordings of a configuration: a small budget gets small segments,
 * so that a purge has something to take.
 *
 * @param budget        bytes that the data directory may use, {@link Long#MAX_VALUE}: none.
 * @param segmentLength bytes of a segment of a new recording.
 * @param termLength    bytes of a term of a new recording.
 * @param inFlight      bytes that may still be written after ingress has stopped, apart from firings: ring and terms.
 */
public record DiskPlan(long budget, int segmentLength, int termLength, long inFlight)
{
    private static final int SEGMENTS_PER_BUDGET = 64;
    private static final int MIN_SEGMENT_LENGTH = 1 << 20;
    private static final int RECORDINGS = 2;
    private static final int MIN_SEGMENTS = 2;

    /** Of two chains, each with nothing but its full one, and the one that is being written. */
    private static final int FULL_CHECKPOINTS = 3;

    /** @return the plan of a configuration. */
    public static DiskPlan of(final EngineConfig config)
    {
        final long budget = config.retention().diskBudget();
        final int segmentLength = (int)Math.max(MIN_SEGMENT_LENGTH, Math.min(
            ArchiveConfig.DEFAULT_SEGMENT_LENGTH, Long.highestOneBit(budget / SEGMENTS_PER_BUDGET)));
        final int termLength = Math.min(ArchiveConfig.DEFAULT_TERM_LENGTH, segmentLength);
        final long ring = (long)config.limits().ringSlots() * (EventRing.SLOT_LENGTH + ResultsRing.SLOT_LENGTH);
        // The archive may be half a term behind each of the two publications.
        return new DiskPlan(budget, segmentLength, termLength, ring + termLength);
    }

    /** @return that configuration with the lengths of this plan. */
    public ArchiveConfig applyTo(final ArchiveConfig archive)
    {
        return archive.withLengths(termLength, segmentLength, archive.mtu());
    }

    /** @return bytes that are left when ingress stops. */
    public long reserve()
    {
        return reserve(segmentLength);
    }

    /** @return the same for recordings that have longer segments, since they are older than the budget. */
    long reserve(final int longestSegment)
    {
        return Math.max(longestSegment, inFlight);
    }

    /**
     * The smallest budget that can work: two segments of each recording, the reserve, and the checkpoints without which
     * nothing is purged: those of two chains, and the next one.
     *
     * @param fullLength bytes of a full checkpoint.
     * @return bytes; saturates.
     */
    public long minBudget(final long fullLength)
    {
        final long recordings = (long)RECORDINGS * MIN_SEGMENTS * segmentLength + reserve();
        return fullLength > (Long.MAX_VALUE - recordings) / FULL_CHECKPOINTS ?
            Long.MAX_VALUE : recordings + FULL_CHECKPOINTS * fullLength;
    }

    /** @return {@link #minBudget(long)} when the bounds of the configuration are reached and the usual panes open. */
    public static long minBudget(final EngineConfig config)
    {
        return of(config).minBudget(
            config.mode() == DeliveryMode.IN_MEMORY ? 0 : CheckpointEstimate.of(config).usualLength());
    }
}
