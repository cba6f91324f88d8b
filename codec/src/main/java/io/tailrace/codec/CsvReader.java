package io.tailrace.codec;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads records of a CSV file (RFC 4180, UTF-8) one after another.
 * <p>
 * Lines end with LF or CRLF; a byte order mark at the start is skipped; lines without any byte are skipped; a quote
 * within a cell that did not begin with one is taken as it is. A cell that begins with a quote ends with one, and
 * may hold commas, line ends and doubled quotes. A file whose name ends with {@code .gz} is unpacked on the way.
 * <p>
 * Threading: one thread. Memory: 64 KiB, and the longest record up to {@link #MAX_RECORD_LENGTH}. Cells become
 * strings when asked for.
 */
public final class CsvReader implements AutoCloseable
{
    /** Longest record in bytes. A quote that is never closed ends here and not in the heap. */
    public static final int MAX_RECORD_LENGTH = 1 << 20;

    private static final int BUFFER_LENGTH = 1 << 16;
    private static final int END = -1;
    private static final byte[] RETURN = {'\r'};
    private static final byte[] QUOTE = {'"'};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final String name;
    private final byte[] buffer = new byte[BUFFER_LENGTH];
    private final CsvRecord record = new CsvRecord(MAX_RECORD_LENGTH);

    private int position;
    private int limit;
    private boolean isStarted;

    private boolean isQuoted;
    private long line;
    private long nextLine = 1;

    /**
     * Reads from a stream.
     *
     * @param in   closed with this reader.
     * @param name for messages.
     */
    public CsvReader(final InputStream in, final String name)
    {
        this.in = in;
        this.name = name;
    }

    /**
     * Opens a file.
     *
     * @param file to read, unpacked if its name ends with {@code .gz}.
     * @return the reader, before the first record.
     * @throws IOException if it cannot be read, or is not in gzip format and its name says so.
     */
    public static CsvReader open(final Path file) throws IOException
    {
        final InputStream raw = Files.newInputStream(file);
        if (!file.getFileName().toString().endsWith(".gz"))
        {
            return new CsvReader(raw, file.toString());
        }

        try
        {
            return new CsvReader(new GZIPInputStream(raw, BUFFER_LENGTH), file.toString());
        }
        catch (final ZipException | EOFException notGzip)
        {
            raw.close();
            throw damaged(file.toString(), 1, notGzip);
        }
    }

    /**
     * Moves to the next record.
     *
     * @return false at the end of the input.
     * @throws CsvFormatException if a quoted cell has no end or goes on after it, if the record is longer than
     *                            {@link #MAX_RECORD_LENGTH}, not UTF-8 or the packed data is damaged.
     * @throws IOException        if reading fails.
     */
    public boolean next() throws IOException
    {
        if (!isStarted)
        {
            isStarted = true;
            skipByteOrderMark();
        }

        do
        {
            if (!readRecord())
            {
                return false;
            }
        }
        while (record.cellCount() == 1 && record.isEmpty() && !isQuoted);

        final int malformedCell = record.malformedCell();
        if (malformedCell != CsvRecord.NULL_CELL)
        {
            throw fault("bytes that are not UTF-8 in column " + (malformedCell + 1), "UTF-8");
        }
        return true;
    }

    /**
     * Number of cells of the record.
     *
     * @return 1 or more; 0 before the first record.
     */
    public int cellCount()
    {
        return record.cellCount();
    }

    /**
     * Text of a cell of the record, made anew at each call.
     *
     * @param index {@code 0 <= index < cellCount()}.
     * @return the text without its outer quotes.
     */
    public String cell(final int index)
    {
        return record.cell(index);
    }

    /**
     * Texts of all cells of the record.
     *
     * @return a new list.
     */
    public List<String> cells()
    {
        final List<String> cells = new ArrayList<>(cellCount());
        for (int i = 0; i < cellCount(); i++)
        {
            cells.add(cell(i));
        }

        return cells;
    }

    /**
     * Where the record begins.
     *
     * @return line, from 1.
     */
    public long line()
    {
        return line;
    }

    /**
     * An exception about the record, to be thrown by who finds its content wrong.
     *
     * @param found    what is there.
     * @param expected what should be.
     * @return the exception, naming file and line.
     */
    public CsvFormatException fault(final String found, final String expected)
    {
        return fault(found + ", expected " + expected);
    }

    @Override
    public void close() throws IOException
    {
        in.close();
    }

    CsvFormatException fault(final String problem)
    {
        return new CsvFormatException(name, Math.max(1, line), problem);
    }

    private boolean readRecord() throws IOException
    {
        record.clear();
        isQuoted = false;
        line = nextLine;
        if (peek() == END)
        {
            return false;
        }

        int terminator;
        do
        {
            terminator = peek() == '"' ? readQuotedCell() : readPlainCell();
            record.endCell();
        }
        while (terminator == ',');

        return true;
    }

    private int readPlainCell() throws IOException
    {
        while (true)
        {
            append(plainRunEnd());
            if (position == limit)
            {
                if (!fill())
                {
                    return END;
                }
            }
            else if (buffer[position] != '\r')
            {
                return terminator();
            }
            else
            {
                position++;
                if (peek() == '\n' || peek() == END)
                {
                    return terminator();
                }
                append(RETURN, 0, 1);
            }
        }
    }

    private int plainRunEnd()
    {
        final byte[] bytes = buffer;
        final int end = limit;
        int signs = 0;
        int i = position;
        while (i < end)
        {
            final byte b = bytes[i];
            if (b == ',' || b == '\n' || b == '\r')
            {
                break;
            }
            signs |= b;
            i++;
        }
        if (signs < 0)
        {
            record.markNotAscii();
        }

        return i;
    }

    private int readQuotedCell() throws IOException
    {
        final long quoteLine = nextLine;
        isQuoted = true;
        position++;
        while (true)
        {
            append(quotedRunEnd());
            if (position == limit)
            {
                if (!fill())
                {
                    throw new CsvFormatException(name, quoteLine, "a quote that is not closed, expected another quote");
                }
            }
            else
            {
                position++;
                if (peek() != '"')
                {
                    return quotedTerminator();
                }
                position++;
                append(QUOTE, 0, 1);
            }
        }
    }

    private int quotedRunEnd()
    {
        int i = position;
        int signs = 0;
        while (i < limit && buffer[i] != '"')
        {
            signs |= buffer[i];
            if (buffer[i] == '\n')
            {
                nextLine++;
            }
            i++;
        }
        if (signs < 0)
        {
            record.markNotAscii();
        }

        return i;
    }

    private int quotedTerminator() throws IOException
    {
        if (peek() == '\r')
        {
            position++;
            if (peek() != '\n' && peek() != END)
            {
                throw afterQuote();
            }
        }
        final int next = peek();
        if (next != ',' && next != '\n' && next != END)
        {
            throw afterQuote();
        }

        return terminator();
    }

    private CsvFormatException afterQuote()
    {
        return new CsvFormatException(
            name, nextLine, "text after a closing quote, expected a comma or the end of the line");
    }

    /**
     * Consumes the comma or line end at the position, or notes the end of the input.
     */
    private int terminator() throws IOException
    {
        final int next = peek();
        if (next == END)
        {
            return END;
        }
        position++;
        if (next == '\n')
        {
            nextLine++;
        }

        return next;
    }

    private void append(final int runEnd) throws CsvFormatException
    {
        append(buffer, position, runEnd - position);
        position = runEnd;
    }

    private void append(final byte[] source, final int offset, final int count) throws CsvFormatException
    {
        if (!record.append(source, offset, count))
        {
            throw fault(
                "a record longer than " + MAX_RECORD_LENGTH + " bytes", "a shorter one; is a quote not closed?");
        }
    }

    private void skipByteOrderMark() throws IOException
    {
        // The first read may bring less than three bytes.
        while (limit < BYTE_ORDER_MARK.length)
        {
            final int count = read(limit);
            if (count < 0)
            {
                break;
            }
            limit += count;
        }
        if (limit >= BYTE_ORDER_MARK.length && Arrays.equals(buffer, 0, 3, BYTE_ORDER_MARK, 0, 3))
        {
            position = BYTE_ORDER_MARK.length;
        }
    }

    private int peek() throws IOException
    {
        return position == limit && !fill() ? END : buffer[position] & 0xFF;
    }

    private boolean fill() throws IOException
    {
        final int count = read(0);
        position = 0;
        limit = Math.max(0, count);

        return count > 0;
    }

    private int read(final int offset) throws IOException
    {
        try
        {
            return in.read(buffer, offset, BUFFER_LENGTH - offset);
        }
        catch (final ZipException | EOFException broken)
        {
            throw damaged(name, nextLine, broken);
        }
    }

    private static CsvFormatException damaged(final String name, final long line, final IOException cause)
    {
        final CsvFormatException fault =
            new CsvFormatException(name, line, "damaged or truncated gzip data, expected a whole gzip file");
        fault.initCause(cause);

        return fault;
    }
}
