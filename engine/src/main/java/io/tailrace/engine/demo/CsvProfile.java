package io.tailrace.engine.demo;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.tailrace.codec.CsvFormatException;
import io.tailrace.codec.IdCollisionException;
import io.tailrace.codec.NameDictionary;
import io.tailrace.codec.ReadingCsv;
import io.tailrace.codec.TimeUnits;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;

/**
 * What a file of readings is like, so that a configuration can be made to its measure. Reads the file once to its end.
 *
 * @param readings  rows that parse.
 * @param devices   different devices.
 * @param keys      different pairs of device and metric.
 * @param timeUnit  unit code of its event times.
 * @param cadenceNs median distance of two readings of one device and metric, ns; 0: no device has two.
 * @param lagNs     how far 99 of 100 readings are behind the newest event time at most, ns.
 */
record CsvProfile(long readings, int devices, int keys, int timeUnit, long cadenceNs, long lagNs)
{
    private static final int MAX_SAMPLES = 1_000_000;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long[] SIZES_NS = {
        SECOND_NS, 10 * SECOND_NS, 60 * SECOND_NS, 600 * SECOND_NS, 3_600 * SECOND_NS, 86_400 * SECOND_NS};
    private static final long DEFAULT_SIZE_NS = 60 * SECOND_NS;
    private static final int READINGS_PER_WINDOW = 10;
    private static final int MAX_LAG_WINDOWS = 1_000;

    /**
     * Reads a file.
     *
     * @param file  of readings.
     * @param names where its names are kept.
     * @return what it is like.
     * @throws DemoException if there is no such file, it cannot be understood, or has no row that is a reading.
     */
    static CsvProfile of(final Path file, final NameDictionary names)
    {
        try (ReadingCsv csv = ReadingCsv.open(file, names, TimeUnits.AUTO, List.of()))
        {
            return new Scan().read(csv, file);
        }
        catch (final NoSuchFileException ex)
        {
            throw new DemoException(file + ": no such file, expected a CSV file of readings");
        }
        catch (final CsvFormatException ex)
        {
            throw new DemoException(ex.getMessage());
        }
        catch (final IOException ex)
        {
            throw new DemoException(
                file + ": cannot be read (" + ex.getMessage() + "), expected a CSV file of readings");
        }
    }

    /** @return the smallest of 1 s, 10 s, 1 min, 10 min, 1 h, 1 d that ten readings fit in; without a cadence 1 min. */
    long windowNs()
    {
        if (cadenceNs == 0)
        {
            return DEFAULT_SIZE_NS;
        }
        for (final long sizeNs : SIZES_NS)
        {
            if (sizeNs / READINGS_PER_WINDOW >= cadenceNs)
            {
                return sizeNs;
            }
        }
        return SIZES_NS[SIZES_NS.length - 1];
    }

    /** @return the lag, up to a thousand windows. */
    long outOfOrdernessNs()
    {
        return Math.min(lagNs, MAX_LAG_WINDOWS * windowNs());
    }

    private record Key(long deviceId, long metric)
    {
    }

    private static final class Scan
    {
        private final LongArrayList distances = new LongArrayList();
        private final LongArrayList lags = new LongArrayList();
        private final LongHashSet devices = new LongHashSet();
        private final Map<Key, Long> lastTimes = new HashMap<>();
        private long newestNs = Long.MIN_VALUE;
        private long readings;

        CsvProfile read(final ReadingCsv csv, final Path file) throws IOException
        {
            try
            {
                while (csv.next())
                {
                    if (!csv.isRejected())
                    {
                        onReading(csv);
                    }
                }
            }
            catch (final IdCollisionException ex)
            {
                throw new CsvFormatException(file.toString(), csv.line(), ex.getMessage());
            }
            if (readings == 0)
            {
                throw new CsvFormatException(
                    file.toString(), csv.line(), "the end without a reading, expected at least one");
            }
            return new CsvProfile(
                readings,
                devices.size(),
                lastTimes.size(),
                csv.timeUnit(),
                quantile(distances, 0.5),
                quantile(lags, 0.99));
        }

        private void onReading(final ReadingCsv csv)
        {
            readings++;
            devices.add(csv.deviceId());
            final long timeNs = TimeUnits.toNanos(csv.eventTime(), csv.timeUnit(), TimeUnits.AUTO);
            final Long last = lastTimes.put(new Key(csv.deviceId(), csv.metric()), timeNs);
            newestNs = Math.max(newestNs, timeNs);
            if (readings <= MAX_SAMPLES)
            {
                lags.addLong(Math.max(0, newestNs - timeNs));
                if (null != last && timeNs > last)
                {
                    distances.addLong(Math.max(1, timeNs - last));
                }
            }
        }

        private static long quantile(final LongArrayList samples, final double quantile)
        {
            final long[] sorted = samples.toLongArray();
            Arrays.sort(sorted);
            return sorted.length == 0 ? 0 : sorted[(int)((sorted.length - 1) * quantile)];
        }
    }
}
