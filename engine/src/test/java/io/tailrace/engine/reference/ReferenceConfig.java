package io.tailrace.engine.reference;

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
 * @param alerts               alert operators in their order, behind the windows.
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
    int maxKeys,
    long keyTtlNs,
    ReferenceDedup dedup,
    List<ReferenceAlert> alerts)
{
    /** No bound for event times. */
    public static final long NO_EARLIEST = Long.MIN_VALUE;

    /** Nothing is forgotten. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Checks what the model relies on. */
    public ReferenceConfig
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
        alerts = List.copyOf(alerts);
        sourceUnits = sourceUnits.clone();
    }

    /**
     * Without deduplication and alerts.
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
     * @param keyTtlNs             how long after its last use a key or device may be forgotten.
     */
    public ReferenceConfig(
        final List<ReferenceWindow> windows,
        final long outOfOrdernessNs,
        final long idleAfterNs,
        final long earliestNs,
        final long maxFutureNs,
        final long maxAgeNs,
        final long warnAgeNs,
        final boolean ingestReferenceClock,
        final int sourceCount,
        final int[] sourceUnits,
        final int maxDevices,
        final int maxKeys,
        final long keyTtlNs)
    {
        this(windows, outOfOrdernessNs, idleAfterNs, earliestNs, maxFutureNs, maxAgeNs, warnAgeNs,
            ingestReferenceClock, sourceCount, sourceUnits, maxDevices, maxKeys, keyTtlNs, ReferenceDedup.NONE,
            List.of());
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
            0, 0, 0, false, sourceCount, units, Integer.MAX_VALUE, Integer.MAX_VALUE, NEVER,
            ReferenceDedup.NONE, List.of());
    }

    /**
     * The same with other limits.
     *
     * @param newMaxDevices devices in all.
     * @param newMaxKeys    keys per operator.
     * @param newKeyTtlNs   how long after its last use a key or device may be forgotten; {@link #NEVER}: never.
     * @return the configuration.
     */
    public ReferenceConfig withLimits(final int newMaxDevices, final int newMaxKeys, final long newKeyTtlNs)
    {
        return new ReferenceConfig(windows, outOfOrdernessNs, idleAfterNs, earliestNs, maxFutureNs, maxAgeNs,
            warnAgeNs, ingestReferenceClock, sourceCount, sourceUnits, newMaxDevices, newMaxKeys, newKeyTtlNs,
            dedup, alerts);
    }

    /**
     * The same with other bounds of time, measured against ingest times.
     *
     * @param newEarliestNs  smallest event time that is accepted.
     * @param newMaxFutureNs how far an event may be ahead of its ingest time.
     * @param newMaxAgeNs    how far an event may be behind its ingest time.
     * @return the configuration.
     */
    public ReferenceConfig withBounds(final long newEarliestNs, final long newMaxFutureNs, final long newMaxAgeNs)
    {
        return new ReferenceConfig(windows, outOfOrdernessNs, idleAfterNs, newEarliestNs, newMaxFutureNs, newMaxAgeNs,
            newMaxAgeNs, true, sourceCount, sourceUnits, maxDevices, maxKeys, keyTtlNs, dedup, alerts);
    }

    /**
     * The same with another way to recognise readings that were seen before.
     *
     * @param newDedup by what.
     * @return the configuration.
     */
    public ReferenceConfig withDedup(final ReferenceDedup newDedup)
    {
        return new ReferenceConfig(windows, outOfOrdernessNs, idleAfterNs, earliestNs, maxFutureNs, maxAgeNs,
            warnAgeNs, ingestReferenceClock, sourceCount, sourceUnits, maxDevices, maxKeys, keyTtlNs, newDedup, alerts);
    }

    /**
     * The same with other alerts.
     *
     * @param newAlerts in their order, behind the windows.
     * @return the configuration.
     */
    public ReferenceConfig withAlerts(final ReferenceAlert... newAlerts)
    {
        return new ReferenceConfig(windows, outOfOrdernessNs, idleAfterNs, earliestNs, maxFutureNs, maxAgeNs,
            warnAgeNs, ingestReferenceClock, sourceCount, sourceUnits, maxDevices, maxKeys, keyTtlNs, dedup,
            List.of(newAlerts));
    }

    @Override
    public String toString()
    {
        final StringBuilder text = new StringBuilder("config ooo=" + outOfOrdernessNs + " idleAfter=" + idleAfterNs +
            " earliest=" + earliestNs + " maxFuture=" + maxFutureNs + " maxAge=" + maxAgeNs + " warnAge=" + warnAgeNs +
            " clock=" + (ingestReferenceClock ? "ingest" : "none") + " sources=" + sourceCount +
            " units=" + Arrays.toString(sourceUnits) + " maxDevices=" + maxDevices + " maxKeys=" + maxKeys +
            " keyTtl=" + (keyTtlNs == NEVER ? "never" : keyTtlNs) + " dedup=" + dedup);
        windows.forEach((window) -> text.append('\n').append(window));
        alerts.forEach((alert) -> text.append('\n').append(alert));
        return text.toString();
    }
}
