package io.tailrace.engine.admission;

import io.tailrace.codec.MessageLayout;
import io.tailrace.codec.RejectReason;
import io.tailrace.codec.SaturatingTime;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.ReferenceClock;
import org.agrona.UnsafeApi;

/**
 * Judges one reading and normalises its time. See {@code engine/docs/SEMANTICS.md}, section 1.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free, no exception for any bytes.
 */
public final class Admission
{
    /** The reading is valid. */
    public static final int VALID = 0;

    private static final int TIME_UNIT = RejectReason.TIME_UNIT.code();
    private static final int TIME_RANGE = RejectReason.TIME_RANGE.code();
    private static final int NOT_FINITE = RejectReason.NOT_FINITE.code();
    private static final int BEFORE_EARLIEST = RejectReason.BEFORE_EARLIEST.code();
    private static final int FUTURE = RejectReason.FUTURE.code();
    private static final int TOO_OLD = RejectReason.TOO_OLD.code();

    private final int[] sourceUnits;
    private final long earliestNs;
    private final long maxFutureNs;
    private final long maxAgeNs;
    private final long warnAgeNs;
    private final boolean isIngestReferenced;

    private long eventTimeNs;
    private boolean isOld;

    /**
     * @param config      bounds.
     * @param sourceUnits unit code of each source.
     */
    public Admission(final EventTimeConfig config, final int[] sourceUnits)
    {
        this.sourceUnits = sourceUnits.clone();
        earliestNs = config.earliestNs();
        maxFutureNs = config.maxFutureNs();
        maxAgeNs = config.maxAgeNs();
        warnAgeNs = config.warnAgeNs();
        isIngestReferenced = config.referenceClock() == ReferenceClock.INGEST;
    }

    /**
     * Judges a reading.
     *
     * @param message address of the reading's first byte; its source is one of the configuration's.
     * @return {@link #VALID}, or the code of a {@link RejectReason}; {@link #eventTimeNs} and {@link #isOld} tell more.
     */
    public int judge(final long message)
    {
        eventTimeNs = 0;
        isOld = false;
        final long time = UnsafeApi.getLong(message + MessageLayout.READING_EVENT_TIME_OFFSET);
        final int source = UnsafeApi.getShort(message + MessageLayout.READING_SOURCE_OFFSET) & 0xFFFF;
        final int unitCode = UnsafeApi.getByte(message + MessageLayout.READING_TIME_UNIT_OFFSET) & 0xFF;
        final int unit = TimeUnits.unitOf(time, unitCode, sourceUnits[source]);
        if (unit == TimeUnits.UNKNOWN_UNIT)
        {
            return TIME_UNIT;
        }
        if (!TimeUnits.isRepresentable(time, unit))
        {
            return TIME_RANGE;
        }
        final long timeNs = TimeUnits.toNanos(time, unit);
        eventTimeNs = timeNs;
        final double value = UnsafeApi.getDouble(message + MessageLayout.READING_VALUE_OFFSET);
        if (!Double.isFinite(value))
        {
            return NOT_FINITE;
        }
        if (timeNs < earliestNs)
        {
            return BEFORE_EARLIEST;
        }
        return isIngestReferenced ?
            judgeAgainst(UnsafeApi.getLong(message + MessageLayout.READING_INGEST_TIME_OFFSET), timeNs) : VALID;
    }

    /** @return time of the reading last judged, epoch ns; 0 if it has none. */
    public long eventTimeNs()
    {
        return eventTimeNs;
    }

    /** @return the time that may advance the watermark: the event time, but no later than the reference clock. */
    public long effectiveTimeNs(final long ingestTimeNs)
    {
        return isIngestReferenced ? Math.min(eventTimeNs, ingestTimeNs) : eventTimeNs;
    }

    /** @return whether the reading last judged is valid, but older than the age that warns. */
    public boolean isOld()
    {
        return isOld;
    }

    private int judgeAgainst(final long ingestTimeNs, final long timeNs)
    {
        if (timeNs > SaturatingTime.add(ingestTimeNs, maxFutureNs))
        {
            return FUTURE;
        }
        if (isOlderThan(maxAgeNs, ingestTimeNs, timeNs))
        {
            return TOO_OLD;
        }
        isOld = isOlderThan(warnAgeNs, ingestTimeNs, timeNs);
        return VALID;
    }

    private static boolean isOlderThan(final long ageNs, final long ingestTimeNs, final long timeNs)
    {
        return ageNs != EventTimeConfig.NO_BOUND_NS && timeNs < SaturatingTime.subtract(ingestTimeNs, ageNs);
    }
}
