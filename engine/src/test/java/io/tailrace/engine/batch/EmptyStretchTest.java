package io.tailrace.engine.batch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.config.ConfigFile;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Two readings fifty years apart cost what two readings a few seconds apart cost: as many results, no reading refused,
 * and no tick on the way but the few at which something happens.
 */
class EmptyStretchTest
{
    private static final long FIRST_MS = Instant.parse("1974-03-01T12:00:00Z").toEpochMilli();
    private static final long LAST_MS = Instant.parse("2024-03-01T12:00:00Z").toEpochMilli();
    private static final long HOUR_MS = 3_600_000;
    private static final long KEY_TTL_MS = 30 * 24 * HOUR_MS;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The first, idleness, silence that fires, which is approached in steps of seven eighths, and forgetting. */
    private static final int MAX_TICKS = 16;

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        type: tumbling, size: 100ms                               | 1
        type: sliding, size: 1s, slide: 100ms                     | 10
        type: sliding, size: 1s, slide: 300ms                     | 4
        type: session, gap: 100ms                                 | 1
        type: calendar, every: hour, zone: America/New_York       | 1
        type: calendar, every: day, zone: Australia/Lord_Howe     | 1
        type: calendar, every: week, zone: Europe/Berlin          | 1
        type: calendar, every: month, zone: Asia/Kathmandu        | 1
        """)
    void shouldCostNoMoreThanAShortPause(final String window, final int windowsPerReading) throws Exception
    {
        final long shortPauseMs = window.contains("month") || window.contains("week") ? 800 * HOUR_MS : 25 * HOUR_MS;
        for (final String watermark : List.of("global", "device"))
        {
            final EngineConfig config = config(window, watermark, "30d");
            final int expected = batch(config, FIRST_MS + shortPauseMs, false).size();
            assertTrue(expected == 2 * windowsPerReading || expected == 2 * windowsPerReading - 1,
                () -> window + ": " + expected);
            for (final boolean hasIngestTimes : new boolean[]{false, true})
            {
                final List<String> near = batch(config, FIRST_MS + shortPauseMs, hasIngestTimes);
                final List<String> far = batch(config, LAST_MS, hasIngestTimes);
                assertEquals(near.size(), far.size(), window);
                final long reported = far.stream().mapToLong((row) -> Long.parseLong(row.split(",")[4])).sum();
                assertEquals(far.size(), reported, "one reading in each window");
            }
            final int ticks = ticks(config(window, watermark, "none"), LAST_MS);
            assertTrue(ticks <= MAX_TICKS, () -> window + ", " + watermark + ": " + ticks + " ticks");
            assertEquals(ticks(config(window, watermark, "none"), FIRST_MS + shortPauseMs), ticks);

            // Silence fires a window, but W stays, so that in the common time its key may still get late readings and
            // is looked at again after each time to live.
            final int looks = ticks(config, LAST_MS);
            final long mostLooks = watermark.equals("global") ? (LAST_MS - FIRST_MS) / KEY_TTL_MS : 0;
            assertTrue(looks <= MAX_TICKS + mostLooks, () -> window + ", " + watermark + ": " + looks + " ticks");
        }
    }

    private static EngineConfig config(final String window, final String watermark, final String keyTtl)
    {
        return ConfigFile.parse("c.yaml",
            "limits: {key-ttl: " + keyTtl + "}\n" +
            "event-time: {unit: ms, earliest: none, watermark: " + watermark + "}\n" +
            "windows: [{name: w, " + window + "}]").config();
    }

    /** Rows of the window's file, without the header. */
    private List<String> batch(final EngineConfig config, final long secondMs, final boolean hasIngestTimes)
        throws Exception
    {
        final StringBuilder csv = new StringBuilder("event_id,device_id,metric,event_time_ms,value");
        csv.append(hasIngestTimes ? ",ingest_time_ms\n" : "\n");
        int eventId = 0;
        for (final long timeMs : new long[]{FIRST_MS, secondMs})
        {
            csv.append(eventId++).append(",1,1,").append(timeMs).append(",1.5");
            csv.append(hasIngestTimes ? "," + timeMs + "\n" : "\n");
        }
        final Path in = Files.writeString(dir.resolve("in.csv"), csv);
        final LedgerReport ledger = BatchRun.run(config, in, dir.resolve("out"), (rows) -> { });
        assertEquals(2, ledger.total("operator", "applied"));
        assertEquals(0, ledger.unaccounted());
        final List<String> rows = new ArrayList<>(Files.readAllLines(dir.resolve("out/w.csv")));
        rows.remove(0);
        return rows;
    }

    /** How many ticks are made between the two readings. */
    private static int ticks(final EngineConfig config, final long secondMs)
    {
        final ResultsRing results = new ResultsRing(
            Math.max(1024, BitUtil.findNextPositivePowerOfTwo(OperatorCore.minResultSlots(config))));
        final BatchTicks ticks = new BatchTicks(1, config.eventTime().tickIntervalNs());
        final int[] count = new int[1];
        try (OperatorCore core = new OperatorCore(config, results))
        {
            for (final long timeMs : new long[]{FIRST_MS, secondMs})
            {
                ticks.onRow(0, timeMs * NANOS_PER_MILLI, (tick, isLast) ->
                {
                    count[0]++;
                    assertTrue(core.onMessage(tick, 0) && !core.isFiring());
                    return core.nextTickNs();
                });
                assertTrue(core.onMessage(reading(timeMs).addressOffset(), 0) && !core.isFiring());
            }
            assertEquals(count[0], core.ledger().controls());
            assertEquals(secondMs * NANOS_PER_MILLI, core.watermark().engineTimeNs());
        }
        return count[0];
    }

    private static UnsafeBuffer reading(final long timeMs)
    {
        final UnsafeBuffer message = new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        final long slot = message.addressOffset();
        UnsafeApi.putLong(slot, MessageLayout.READING_HEADER);
        UnsafeApi.putLong(slot + MessageLayout.READING_DEVICE_ID_OFFSET, 1);
        UnsafeApi.putLong(slot + MessageLayout.READING_EVENT_TIME_OFFSET, timeMs * NANOS_PER_MILLI);
        UnsafeApi.putLong(slot + MessageLayout.READING_INGEST_TIME_OFFSET, timeMs * NANOS_PER_MILLI);
        UnsafeApi.putInt(slot + MessageLayout.READING_METRIC_OFFSET, 1);
        UnsafeApi.putByte(slot + MessageLayout.READING_TIME_UNIT_OFFSET, (byte)4);
        return message;
    }
}
