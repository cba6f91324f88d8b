package io.tailrace.engine.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.zip.GZIPInputStream;

import io.tailrace.codec.Timing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Recordings of real devices with the disorder that they were recorded with, through {@code batch}. Every count that is
 * expected is made here from the same file by plain loops. Each test says what is wrong with its recording and which
 * configuration is right for it. Skipped where the files are absent.
 */
class RealDataTest
{
    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    /** One row that has a value. */
    private record Row(String device, String metric, long timeMs, double value)
    {
    }

    @TempDir
    Path out;

    /**
     * Radio: rows stand in the order of arrival at the network server, nearly all within seconds, some up to 48 minutes
     * behind. Five seconds of out-of-orderness serve windows of an hour; what comes later is late, more of it for short
     * windows and for the common watermark than for that of each device. Sessions that wait for the slowest are whole.
     */
    @Test
    void shouldJudgeRadioThatArrivesLate() throws Exception
    {
        final List<Row> rows = rows("lorawan_helium");
        final BatchResults results = BatchResults.of("""
            event-time: {unit: ms, out-of-orderness: 5s, earliest: none}
            windows:
              - {name: common, type: sliding, size: 1h, slide: 10m}
              - {name: own, type: sliding, size: 1h, slide: 10m, watermark: device}
              - {name: short, size: 1m, allowed-lateness: 30s}
              - {name: short-own, size: 1m, watermark: device, allowed-lateness: 30s}
              - {name: patient, size: 1m, watermark: device, allowed-lateness: 50m}
              - {name: visits, type: session, gap: 30m, watermark: device, allowed-lateness: 50m}
            """, file("lorawan_helium"), out);

        assertTrue(results.count("input", "rejected:value") > 0, "no blank value");
        assertEquals(rows.size(), results.ledger().total("source", "accepted"));
        final LongFunction<NaiveWindows.Span[]> sliding = NaiveWindows.sliding(HOUR, 10 * MINUTE);
        final NaiveWindows common = count(rows, new NaiveWindows(sliding, false, 5 * SECOND, 0));
        final NaiveWindows own = count(rows, new NaiveWindows(sliding, true, 5 * SECOND, 0));
        final NaiveWindows narrow =
            count(rows, new NaiveWindows(NaiveWindows.sliding(MINUTE, MINUTE), false, 5 * SECOND, 30 * SECOND));
        results.assertEqual(common, "common");
        results.assertEqual(own, "own");
        results.assertEqual(narrow, "short");
        final NaiveWindows narrowOwn =
            new NaiveWindows(NaiveWindows.sliding(MINUTE, MINUTE), true, 5 * SECOND, 30 * SECOND);
        results.assertEqual(count(rows, narrowOwn), "short-own");
        final NaiveWindows patient =
            new NaiveWindows(NaiveWindows.sliding(MINUTE, MINUTE), true, 5 * SECOND, 50 * MINUTE);
        results.assertEqual(count(rows, patient), "patient");
        assertEquals(0, results.count("patient", "late"));
        assertTrue(narrow.late() > 0 && narrow.late() >= common.late() && common.late() >= own.late());

        assertEquals(0, results.count("visits", "late"));
        assertEquals(naiveSessions(rows, 30 * MINUTE), results.counts("visits"));
        report("lorawan_helium", rows, results, "common", "own", "short", "short-own", "visits");
    }

    /**
     * The same radio against the clock of the server, with ticks: which readings are old or too old depends on their
     * own delay alone. Pauses of up to 443 days must not cost ticks.
     */
    @Test
    void shouldJudgeTheAgeOfRadioAgainstItsArrival() throws Exception
    {
        final Path input = out.resolve("arrivals.csv");
        final long[] naive = new long[3];
        final NaiveWindows hour = new NaiveWindows(NaiveWindows.sliding(HOUR, HOUR), false, 5 * SECOND, 0);
        try (BufferedReader rows = open("lorawan_helium"); BufferedReader side = open("lorawan_helium.side"))
        {
            final StringBuilder csv = new StringBuilder(rows.readLine()).append(",ingest_time_ms\n");
            side.readLine();
            for (String row = rows.readLine(); null != row; row = rows.readLine())
            {
                final String[] cells = row.split(",", -1);
                final long arrivalMs = Long.parseLong(side.readLine().split(",", -1)[0]);
                csv.append(row).append(',').append(arrivalMs).append('\n');
                final long timeMs = Long.parseLong(cells[3]);
                if (!cells[4].isEmpty())
                {
                    final int judgement = timeMs > arrivalMs + MINUTE || timeMs < arrivalMs - 45 * MINUTE ? 2 :
                        timeMs < arrivalMs - MINUTE ? 1 : 0;
                    naive[judgement]++;
                    if (judgement < 2)
                    {
                        hour.add(cells[1], cells[2], timeMs, Math.min(timeMs, arrivalMs));
                    }
                }
            }
            Files.writeString(input, csv);
        }
        final BatchResults results = BatchResults.of("""
            event-time: {unit: ms, out-of-orderness: 5s, idle-after: 1h, max-age: 45m, warn-age: 1m}
            windows: [{name: hour, size: 1h}]
            """, input, out);

        assertTrue(naive[1] > 0 && naive[2] > 0, "no old reading: the file is another one");
        assertEquals(naive[2], results.count("input", "rejected:too-old") + results.count("input", "rejected:future"));
        assertEquals(naive[1], results.count("input", "warned:old"));
        assertEquals(naive[0] + naive[1], results.count("input", "accepted"));
        assertEquals(hour.late(), results.count("hour", "late"));
        assertEquals(hour.counts(), results.counts("hour"));
    }

    /**
     * Load of a grid: local days, stored backwards within each year, one area after the other. Whatever moves time
     * with the first row that it sees makes nearly everything late. A year of out-of-orderness makes each area whole in
     * its own time, but not in the common one, in which later areas are four years behind. Days have 23, 24 or 25
     * hours.
     */
    @Test
    void shouldCutLocalDaysThatAreStoredBackwards() throws Exception
    {
        final List<Row> rows = rows("pjm_hourly");
        final LongFunction<NaiveWindows.Span[]> days = localDays(ZoneId.of("America/New_York"));
        final String windows = """
            limits: {devices: 100, keys: 100}
            windows:
              - {name: common, type: calendar, every: day, zone: America/New_York}
              - {name: own, type: calendar, every: day, zone: America/New_York, watermark: device}
            """;
        final BatchResults eager = BatchResults.of(
            "event-time: {unit: ms, earliest: none}\n" + windows, file("pjm_hourly"), out.resolve("eager"));
        final NaiveWindows eagerCommon = count(rows, new NaiveWindows(days, false, 0, 0));
        eager.assertEqual(eagerCommon, "common");
        eager.assertEqual(count(rows, new NaiveWindows(days, true, 0, 0)), "own");
        assertTrue(eagerCommon.late() > 0.99 * rows.size(), "not stored backwards");

        final BatchResults patient = BatchResults.of(
            "event-time: {unit: ms, earliest: none, out-of-orderness: 366d}\n" + windows,
            file("pjm_hourly"),
            out.resolve("patient"));
        final NaiveWindows own = count(rows, new NaiveWindows(days, true, 366 * DAY, 0));
        patient.assertEqual(count(rows, new NaiveWindows(days, false, 366 * DAY, 0)), "common");
        patient.assertEqual(own, "own");
        assertEquals(0, own.late());
        assertTrue(patient.count("common", "late") > rows.size() / 2);

        final Map<Long, Integer> lengths = new TreeMap<>();
        long missing = 0;
        for (final Map.Entry<String, Long> day : patient.counts("own").entrySet())
        {
            final String[] cells = day.getKey().split(",");
            final long hours = (Long.parseLong(cells[3]) - Long.parseLong(cells[2])) / HOUR;
            lengths.merge(hours, 1, Integer::sum);
            missing += hours - day.getValue();
            assertTrue(hours == 24 || hours == day.getValue(), () -> "hours missing in " + day);
        }
        // Four springs and autumns and 1462 days of four areas, from 2013-12-31 23:00 to 2017-12-31 23:00.
        assertEquals(Map.of(23L, 16, 24L, 4 * 1462 - 32, 25L, 16), lengths);
        assertEquals(4L * 1462 * 24 - rows.size(), missing);
        report("pjm_hourly, out-of-orderness 366d", rows, patient, "common", "own");
    }

    /**
     * Meters that upload two years each, one meter after the other. In its own time each is in perfect order: nothing
     * is late without any out-of-orderness. In the common time the readings of later meters are late that lie in days
     * which an earlier meter has passed.
     */
    @Test
    void shouldTakeMetersThatUploadOneAfterTheOther() throws Exception
    {
        final List<Row> rows = rows("smartmeter_sgsc");
        final BatchResults results = BatchResults.of("""
            event-time: {unit: ms, earliest: none, watermark: device}
            windows:
              - {name: own, type: calendar, every: day, zone: Australia/Sydney}
              - {name: common, type: calendar, every: day, zone: Australia/Sydney, watermark: global}
            """, file("smartmeter_sgsc"), out);
        final LongFunction<NaiveWindows.Span[]> days = localDays(ZoneId.of("Australia/Sydney"));
        final NaiveWindows own = count(rows, new NaiveWindows(days, true, 0, 0));
        results.assertEqual(own, "own");
        results.assertEqual(count(rows, new NaiveWindows(days, false, 0, 0)), "common");
        assertEquals(0, own.late());

        // Said otherwise: those in days that were over when the meters before had said their last.
        final Map<String, Long> lastMs = new HashMap<>();
        rows.forEach((row) -> lastMs.merge(row.device, row.timeMs, Math::max));
        final List<String> meters = rows.stream().map(Row::device).distinct().toList();
        final long late = rows.stream().filter((row) -> meters.subList(0, meters.indexOf(row.device)).stream()
            .anyMatch((meter) -> days.apply(row.timeMs)[0].endMs() <= lastMs.get(meter))).count();
        assertTrue(late > rows.size() / 2);
        assertEquals(late, results.count("common", "late"));
        report("smartmeter_sgsc", rows, results, "own", "common");
    }

    /**
     * Series from seven places and three years one after the other, an hour of one of them recorded twice. In its own
     * time only that hour is behind, and an hour of allowed lateness takes it in.
     */
    @Test
    void shouldTakeAnHourThatWasRecordedTwice() throws Exception
    {
        final List<Row> rows = rows("nab");
        final BatchResults results = BatchResults.of("""
            event-time: {unit: ms, earliest: none}
            windows:
              - {name: common, size: 5m}
              - {name: own, size: 5m, watermark: device}
              - {name: patient, size: 5m, watermark: device, allowed-lateness: 1h}
              - {name: runs, type: session, gap: 1h, watermark: device, allowed-lateness: 1h}
            """, file("nab"), out);
        final LongFunction<NaiveWindows.Span[]> tumbling = NaiveWindows.sliding(5 * MINUTE, 5 * MINUTE);
        final NaiveWindows own = count(rows, new NaiveWindows(tumbling, true, 0, 0));
        final NaiveWindows patient = count(rows, new NaiveWindows(tumbling, true, 0, HOUR));
        results.assertEqual(count(rows, new NaiveWindows(tumbling, false, 0, 0)), "common");
        results.assertEqual(own, "own");
        results.assertEqual(patient, "patient");
        assertTrue(own.late() > 0);
        assertEquals(0, patient.late());
        assertEquals(own.late(), patient.lateFirings());
        assertEquals(naiveSessions(rows, HOUR), results.counts("runs"));
        report("nab", rows, results, "common", "own", "patient", "runs");
    }

    /**
     * Card payments in perfect order: nothing is late in any time, every payment is in four windows of its card, and a
     * filter by amount takes all frauds of one kind and nothing that is not fraud.
     */
    @Test
    void shouldCountPaymentsOfCards() throws Exception
    {
        final List<Row> rows = rows("fraud_handbook");
        final BatchResults results = BatchResults.of("""
            event-time: {unit: ms, earliest: none}
            windows:
              - {name: velocity, type: sliding, size: 1d, slide: 6h, watermark: device}
              - {name: days, type: calendar, every: day}
              - {name: high, type: calendar, every: day, where: {min: 220.01}}
            """, file("fraud_handbook"), out);
        final NaiveWindows velocity = count(rows, new NaiveWindows(NaiveWindows.sliding(DAY, 6 * HOUR), true, 0, 0));
        final LongFunction<NaiveWindows.Span[]> days = localDays(ZoneId.of("UTC"));
        final List<Row> high = rows.stream().filter((row) -> row.value >= 220.01).toList();
        results.assertEqual(velocity, "velocity");
        results.assertEqual(count(rows, new NaiveWindows(days, false, 0, 0)), "days");
        results.assertEqual(count(high, new NaiveWindows(days, false, 0, 0)), "high");
        assertEquals(0, results.ledger().total("operator", "late"));
        assertEquals(4L * rows.size(), velocity.counts().values().stream().mapToLong(Long::longValue).sum());
        assertEquals(rows.size() - high.size(), results.count("high", "filtered"));

        final List<String> labels;
        try (BufferedReader side = open("fraud_handbook.side"))
        {
            labels = side.lines().skip(1).toList();
        }
        long ofOneKind = 0;
        for (int i = 0; i < labels.size(); i++)
        {
            final boolean isHigh = rows.get(i).value >= 220.01;
            ofOneKind += labels.get(i).endsWith(",1,1") ? 1 : 0;
            assertTrue(isHigh || !labels.get(i).endsWith(",1,1"), "a fraud of the first kind that is not high");
            assertTrue(!isHigh || labels.get(i).contains(",1,"), "a high amount that is no fraud");
        }
        assertTrue(ofOneKind > 0);
        report("fraud_handbook", rows, results, "velocity", "days", "high");
    }

    /**
     * Phones and watches that stamp milliseconds since they were switched on: there is no common clock, so the common
     * watermark belongs to whichever was switched on first. Blocks of each come up to three hours behind in its own
     * time, which is what out-of-orderness is for.
     */
    @Test
    void shouldKeepDevicesWithoutCommonClockApart() throws Exception
    {
        final List<Row> rows = rows("wisdm51");
        final BatchResults results = BatchResults.of("""
            limits: {devices: 100, keys: 100}
            event-time: {unit: ms, earliest: none, out-of-orderness: 3h}
            windows:
              - {name: own, type: sliding, size: 10s, slide: 5s, watermark: device}
              - {name: common, type: sliding, size: 10s, slide: 5s}
              - {name: walks, type: session, gap: 1m, watermark: device}
            """, file("wisdm51"), out);
        final LongFunction<NaiveWindows.Span[]> sliding = NaiveWindows.sliding(10 * SECOND, 5 * SECOND);
        final NaiveWindows own = count(rows, new NaiveWindows(sliding, true, 3 * HOUR, 0));
        results.assertEqual(own, "own");
        results.assertEqual(count(rows, new NaiveWindows(sliding, false, 3 * HOUR, 0)), "common");
        assertEquals(0, own.late());
        assertTrue(results.count("common", "late") > 0);
        assertEquals(0, results.count("walks", "late"));
        assertEquals(0, results.firings("walks", Timing.RETRACTED));
        assertEquals(naiveSessions(rows, MINUTE), results.counts("walks"));
        report("wisdm51", rows, results, "own", "common", "walks");
    }

    private static NaiveWindows count(final List<Row> rows, final NaiveWindows windows)
    {
        rows.forEach((row) -> windows.add(row.device, row.metric, row.timeMs));
        return windows;
    }

    /** Days of a zone by the JDK's own arithmetic. */
    private static LongFunction<NaiveWindows.Span[]> localDays(final ZoneId zone)
    {
        return (timeMs) ->
        {
            final LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(timeMs), zone);
            return new NaiveWindows.Span[]{new NaiveWindows.Span(
                day.atStartOfDay(zone).toInstant().toEpochMilli(),
                day.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli())};
        };
    }

    /** Sessions of a file of which nothing is late: the sorted times of each key, cut where a gap is longer. */
    private static Map<String, Long> naiveSessions(final List<Row> rows, final long gapMs)
    {
        final Map<String, List<Long>> times = new TreeMap<>();
        rows.forEach((row) -> times.computeIfAbsent(row.device + ',' + row.metric, (key) -> new ArrayList<>())
            .add(row.timeMs));
        final Map<String, Long> sessions = new TreeMap<>();
        times.forEach((key, list) ->
        {
            list.sort(null);
            int first = 0;
            for (int i = 1; i <= list.size(); i++)
            {
                if (i == list.size() || list.get(i) > list.get(i - 1) + gapMs)
                {
                    sessions.put(key + ',' + list.get(first) + ',' + (list.get(i - 1) + gapMs), (long)i - first);
                    first = i;
                }
            }
        });
        return sessions;
    }

    private static void report(
        final String name, final List<Row> rows, final BatchResults results, final String... operators)
        throws IOException
    {
        for (final String operator : operators)
        {
            System.out.printf("%s, %s: %d readings, %d late, %d on time, %d again, %d retracted%n",
                name, operator, rows.size(), results.count(operator, "late"),
                results.firings(operator, Timing.ON_TIME), results.firings(operator, Timing.LATE),
                results.firings(operator, Timing.RETRACTED));
        }
    }

    private static List<Row> rows(final String name) throws IOException
    {
        final List<Row> rows = new ArrayList<>();
        try (BufferedReader reader = open(name))
        {
            assertEquals("event_id,device_id,metric,event_time_ms,value", reader.readLine());
            for (String row = reader.readLine(); null != row; row = reader.readLine())
            {
                final String[] cells = row.split(",", -1);
                if (!cells[4].isEmpty())
                {
                    rows.add(new Row(cells[1], cells[2], Long.parseLong(cells[3]), Double.parseDouble(cells[4])));
                }
            }
        }
        assertTrue(rows.size() > 1_000, "too few readings to mean anything: " + rows.size());
        return rows;
    }

    private static BufferedReader open(final String name) throws IOException
    {
        return new BufferedReader(new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(file(name))), StandardCharsets.UTF_8));
    }

    private static Path file(final String name)
    {
        return SharedFiles.require("data/" + name + ".csv.gz");
    }
}
