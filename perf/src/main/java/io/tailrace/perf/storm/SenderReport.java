package io.tailrace.perf.storm;

import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

import io.tailrace.perf.report.LatencyTable;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.HdrHistogram.HistogramLogWriter;

/**
 * What a sending process says of itself. Acknowledgements count datagrams; a datagram that is settled is so with all
 * its readings.
 *
 * @param due       readings that had become due when it was told to end.
 * @param readings  sent, each counted once.
 * @param datagrams they went in, an end of input not counted.
 * @param durable   datagrams that were acknowledged as durable.
 * @param malformed datagrams that were refused as malformed.
 * @param shed      datagrams that were shed as a whole.
 * @param rejected  datagrams that were rejected as a whole.
 * @param resent    how often a datagram was sent again.
 * @param givenUp   datagrams whose end is not known.
 * @param held      how often the window of a session was full while a reading of it was due.
 * @param lateness  from the intended time of a reading to its first sending, ns, by the phase in which it became due;
 *                  empty where nothing is scheduled.
 */
public record SenderReport(
    long due,
    long readings,
    long datagrams,
    long durable,
    long malformed,
    long shed,
    long rejected,
    long resent,
    long givenUp,
    long held,
    Map<Phase, Histogram> lateness)
{
    private static final String NUMBERS = ".counts";
    private static final String LATENESS = ".lateness.hlog";

    /** @return the lateness of the readings of a phase, ns. */
    Histogram lateness(final Phase phase)
    {
        return lateness.get(phase);
    }

    /** @return an empty histogram for each phase. */
    static Map<Phase, Histogram> newLateness()
    {
        final Map<Phase, Histogram> lateness = new EnumMap<>(Phase.class);
        for (final Phase phase : Phase.values())
        {
            lateness.put(phase, LatencyTable.newHistogram());
        }
        return lateness;
    }

    /** @return the counts by their names. */
    public Map<String, Object> toMap()
    {
        final Map<String, Object> map = new LinkedHashMap<>();
        map.put("due", due);
        map.put("readings", readings);
        map.put("datagrams", datagrams);
        map.put("durable", durable);
        map.put("malformed", malformed);
        map.put("shed", shed);
        map.put("rejected", rejected);
        map.put("resent", resent);
        map.put("given-up", givenUp);
        map.put("held", held);
        return map;
    }

    /**
     * Writes the report.
     *
     * @param dir  where; gets two files.
     * @param name that they begin with.
     */
    void save(final Path dir, final String name) throws IOException
    {
        final Properties properties = new Properties();
        toMap().forEach((key, value) -> properties.setProperty(key, value.toString()));
        try (Writer out = Files.newBufferedWriter(dir.resolve(name + NUMBERS)))
        {
            properties.store(out, null);
        }
        try (PrintStream out = new PrintStream(
            Files.newOutputStream(dir.resolve(name + LATENESS)), false, StandardCharsets.UTF_8))
        {
            final HistogramLogWriter log = new HistogramLogWriter(out);
            log.outputLogFormatVersion();
            lateness.forEach((phase, histogram) ->
            {
                histogram.setTag(phase.name());
                histogram.setStartTimeStamp(0);
                histogram.setEndTimeStamp(0);
                log.outputIntervalHistogram(histogram);
            });
            if (out.checkError())
            {
                throw new IOException("cannot write " + name + LATENESS);
            }
        }
    }

    /**
     * Reads what {@link #save} has written.
     *
     * @throws IOException if it is not there, or not whole.
     */
    static SenderReport read(final Path dir, final String name) throws IOException
    {
        final Properties counts = new Properties();
        try (Reader in = Files.newBufferedReader(dir.resolve(name + NUMBERS)))
        {
            counts.load(in);
        }
        final Map<Phase, Histogram> lateness = newLateness();
        int phases = 0;
        try (HistogramLogReader log = new HistogramLogReader(dir.resolve(name + LATENESS).toFile()))
        {
            while (log.nextIntervalHistogram() instanceof final Histogram saved)
            {
                lateness.get(Phase.valueOf(saved.getTag())).add(saved);
                phases++;
            }
        }
        if (phases != lateness.size())
        {
            throw new IOException(
                name + LATENESS + " holds " + phases + " histograms, expected " + lateness.size());
        }
        return new SenderReport(
            number(counts, "due"),
            number(counts, "readings"),
            number(counts, "datagrams"),
            number(counts, "durable"),
            number(counts, "malformed"),
            number(counts, "shed"),
            number(counts, "rejected"),
            number(counts, "resent"),
            number(counts, "given-up"),
            number(counts, "held"),
            lateness);
    }

    private static long number(final Properties counts, final String key) throws IOException
    {
        final String text = counts.getProperty(key);
        if (null == text)
        {
            throw new IOException("a sender's report has no " + key);
        }
        return Long.parseLong(text);
    }
}
