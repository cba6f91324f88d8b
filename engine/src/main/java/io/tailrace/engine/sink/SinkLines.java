package io.tailrace.engine.sink;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.tailrace.engine.config.SinkFormat;

/**
 * The whole lines at the begin of a file that a crash may have torn. A line is whole if it ends with a line feed, holds
 * no other control character (a machine that lost power leaves zeros) and begins with a sequence greater than that of
 * the line before.
 *
 * @param length       bytes of the whole lines, header included.
 * @param count        lines of results.
 * @param lastSequence of the last one; -1: there is none.
 * @param hasHeader    whether the file begins as a file of this format does now.
 */
record SinkLines(long length, long count, long lastSequence, boolean hasHeader)
{
    private static final int MAX_LENGTH = 1 << 20;
    private static final Pattern CSV_LINE = Pattern.compile("([0-9]{1,19}),.*", Pattern.DOTALL);
    private static final Pattern JSON_LINE =
        Pattern.compile("\\{\"sequence\":([0-9]{1,19}),.*}", Pattern.DOTALL);
    private static final String CSV_HEADER = "sequence,";

    /**
     * Reads a file to its last whole line.
     *
     * @param file   to read.
     * @param format of its lines.
     * @param header that it should begin with, line end included; empty: none.
     */
    static SinkLines read(final Path file, final SinkFormat format, final String header) throws IOException
    {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16))
        {
            long length = 0;
            boolean hasHeader = true;
            if (format == SinkFormat.CSV)
            {
                final String first = line(in);
                if (null == first || !first.startsWith(CSV_HEADER))
                {
                    return new SinkLines(0, 0, -1, false);
                }
                hasHeader = header.equals(first + "\n");
                length = first.length() + 1L;
            }

            final Pattern pattern = format == SinkFormat.CSV ? CSV_LINE : JSON_LINE;
            long count = 0;
            long last = -1;
            String line = line(in);
            while (null != line)
            {
                final long sequence = sequenceOf(pattern.matcher(line));
                if (sequence <= last)
                {
                    break;
                }
                last = sequence;
                length += line.length() + 1L;
                count++;
                line = line(in);
            }
            return new SinkLines(length, count, last, hasHeader);
        }
    }

    private static long sequenceOf(final Matcher matcher)
    {
        try
        {
            return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
        }
        catch (final NumberFormatException ex)
        {
            // Nineteen digits may still be too many.
            return -1;
        }
    }

    /** The next line without its end, a character for each byte; null if it is not whole. */
    private static String line(final InputStream in) throws IOException
    {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        int next = in.read();
        while (next >= ' ' && bytes.size() < MAX_LENGTH)
        {
            bytes.write(next);
            next = in.read();
        }
        return next == '\n' ? bytes.toString(StandardCharsets.ISO_8859_1) : null;
    }
}
