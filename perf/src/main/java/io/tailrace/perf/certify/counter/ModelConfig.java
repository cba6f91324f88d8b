package io.tailrace.perf.certify.counter;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What the model is told.
 *
 * @param windows              operators in their order.
 * @param outOfOrdernessNs     how far the watermark stays behind the greatest effective time.
 * @param idleAfterNs          from when a polled and empty source counts as idle.
 * @param earliestNs           smallest event time that is accepted; {@code Long.MIN_VALUE}: no bound.
 * @param maxFutureNs          how far an event may be ahead of its ingest time.
 * @param maxAgeNs             how far an event may be behind its ingest time.
 * @param warnAgeNs            from which age an accepted event is counted as a warning.
 * @param ingestReferenceClock whether event times are judged against ingest times.
 * @param sourceCount          configured sources, indexed from 0.
 * @param sourceUnits          unit code of each source's readings that name none; 0: by magnitude.
 * @param maxDevices           devices in all.
 * @param maxKeys              keys per operator.
 * @param keyTtlNs             how long after its last use a key or device may be forgotten, at least 1; {@link #NEVER}:
 *                             never.
 * @param dedup                by what readings that were seen before are recognised.
 */
record ModelConfig(
    List<ModelWindow> windows,
    long outOfOrdernessNs,
    long idleAfterNs,
    long earliestNs,
    long maxFutureNs,
    long maxAgeNs,
    long warnAgeNs,
    boolean ingestReferenceClock,
    int sourceCount,
    int[] sourceUnits,
    int maxDevices,
    int maxKeys,
    long keyTtlNs,
    ModelDedup dedup)
{
    /** No bound for event times. */
    public static final long NO_EARLIEST = Long.MIN_VALUE;

    /** Nothing is forgotten. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Checks what the model relies on. */
    public ModelConfig
    {
        if (sourceCount < 1 || sourceUnits.length != sourceCount)
        {
            throw new IllegalArgumentException(
                "sourceCount=" + sourceCount + " sourceUnits=" + Arrays.toString(sourceUnits));
        }
        if (keyTtlNs < 1)
        {
            throw new IllegalArgumentException("keyTtlNs=" + keyTtlNs);
        }
        Objects.requireNonNull(dedup, "dedup");
        windows = List.copyOf(windows);
        sourceUnits = sourceUnits.clone();
    }
}
