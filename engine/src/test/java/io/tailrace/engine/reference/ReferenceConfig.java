package io.tailrace.engine.reference;

import java.util.Arrays;
import java.util.List;

/**
 * What the model is told. The watermark is global and nothing is deduplicated.
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
 */
public record ReferenceConfig(
    List<ReferenceWindow> windows,
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
    int maxKeys)
{
    /** No bound for event times. */
    public static final long NO_EARLIEST = Long.MIN_VALUE;

    /** Checks what the model relies on. */
    public ReferenceConfig
    {
        if (sourceCount < 1 || sourceUnits.length != sourceCount)
        {
            throw new IllegalArgumentException(
                "sourceCount=" + sourceCount + " sourceUnits=" + Arrays.toString(sourceUnits));
        }
        windows = List.copyOf(windows);
        sourceUnits = sourceUnits.clone();
    }

    /**
     * Without any check of times and without limits; times are in nanoseconds unless a reading says otherwise.
     *
     * @param sourceCount      configured sources.
     * @param outOfOrdernessNs how far the watermark stays behind.
     * @param idleAfterNs      from when a polled and empty source counts as idle.
     * @param windows          operators in their order.
     * @return the configuration.
     */
    public static ReferenceConfig historical(
        final int sourceCount, final long outOfOrdernessNs, final long idleAfterNs, final ReferenceWindow... windows)
    {
        final int[] units = new int[sourceCount];
        Arrays.fill(units, ReferenceTime.NANOSECONDS);
        return new ReferenceConfig(List.of(windows), outOfOrdernessNs, idleAfterNs, NO_EARLIEST,
            0, 0, 0, false, sourceCount, units, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    @Override
    public String toString()
    {
        final StringBuilder text = new StringBuilder("config ooo=" + outOfOrdernessNs + " idleAfter=" + idleAfterNs +
            " earliest=" + earliestNs + " maxFuture=" + maxFutureNs + " maxAge=" + maxAgeNs + " warnAge=" + warnAgeNs +
            " clock=" + (ingestReferenceClock ? "ingest" : "none") + " sources=" + sourceCount +
            " units=" + Arrays.toString(sourceUnits) + " maxDevices=" + maxDevices + " maxKeys=" + maxKeys);
        windows.forEach((window) -> text.append('\n').append(window));
        return text.toString();
    }
}
