package io.tailrace.engine.advice;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.ReadingCsv;
import io.tailrace.codec.RejectReason;
import io.tailrace.codec.RowFault;
import io.tailrace.codec.SaturatingTime;
import io.tailrace.codec.TimeUnits;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;

/**
 * Reads a sample as {@code batch} reads its input, and leaves out what does not parse or would be rejected by its time:
 * neither moves a watermark. Without ingest times a reading is rejected as {@code future} if it is later than the
 * bound allows now: whenever it came in, that was before.
 */
final class SampleReader
{
    /** Takes one reading, in the order of arrival. */
    interface Handler
    {
        /**
         * @param deviceId        u64.
         * @param metric          u32.
         * @param timeNs          event time, epoch ns.
         * @param effectiveTimeNs event time, but no later than the ingest time if that is known and the reference.
         * @param rows            the rest of the reading.
         */
        void onReading(long deviceId, long metric, long timeNs, long effectiveTimeNs, ReadingCsv rows);
    }

    private final EngineConfig config;
    private final EventTimeConfig eventTime;
    private final Path file;
    private final long nowNs;
    private final NameDictionary names;
    private final Map<RowFault, Long> unparsed = new EnumMap<>(RowFault.class);
    private final Map<RejectReason, Long> rejected = new EnumMap<>(RejectReason.class);
    private long rowCount;
    private boolean hasIngestTimes;

    SampleReader(final EngineConfig config, final Path file, final long nowNs) throws IdCollisionException
    {
        this.config = config;
        this.eventTime = config.eventTime();
        this.file = file;
        this.nowNs = nowNs;
        this.names = new NameDictionary(config.metrics());
    }

    /** Reads the whole file once; the counts are those of this pass. */
    void read(final Handler handler) throws IOException, IdCollisionException
    {
        unparsed.clear();
        rejected.clear();
        rowCount = 0;
        final List<String> sources = config.sources().stream().map(SourceConfig::name).toList();
        try (ReadingCsv rows = ReadingCsv.open(file, names, eventTime.timeUnit(), sources))
        {
            hasIngestTimes = rows.hasIngestTime();
            while (rows.next())
            {
                rowCount++;
                if (rows.isRejected())
                {
                    unparsed.merge(rows.fault(), 1L, Long::sum);
                }
                else
                {
                    onRow(rows, handler);
                }
            }
        }
    }

    private void onRow(final ReadingCsv rows, final Handler handler)
    {
        final int unit = TimeUnits.unitOf(rows.eventTime(), rows.timeUnit(), sourceUnit(rows.source()));
        final boolean isInRange = TimeUnits.isRepresentable(rows.eventTime(), unit);
        final long timeNs = TimeUnits.toNanos(rows.eventTime(), unit);
        final RejectReason reason = isInRange ? judge(rows, timeNs) : RejectReason.TIME_RANGE;
        if (null == reason)
        {
            final long effectiveNs = isReferenced() && hasIngestTimes ? Math.min(timeNs, rows.ingestTimeNs()) : timeNs;
            handler.onReading(rows.deviceId(), rows.metric(), timeNs, effectiveNs, rows);
        }
        else
        {
            rejected.merge(reason, 1L, Long::sum);
        }
    }

    private RejectReason judge(final ReadingCsv rows, final long timeNs)
    {
        if (timeNs < eventTime.earliestNs())
        {
            return RejectReason.BEFORE_EARLIEST;
        }
        if (!isReferenced())
        {
            return null;
        }
        final long latestIngestNs = hasIngestTimes ? rows.ingestTimeNs() : nowNs;
        if (timeNs > SaturatingTime.add(latestIngestNs, eventTime.maxFutureNs()))
        {
            return RejectReason.FUTURE;
        }
        return hasIngestTimes && isTooOld(timeNs, latestIngestNs) ? RejectReason.TOO_OLD : null;
    }

    /** @return whether a reading that comes in at some time is rejected by its age. */
    boolean isTooOld(final long timeNs, final long ingestTimeNs)
    {
        return isReferenced() && eventTime.maxAgeNs() != EventTimeConfig.NO_BOUND_NS &&
            timeNs < SaturatingTime.subtract(ingestTimeNs, eventTime.maxAgeNs());
    }

    private boolean isReferenced()
    {
        return eventTime.referenceClock() == ReferenceClock.INGEST;
    }

    private int sourceUnit(final int source)
    {
        final int unit = source < config.sources().size() ? config.sources().get(source).timeUnit() : TimeUnits.AUTO;
        return unit == TimeUnits.AUTO ? eventTime.timeUnit() : unit;
    }

    boolean hasIngestTimes()
    {
        return hasIngestTimes;
    }

    long rowCount()
    {
        return rowCount;
    }

    Map<RowFault, Long> unparsed()
    {
        return Map.copyOf(unparsed);
    }

    Map<RejectReason, Long> rejected()
    {
        return Map.copyOf(rejected);
    }

    String deviceText(final long deviceId)
    {
        return names.deviceText(deviceId);
    }

    Path file()
    {
        return file;
    }
}
