package io.tailrace.engine.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.zip.GZIPInputStream;

import io.tailrace.codec.CsvReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Radio that several gateways hear: a frame comes up to 28 times, most copies within seconds, some after seven weeks.
 * Devices count their frames from the beginning whenever they join anew, and a few join with an address that they had
 * before, so that an id comes back with another reading. Every judgement is made here once more by a plain pass over
 * the file. Skipped where the file is absent.
 */
class RepeatedRadioTest
{
    private static final int NEW = 0;
    private static final int DUPLICATE = 1;
    private static final int REFUSED = 2;
    private static final int JUDGEMENTS = 3;
    private static final List<String> METRICS = List.of("temperature", "battery_mv", "humidity");

    /** One row that has a value; {@code id} is device, address, frame and metric in one text. */
    private record Row(
        String id, String device, String address, long frame, String metric, long timeMs, String value, long arrivalMs)
    {
        /** As a device would count that gives each of its readings an id of its own. */
        private long number()
        {
            return frame * METRICS.size() + METRICS.indexOf(metric);
        }
    }

    @TempDir
    Path dir;

    private List<Row> rows;

    @BeforeEach
    void read() throws IOException
    {
        rows = rows();
        final Set<String> ids = new HashSet<>();
        rows.forEach((row) -> ids.add(row.id));
        assertEquals(18_966, rows.size() - ids.size(), "the file is another one");
    }

    /**
     * Without epochs whatever comes after a device has joined anew is far below its highest id, and is refused. (No
     * device is forgotten here, as one would be that is silent for {@code key-ttl}: it would begin anew as well.)
     */
    @Test
    void shouldLoseWhatIsCountedAnewUnlessTheDeviceSaysSo() throws Exception
    {
        for (final int windowIds : new int[] {64, 256, 1024})
        {
            final int[] without = sequence(windowIds, (row) -> 0, "without-epoch");
            assertTrue(without[REFUSED] > rows.size() / 2);
            final int[] with = sequence(windowIds, joins(), "with-epoch");
            assertTrue(with[REFUSED] < 100);
            assertEquals(18_966, with[DUPLICATE], 20);
        }
    }

    /**
     * Copies come up to seven weeks later, ids with another reading come back after half a day. What is remembered for
     * longer than that half day takes some of these for copies; what is remembered for less takes late copies as new.
     */
    @Test
    void shouldTellCopiesFromIdsThatComeBackOnlyByTime() throws Exception
    {
        final int[] hour = id(TimeUnit.HOURS.toNanos(1), "1h", 100_000);
        final int[] quarter = id(TimeUnit.HOURS.toNanos(6), "6h", 100_000);
        final int[] day = id(TimeUnit.DAYS.toNanos(1), "1d", 100_000);
        final int[] year = id(TimeUnit.DAYS.toNanos(400), "400d", 100_000);
        assertEquals(18_966, year[DUPLICATE]);
        assertTrue(hour[NEW] > quarter[NEW] && quarter[NEW] > day[NEW] && day[NEW] > year[NEW]);
        assertEquals(6, withOtherValue(TimeUnit.HOURS.toNanos(6), false), "ids that come back are new within 6h");
        assertEquals(0, withOtherValue(TimeUnit.HOURS.toNanos(6), true));
        assertEquals(2, withOtherValue(TimeUnit.DAYS.toNanos(1), true), "two that come back are lost with 1d");
        assertEquals(6, withOtherValue(TimeUnit.DAYS.toNanos(400), true), "all that come back are lost with 400d");
    }

    @Test
    void shouldRefuseNewIdsWhereTooManyAreRemembered() throws Exception
    {
        final int[] counts = id(TimeUnit.DAYS.toNanos(1), "1d", 1_000);
        assertTrue(counts[REFUSED] > 100);
    }

    private int[] sequence(final int windowIds, final ToIntFunction<Row> epochs, final String name) throws Exception
    {
        final Map<String, Integer> epochOf = new HashMap<>();
        final Map<String, TreeSet<Long>> seen = new HashMap<>();
        final int[] judgements = new int[rows.size()];
        final int[] rowEpochs = new int[rows.size()];
        for (int i = 0; i < judgements.length; i++)
        {
            final Row row = rows.get(i);
            rowEpochs[i] = epochs.applyAsInt(row);
            final Integer epoch = epochOf.get(row.device);
            if (epoch == null || rowEpochs[i] > epoch)
            {
                epochOf.put(row.device, rowEpochs[i]);
                seen.put(row.device, new TreeSet<>());
            }
            final TreeSet<Long> ids = seen.get(row.device);
            final boolean isOlder = rowEpochs[i] < epochOf.get(row.device);
            judgements[i] = isOlder || !ids.isEmpty() && row.number() <= ids.last() - windowIds ? REFUSED :
                ids.add(row.number()) ? NEW : DUPLICATE;
        }
        return compare(
            "dedup: {by: sequence, window-ids: " + windowIds + "}",
            name + "-" + windowIds,
            "beyond-dedup-window",
            judgements,
            rowEpochs);
    }

    private int[] id(final long ttlNs, final String ttl, final int maxIds) throws Exception
    {
        return compare(
            "dedup: {by: id, ttl: " + ttl + ", max-ids: " + maxIds + "}",
            "id-" + ttl + "-" + maxIds,
            "dedup-exhausted",
            judgeIds(ttlNs, maxIds),
            null);
    }

    private int[] judgeIds(final long ttlNs, final int maxIds)
    {
        final Map<String, Long> generations = new HashMap<>();
        final int[] judgements = new int[rows.size()];
        long last = Long.MIN_VALUE;
        for (int i = 0; i < judgements.length; i++)
        {
            final long generation = TimeUnit.MILLISECONDS.toNanos(rows.get(i).arrivalMs) / ((ttlNs + 3) / 4);
            if (generation != last)
            {
                generations.values().removeIf((remembered) -> generation - remembered > 4);
                last = generation;
            }
            final boolean isKnown = generations.containsKey(rows.get(i).id);
            judgements[i] = isKnown ? DUPLICATE : generations.size() == maxIds ? REFUSED : NEW;
            if (judgements[i] == NEW)
            {
                generations.put(rows.get(i).id, generation);
            }
        }
        return judgements;
    }

    /** Readings judged so whose id was first accepted with another value. */
    private long withOtherValue(final long ttlNs, final boolean isDuplicate)
    {
        final int[] judgements = judgeIds(ttlNs, Integer.MAX_VALUE);
        final Map<String, String> values = new HashMap<>();
        long count = 0;
        for (int i = 0; i < judgements.length; i++)
        {
            final Row row = rows.get(i);
            final boolean isOther = values.containsKey(row.id) && !values.get(row.id).equals(row.value);
            count += isOther && (judgements[i] == DUPLICATE) == isDuplicate ? 1 : 0;
            if (judgements[i] == NEW)
            {
                values.put(row.id, row.value);
            }
        }
        return count;
    }

    /** Each row through {@code batch}: its judgement, and the ledger, must be those of the plain pass. */
    private int[] compare(
        final String dedup, final String name, final String reason, final int[] judgements, final int[] epochs)
        throws Exception
    {
        final StringBuilder csv = new StringBuilder("event_id,device_id,metric,event_time_ms,value,ingest_time_ms");
        csv.append(epochs == null ? "\n" : ",device_epoch\n");
        final int[] counts = new int[JUDGEMENTS];
        final List<List<String>> lines = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < judgements.length; i++)
        {
            final Row row = rows.get(i);
            final String line = (epochs == null ? row.id : Long.toString(row.number())) + ',' + row.device + ',' +
                row.metric + ',' + row.timeMs + ',' + row.value + ',' + row.arrivalMs +
                (epochs == null ? "" : "," + epochs[i]);
            csv.append(line).append('\n');
            counts[judgements[i]]++;
            lines.get(judgements[i]).add(line);
        }
        final Path in = dir.resolve(name + ".csv");
        Files.writeString(in, csv);
        final Path out = dir.resolve(name);
        final BatchResults results = BatchResults.of("""
            event-time: {unit: ms, earliest: none, reference-clock: none}
            limits: {key-ttl: none}
            %s
            windows: [{name: all, type: calendar, every: month, key: all, allowed-lateness: 31d}]
            """.formatted(dedup), in, out);

        assertEquals(counts[NEW], results.count("input", "accepted"));
        assertEquals(counts[DUPLICATE], results.count("input", "duplicate"));
        assertEquals(counts[REFUSED], results.count("input", "rejected:" + reason));
        assertEquals(lines.get(DUPLICATE), cells(out.resolve("duplicates.csv")));
        assertEquals(lines.get(REFUSED), cells(out.resolve("rejected.csv")));
        System.out.printf("lorawan_helium, %s: %d readings, %d new, %d duplicates, %d %s%n",
            name, rows.size(), counts[NEW], counts[DUPLICATE], counts[REFUSED], reason);
        return counts;
    }

    /** An epoch for each address of a device, counted as they are first heard. */
    private static ToIntFunction<Row> joins()
    {
        final Map<String, List<String>> addresses = new HashMap<>();
        return (row) ->
        {
            final List<String> known = addresses.computeIfAbsent(row.device, (device) -> new ArrayList<>());
            if (!known.contains(row.address))
            {
                known.add(row.address);
            }
            return known.indexOf(row.address);
        };
    }

    /** Rows without header and last column. */
    private static List<String> cells(final Path file) throws IOException
    {
        final List<String> lines = new ArrayList<>();
        try (CsvReader reader = CsvReader.open(file))
        {
            reader.next();
            while (reader.next())
            {
                lines.add(String.join(",", reader.cells().subList(0, reader.cellCount() - 1)));
            }
        }
        return lines;
    }

    private static List<Row> rows() throws IOException
    {
        final List<Row> rows = new ArrayList<>();
        try (BufferedReader file = open("lorawan_helium"); BufferedReader side = open("lorawan_helium.side"))
        {
            file.readLine();
            side.readLine();
            for (String line = file.readLine(); line != null; line = file.readLine())
            {
                final String[] cells = line.split(",", -1);
                final long arrivalMs = Long.parseLong(side.readLine().split(",", -1)[0]);
                final String[] id = cells[0].split("[:#]");
                if (!cells[4].isEmpty())
                {
                    rows.add(new Row(cells[0], cells[1], id[1], Long.parseLong(id[2]), cells[2],
                        Long.parseLong(cells[3]), cells[4], arrivalMs));
                }
            }
        }
        return rows;
    }

    private static BufferedReader open(final String name) throws IOException
    {
        return new BufferedReader(new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(SharedFiles.require("data/" + name + ".csv.gz"))),
            StandardCharsets.UTF_8));
    }
}
