package io.tailrace.perf.storm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.tailrace.codec.CsvWriter;
import io.tailrace.codec.MessageLayout;
import io.tailrace.perf.certify.ChildProcess;
import org.agrona.DirectBuffer;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

/**
 * What {@code batch} makes of the readings of a journal: the same operators over a file, without ring, journal, ticks,
 * checkpoints and other threads.
 * <p>
 * Threading: one thread.
 */
final class BatchResults
{
    private static final String MAIN_CLASS = "io.tailrace.engine.cli.TailraceCommand";
    private static final String HEAP = "512m";
    private static final long TIMEOUT_S = 600;
    private static final int NANO_DIGITS = 6;
    private static final List<String> JUDGED = List.of("late.csv", "rejected.csv", "duplicates.csv");

    private final WindowTable windows;
    private final List<SeenAlert> alerts = new ArrayList<>();
    private long judged;

    /** The readings as the file that {@code batch} reads. */
    static final class Input implements AutoCloseable
    {
        private final CsvWriter csv;

        Input(final Path file) throws IOException
        {
            csv = CsvWriter.create(file);
            csv.row("event_id", "device_id", "metric", "event_time", "value");
        }

        /** Adds a reading of a journal. */
        void onReading(final DirectBuffer buffer, final int offset)
        {
            try
            {
                csv.cell(buffer.getLong(offset + MessageLayout.READING_EVENT_ID_OFFSET, LITTLE_ENDIAN))
                    .cell(buffer.getLong(offset + MessageLayout.READING_DEVICE_ID_OFFSET, LITTLE_ENDIAN))
                    .cell((long)buffer.getInt(offset + MessageLayout.READING_METRIC_OFFSET, LITTLE_ENDIAN))
                    .cell(buffer.getLong(offset + MessageLayout.READING_EVENT_TIME_OFFSET, LITTLE_ENDIAN))
                    .cell(buffer.getDouble(offset + MessageLayout.READING_VALUE_OFFSET, LITTLE_ENDIAN))
                    .endRow();
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException(ex);
            }
        }

        @Override
        public void close() throws IOException
        {
            csv.close();
        }
    }

    private BatchResults(final long windowNs)
    {
        windows = new WindowTable(windowNs);
    }

    /**
     * Has {@code batch} compute, in a process of its own.
     *
     * @param dir    where its output goes.
     * @param config of the engine.
     * @param in     the readings.
     * @throws IllegalStateException if it fails, with what it has complained of.
     */
    static BatchResults compute(final Path dir, final Path config, final Path in)
        throws IOException, InterruptedException
    {
        final Path out = dir.resolve("batch");
        try (ChildProcess batch = ChildProcess.start(dir, "batch-run", HEAP, MAIN_CLASS,
            List.of("batch", config.toString(), "--in", in.toString(), "--out", out.toString())))
        {
            final int exitCode = batch.awaitEnd(TIMEOUT_S);
            if (exitCode != 0)
            {
                throw new IllegalStateException("batch: exit code " + exitCode + ": " + batch.err().strip());
            }
        }
        return read(out, StormConfig.WINDOW, StormConfig.WINDOW_NS);
    }

    /**
     * Reads what it has written.
     *
     * @param dir      its output.
     * @param window   name of the windows.
     * @param windowNs size of them.
     */
    static BatchResults read(final Path dir, final String window, final long windowNs) throws IOException
    {
        final BatchResults results = new BatchResults(windowNs);
        results.readWindows(dir.resolve(window + ".csv"));
        results.readAlerts(dir.resolve("alerts.csv"));
        for (final String file : JUDGED)
        {
            try (BufferedReader in = Files.newBufferedReader(dir.resolve(file), StandardCharsets.UTF_8))
            {
                results.judged += in.lines().count() - 1;
            }
        }
        return results;
    }

    /** @return its windows, each as its last firing says. */
    WindowTable windows()
    {
        return windows;
    }

    /** @return its alerts, in the order of the readings. */
    List<SeenAlert> alerts()
    {
        return alerts;
    }

    /** @return readings that it has found late, rejected or duplicates. */
    long judged()
    {
        return judged;
    }

    private void readWindows(final Path file) throws IOException
    {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8))
        {
            final List<String> columns = cells(in.readLine());
            final int device = columns.indexOf("device_id");
            final int start = columns.indexOf("window_start_ms");
            final int count = columns.indexOf("count");
            final int[] sums = List.of("sum", "min", "max", "first", "last").stream()
                .mapToInt(columns::indexOf).toArray();
            for (String line = in.readLine(); null != line; line = in.readLine())
            {
                final List<String> cells = cells(line);
                windows.put(
                    Long.parseLong(cells.get(device)),
                    timeNs(cells.get(start)),
                    Long.parseLong(cells.get(count)),
                    Arrays.stream(sums).mapToDouble(column -> Double.parseDouble(cells.get(column))).toArray());
            }
        }
    }

    private void readAlerts(final Path file) throws IOException
    {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8))
        {
            final List<String> columns = cells(in.readLine());
            final int device = columns.indexOf("device_id");
            final int time = columns.indexOf("event_time_ms");
            final int state = columns.indexOf("state");
            for (String line = in.readLine(); null != line; line = in.readLine())
            {
                final List<String> cells = cells(line);
                alerts.add(new SeenAlert(
                    Long.parseLong(cells.get(device)), timeNs(cells.get(time)), cells.get(state).equals("raised")));
            }
        }
    }

    /** Nothing here is quoted: numbers, and names of ours. */
    private static List<String> cells(final String line)
    {
        return List.of(line.split(",", -1));
    }

    private static long timeNs(final String millis)
    {
        return new BigDecimal(millis).movePointRight(NANO_DIGITS).longValueExact();
    }
}
