package io.tailrace.engine.monitor;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.SingleWriterRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LatencyLogTest
{
    private static final long FIRST_MS = 1_700_000_000_000L;

    @TempDir
    private Path dir;

    @Test
    void shouldContinueOneFileOverRestartsAndCutAHalfWrittenLine() throws IOException
    {
        try (LatencyLog log = new LatencyLog(dir, LatencyLog.MAX_LENGTH))
        {
            log.append(interval(FIRST_MS, 1_000));
        }
        Files.writeString(
            dir.resolve("latency.hlog"), "1700000001.000,1.000,0.0", StandardOpenOption.APPEND);
        try (LatencyLog log = new LatencyLog(dir, LatencyLog.MAX_LENGTH))
        {
            log.append(interval(FIRST_MS + 2000, 3_000));
        }
        assertEquals(
            List.of("1700000000000 1 1000", "1700000002000 1 3000"), read("latency.hlog"));
    }

    @Test
    void shouldKeepTwoFilesAndNoMore() throws IOException
    {
        final int maxLength = 2_000;
        try (LatencyLog log = new LatencyLog(dir, maxLength))
        {
            for (int i = 0; i < 100; i++)
            {
                log.append(interval(FIRST_MS + i * 1000L, 1_000));
            }
        }
        final List<String> previous = read("latency.1.hlog");
        final List<String> newest = read("latency.hlog");
        assertTrue(Files.size(dir.resolve("latency.1.hlog")) < 2 * maxLength);
        assertTrue(previous.size() + newest.size() < 100);
        assertEquals("1700000099000 1 1000", newest.get(newest.size() - 1));
        final long firstOfNewest = Long.parseLong(newest.get(0).split(" ")[0]);
        assertEquals((firstOfNewest - 1000) + " 1 1000", previous.get(previous.size() - 1));
        try (var files = Files.list(dir))
        {
            assertEquals(2, files.count());
        }
    }

    @Test
    void shouldGiveEachReaderAllLatencies() throws IOException
    {
        final SingleWriterRecorder recorder = new SingleWriterRecorder(3_600_000_000_000L, 3);
        final LatencyIntervals intervals = new LatencyIntervals(recorder);
        try (LatencyLog log = new LatencyLog(dir, LatencyLog.MAX_LENGTH))
        {
            intervals.logTo(log);
            recorder.recordValue(1_000);
            assertEquals(1, intervals.take().getTotalCount());
            recorder.recordValue(2_000);
            recorder.recordValue(2_000);
            intervals.logTo(log);
            recorder.recordValue(4_000);
            final Histogram taken = intervals.take();
            assertEquals(3, taken.getTotalCount());
            assertTrue(taken.valuesAreEquivalent(4_000, taken.getMaxValue()));
            assertEquals(0, intervals.take().getTotalCount());
            assertEquals(4, intervals.total().getTotalCount());
            intervals.logTo(log);
            intervals.logTo(log);
        }
        assertEquals(
            List.of("3", "1"), read("latency.hlog").stream().map(line -> line.split(" ")[1]).toList());
    }

    @Test
    void shouldBeginAnEmptyFileWithAHeader() throws IOException
    {
        new LatencyLog(dir, LatencyLog.MAX_LENGTH).close();
        final String text = Files.readString(dir.resolve("latency.hlog"), StandardCharsets.US_ASCII);
        assertTrue(text.contains("#[Histogram log format version 1.3]"), text);
        assertFalse(text.contains("StartTime:"), text);
    }

    private static Histogram interval(final long beginMs, final long valueNs)
    {
        final Histogram histogram = new Histogram(3_600_000_000_000L, 3);
        histogram.recordValue(valueNs);
        histogram.setStartTimeStamp(beginMs);
        histogram.setEndTimeStamp(beginMs + 1000);
        return histogram;
    }

    private List<String> read(final String name) throws IOException
    {
        final List<String> intervals = new ArrayList<>();
        final File file = dir.resolve(name).toFile();
        try (HistogramLogReader reader = new HistogramLogReader(file))
        {
            EncodableHistogram interval;
            while ((interval = reader.nextIntervalHistogram()) != null)
            {
                final Histogram histogram = (Histogram)interval;
                intervals.add(interval.getStartTimeStamp() + " " + histogram.getTotalCount() + " " +
                    histogram.lowestEquivalentValue(histogram.getMaxValue()));
            }
        }
        return intervals;
    }
}
