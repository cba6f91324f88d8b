package io.tailrace.engine.advice;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.ReadingCsv;
import io.tailrace.codec.SaturatingTime;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.WindowConfig;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The first pass over a sample: disorder against all readings and against those of the same device, delay, and sampling
 * intervals.
 * <p>
 * Memory: about 100 bytes a device and, of up to {@code max(limits.devices, limits.keys)} pairs of device and metric,
 * up to 400 bytes each.
 */
final class SampleMeasure
{
    private static final int WORST_DEVICES = 10;
    private static final long SEED = 0x5EEDL;

    private static final Comparator<DeviceDisorder> WORST_FIRST =
        Comparator.comparingLong(DeviceDisorder::maxNs).thenComparingLong(DeviceDisorder::maxLagNs).reversed()
            .thenComparing(DeviceDisorder::device);

    private record Pair(long deviceId, long metric)
    {
    }

    private static final class Device
    {
        private final long id;
        private long maxTimeNs = Long.MIN_VALUE;
        private long readings;
        private long behind;
        private long maxBehindNs;
        private long maxLagNs;

        Device(final long id)
        {
            this.id = id;
        }
    }

    private final EngineConfig config;
    private final SampleReader reader;
    private final long nowNs;
    private final int maxPairs;
    private final boolean hasOpenFilter;
    private final long[] filteredMetrics;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Long2ObjectHashMap<Device> devices = new Long2ObjectHashMap<>();
    private final Map<Pair, SampleIntervals> pairs = new HashMap<>();
    private final DurationHistogram global = new DurationHistogram();
    private final DurationHistogram device = new DurationHistogram();
    private final DurationHistogram delay = new DurationHistogram();
    private long maxTimeNs = Long.MIN_VALUE;
    private long newestNs = Long.MIN_VALUE;
    private long oldestNs = Long.MAX_VALUE;
    private long tooOldNow;
    private long aheadOfIngest;
    private int greatestSource;
    private boolean hasUnmeasuredPairs;

    SampleMeasure(final EngineConfig config, final SampleReader reader, final long nowNs)
    {
        this.config = config;
        this.reader = reader;
        this.nowNs = nowNs;
        maxPairs = Math.max(config.limits().devices(), config.limits().keys());
        final List<long[]> metrics = config.windows().stream().map((window) -> window.where().metrics()).toList();
        hasOpenFilter = metrics.stream().anyMatch((ofWindow) -> ofWindow.length == 0);
        filteredMetrics = metrics.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    void measure() throws IOException, IdCollisionException
    {
        reader.read(this::onReading);
    }

    private void onReading(
        final long deviceId, final long metric, final long timeNs, final long effectiveTimeNs, final ReadingCsv rows)
    {
        final Device of = device(deviceId, rows);
        final long lagNs = behindNs(maxTimeNs, timeNs);
        final long behindNs = behindNs(of.maxTimeNs, timeNs);
        global.record(lagNs);
        device.record(behindNs);
        of.readings++;
        of.behind += behindNs > 0 ? 1 : 0;
        of.maxBehindNs = Math.max(of.maxBehindNs, behindNs);
        of.maxLagNs = Math.max(of.maxLagNs, lagNs);
        of.maxTimeNs = Math.max(of.maxTimeNs, effectiveTimeNs);
        maxTimeNs = Math.max(maxTimeNs, effectiveTimeNs);
        newestNs = Math.max(newestNs, timeNs);
        oldestNs = Math.min(oldestNs, timeNs);
        greatestSource = Math.max(greatestSource, rows.source());
        tooOldNow += reader.isTooOld(timeNs, nowNs) ? 1 : 0;
        if (rows.hasIngestTime())
        {
            final long delayNs = SaturatingTime.subtract(rows.ingestTimeNs(), timeNs);
            delay.record(Math.max(0, delayNs));
            aheadOfIngest += delayNs < 0 ? 1 : 0;
        }
        if (hasOpenFilter || Arrays.binarySearch(filteredMetrics, metric) >= 0)
        {
            onInterval(new Pair(deviceId, metric), timeNs);
        }
    }

    private Device device(final long deviceId, final ReadingCsv rows)
    {
        final Device known = devices.get(deviceId);
        if (null != known)
        {
            return known;
        }
        if (devices.size() == config.limits().devices())
        {
            throw new SampleException(reader.file() + ":" + rows.line() + ": found more devices than limits.devices, " +
                config.limits().devices() + "; set it to what is to be expected");
        }
        final Device added = new Device(deviceId);
        devices.put(deviceId, added);
        return added;
    }

    private void onInterval(final Pair pair, final long timeNs)
    {
        final SampleIntervals known = pairs.get(pair);
        if (null != known)
        {
            known.onReading(timeNs, random);
        }
        else if (pairs.size() < maxPairs)
        {
            pairs.put(pair, new SampleIntervals(timeNs));
        }
        else
        {
            hasUnmeasuredPairs = true;
        }
    }

    private static long behindNs(final long maxTimeNs, final long timeNs)
    {
        return maxTimeNs == Long.MIN_VALUE ? 0 : Math.max(0, SaturatingTime.subtract(maxTimeNs, timeNs));
    }

    /** @return how often the metrics of a window are sampled. */
    SampleRate rate(final WindowConfig window)
    {
        final long[] metrics = window.where().metrics();
        final long[] medians = pairs.entrySet().stream()
            .filter((entry) -> metrics.length == 0 || Arrays.binarySearch(metrics, entry.getKey().metric) >= 0)
            .mapToLong((entry) -> entry.getValue().medianNs())
            .filter((medianNs) -> medianNs > 0)
            .sorted()
            .toArray();
        return medians.length == 0 ? new SampleRate(0, 0, 0, 0) : new SampleRate(
            medians.length, medians[0], medians[(medians.length - 1) / 2], medians[medians.length - 1]);
    }

    /** @return the devices with any disorder or lag, worst first, ten at most. */
    List<DeviceDisorder> worstDevices()
    {
        final List<DeviceDisorder> all = new ArrayList<>();
        devices.values().forEach((of) -> all.add(new DeviceDisorder(
            reader.deviceText(of.id), of.readings, of.behind, of.maxBehindNs, of.maxLagNs)));
        return all.stream()
            .filter((of) -> of.maxNs() > 0 || of.maxLagNs() > 0)
            .sorted(WORST_FIRST)
            .limit(WORST_DEVICES)
            .toList();
    }

    Disorder global()
    {
        return global.disorder();
    }

    Disorder device()
    {
        return device.disorder();
    }

    Disorder delay()
    {
        return delay.disorder();
    }

    /** @return over the devices, the distribution of the furthest that each came behind itself. */
    Disorder worstOfDevices()
    {
        final DurationHistogram worst = new DurationHistogram();
        devices.values().forEach((of) -> worst.record(of.maxBehindNs));
        return worst.disorder();
    }

    int deviceCount()
    {
        return devices.size();
    }

    long oldestNs()
    {
        return oldestNs;
    }

    long newestNs()
    {
        return newestNs;
    }

    long tooOldNow()
    {
        return tooOldNow;
    }

    long aheadOfIngest()
    {
        return aheadOfIngest;
    }

    boolean hasSeveralSources()
    {
        return greatestSource > 0;
    }

    boolean hasUnmeasuredPairs()
    {
        return hasUnmeasuredPairs;
    }
}
