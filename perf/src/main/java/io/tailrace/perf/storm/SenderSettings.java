package io.tailrace.perf.storm;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What a sending process is told.
 *
 * @param name        of the source it sends to.
 * @param to          {@code udp:HOST:PORT} or {@code aeron:CHANNEL:STREAM}.
 * @param answers     where acknowledgements come from, likewise; empty with UDP.
 * @param aeronDir    of the engine's media driver; empty with UDP.
 * @param fleet       what it sends.
 * @param perDatagram readings in a datagram at most, from 1 to {@link #MAX_PER_DATAGRAM}.
 * @param isShared    whether each session sends whatever reading comes next, or else those of its own devices.
 * @param endsInput   whether an end of input follows its last reading.
 */
public record SenderSettings(
    String name,
    String to,
    String answers,
    String aeronDir,
    Fleet fleet,
    int perDatagram,
    boolean isShared,
    boolean endsInput)
{
    /** Readings that every path takes in one datagram. */
    public static final int MAX_PER_DATAGRAM = Gateway.MAX_READINGS;

    public SenderSettings
    {
        if (perDatagram < 1 || perDatagram > MAX_PER_DATAGRAM)
        {
            throw new IllegalArgumentException("perDatagram=" + perDatagram + ", expected 1 to " + MAX_PER_DATAGRAM);
        }
    }

    /** Writes them, for another process. */
    public void save(final Path file) throws IOException
    {
        final Properties properties = new Properties();
        properties.setProperty("name", name);
        properties.setProperty("to", to);
        properties.setProperty("answers", answers);
        properties.setProperty("aeron-dir", aeronDir);
        properties.setProperty("per-datagram", Integer.toString(perDatagram));
        properties.setProperty("shared", Boolean.toString(isShared));
        properties.setProperty("ends-input", Boolean.toString(endsInput));
        fleet.put(properties);
        try (Writer writer = Files.newBufferedWriter(file))
        {
            properties.store(writer, null);
        }
    }

    /** Reads what {@link #save} has written. */
    public static SenderSettings read(final Path file) throws IOException
    {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file))
        {
            properties.load(reader);
        }
        return new SenderSettings(
            properties.getProperty("name"),
            properties.getProperty("to"),
            properties.getProperty("answers"),
            properties.getProperty("aeron-dir"),
            Fleet.of(properties),
            Integer.parseInt(properties.getProperty("per-datagram")),
            Boolean.parseBoolean(properties.getProperty("shared")),
            Boolean.parseBoolean(properties.getProperty("ends-input")));
    }
}
