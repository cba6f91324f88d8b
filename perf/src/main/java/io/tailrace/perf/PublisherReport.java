package io.tailrace.perf;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

import io.tailrace.perf.report.Verdict;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;

/**
 * What a publisher has to say of itself when its schedule is over.
 *
 * @param scheduled     events of the schedule.
 * @param published     events.
 * @param inTime        events that had been published {@link OpenLoopPublisher#GRACE_NS} after the schedule was over.
 * @param backPressured how often nothing was taken.
 * @param lateness      how much later than intended the events after the warm-up were published, ns.
 * @param counts        events of each {@link PublishedCounts#INTERVAL_NS} after the warm-up.
 */
record PublisherReport(
    long scheduled, long published, long inTime, long backPressured, Histogram lateness, List<Long> counts)
{
    /** Share of the schedule that must have been published in time. */
    static final double REQUIRED_SHARE = 0.999;

    private static final String NUMBERS_FILE = "sender.properties";
    private static final String LATENESS_FILE = "lateness.hlog";
    private static final String SCHEDULED = "scheduled";
    private static final String PUBLISHED = "published";
    private static final String IN_TIME = "in-time";
    private static final String BACK_PRESSURED = "back-pressured";
    private static final String COUNTS = "counts";

    /** Judges whether the rate was kept. */
    void check(final Verdict verdict)
    {
        verdict.requireEqual(scheduled, published, "events published");
        verdict.require(
            inTime >= Math.ceil(scheduled * REQUIRED_SHARE),
            "missed its rate: " + inTime + " of " + scheduled + " events were published in time");
    }

    /**
     * Writes the report, for another process.
     *
     * @param dir where; gets two files.
     */
    void save(final Path dir) throws IOException
    {
        final Properties properties = new Properties();
        properties.setProperty(SCHEDULED, Long.toString(scheduled));
        properties.setProperty(PUBLISHED, Long.toString(published));
        properties.setProperty(IN_TIME, Long.toString(inTime));
        properties.setProperty(BACK_PRESSURED, Long.toString(backPressured));
        properties.setProperty(COUNTS, counts.stream().map(String::valueOf).collect(Collectors.joining(",")));
        try (Writer out = Files.newBufferedWriter(dir.resolve(NUMBERS_FILE)))
        {
            properties.store(out, null);
        }
        try (PrintStream out = new PrintStream(
            Files.newOutputStream(dir.resolve(LATENESS_FILE)), false, StandardCharsets.UTF_8))
        {
            final HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputLogFormatVersion();
            log.outputIntervalHistogram(lateness);
            if (out.checkError())
            {
                throw new IOException("cannot write " + LATENESS_FILE);
            }
        }
    }

    /**
     * Reads what {@link #save} has written.
     *
     * @throws IOException if it is not there, or not whole.
     */
    static PublisherReport read(final Path dir) throws IOException
    {
        final Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(dir.resolve(NUMBERS_FILE)))
        {
            properties.load(in);
        }
        try (HistogramLogReader log = new HistogramLogReader(dir.resolve(LATENESS_FILE).toFile()))
        {
            final Histogram lateness = (Histogram)log.nextIntervalHistogram();
            if (null == lateness)
            {
                throw new IOException(LATENESS_FILE + " holds no histogram");
            }
            final String counts = properties.getProperty(COUNTS);
            return new PublisherReport(
                Long.parseLong(properties.getProperty(SCHEDULED)),
                Long.parseLong(properties.getProperty(PUBLISHED)),
                Long.parseLong(properties.getProperty(IN_TIME)),
                Long.parseLong(properties.getProperty(BACK_PRESSURED)),
                lateness,
                counts.isEmpty() ? List.of() : Arrays.stream(counts.split(",")).map(Long::valueOf).toList());
        }
    }
}
