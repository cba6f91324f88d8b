package io.tailrace.engine.monitor;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Interval histograms in the format of HdrHistogram's log, version 1.3, in {@code latency.hlog} of the data
 * directory. Times are absolute, so that runs follow each other in one file. A full file becomes {@code
 * latency.1.hlog}; the one before is deleted. A line that a killed process left half written is cut off.
 * <p>
 * Threading: one thread.
 */
final class LatencyLog implements AutoCloseable
{
    static final String FILE_NAME = "latency.hlog";
    static final String PREVIOUS_FILE_NAME = "latency.1.hlog";
    static final long MAX_LENGTH = 16 << 20;

    private static final int BUFFER_LENGTH = 64 * 1024;

    private final Path dataDir;
    private final long maxLength;
    private FileChannel channel;
    private PrintStream stream;
    private HistogramLogWriter writer;

    LatencyLog(final Path dataDir, final long maxLength)
    {
        this.dataDir = dataDir;
        this.maxLength = maxLength;
        open();
    }

    /** Appends an interval, in milliseconds with the precision of the histogram's ns, and writes it out. */
    void append(final Histogram interval)
    {
        try
        {
            if (channel.position() >= maxLength)
            {
                close();
                Files.move(
                    dataDir.resolve(FILE_NAME),
                    dataDir.resolve(PREVIOUS_FILE_NAME),
                    StandardCopyOption.REPLACE_EXISTING);
                open();
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot rotate " + dataDir.resolve(FILE_NAME), ex);
        }
        writer.outputIntervalHistogram(interval);
        if (stream.checkError())
        {
            // A stream that failed once does so for ever; what it wrote of the line is cut off.
            close();
            open();
            throw new UncheckedIOException(new IOException("cannot write " + dataDir.resolve(FILE_NAME)));
        }
    }

    @Override
    public void close()
    {
        stream.close();
    }

    private void open()
    {
        final Path file = dataDir.resolve(FILE_NAME);
        try
        {
            channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            final long length = endOfLastLine(channel);
            channel.truncate(length);
            channel.position(length);
            stream = new PrintStream(
                new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_LENGTH),
                false,
                StandardCharsets.US_ASCII);
            writer = new HistogramLogWriter(stream);
            if (length == 0)
            {
                writer.outputComment("[Latency of results from ingest stamp to append in the results log]");
                writer.outputLogFormatVersion();
                writer.outputLegend();
            }
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot open " + file, ex);
        }
    }

    private static long endOfLastLine(final FileChannel channel) throws IOException
    {
        final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_LENGTH);
        long end = channel.size();
        while (end > 0)
        {
            final long begin = Math.max(0, end - BUFFER_LENGTH);
            buffer.clear().limit((int)(end - begin));
            while (buffer.hasRemaining() && channel.read(buffer, begin + buffer.position()) >= 0)
            {
                continue;
            }
            for (int i = buffer.position() - 1; i >= 0; i--)
            {
                if (buffer.get(i) == '\n')
                {
                    return begin + i + 1;
                }
            }
            end = begin;
        }
        return 0;
    }
}
