package io.tailrace.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Writes records of a CSV file (RFC 4180, UTF-8, lines end with LF) that {@link CsvReader} reads back equal.
 * <p>
 * A cell is quoted only if it must be: it holds a comma, a quote or a line end, begins with a byte order mark, or
 * is the one empty cell of its row. Text that has no UTF-8 form (unpaired surrogates) becomes question marks.
 * <p>
 * Threading: one thread. Memory: 64 KiB. The bytes depend on the cells alone, not on JDK or locale.
 */
public final class CsvWriter implements AutoCloseable
{
    private static final int BUFFER_LENGTH = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_LENGTH];
    private int length;
    private int rowCells;
    private boolean isRowEmpty = true;

    /**
     * Writes to a stream.
     *
     * @param out closed with this writer.
     */
    public CsvWriter(final OutputStream out)
    {
        this.out = out;
    }

    /**
     * Creates a file.
     *
     * @param file replaced if it exists; packed if its name ends with {@code .gz}.
     * @return the writer.
     * @throws IOException if it cannot be created.
     */
    public static CsvWriter create(final Path file) throws IOException
    {
        final OutputStream raw = Files.newOutputStream(file);

        return new CsvWriter(
            file.getFileName().toString().endsWith(".gz") ? new GZIPOutputStream(raw, BUFFER_LENGTH) : raw);
    }

    /**
     * Adds a cell of text.
     *
     * @param text any.
     * @return this.
     * @throws IOException if writing fails.
     */
    public CsvWriter cell(final String text) throws IOException
    {
        beginCell();
        isRowEmpty &= text.isEmpty();
        if (mustQuote(text))
        {
            put((byte) '"');
            putText(text.replace("\"", "\"\""));
            put((byte) '"');
        }
        else
        {
            putText(text);
        }

        return this;
    }

    /**
     * Adds a cell with a signed number.
     *
     * @param value any.
     * @return this.
     * @throws IOException if writing fails.
     */
    public CsvWriter cell(final long value) throws IOException
    {
        return cell(Long.toString(value));
    }

    /**
     * Adds a cell with an unsigned number.
     *
     * @param value u64.
     * @return this.
     * @throws IOException if writing fails.
     */
    public CsvWriter unsignedCell(final long value) throws IOException
    {
        return cell(Long.toUnsignedString(value));
    }

    /**
     * Adds a cell with a number as {@link NumberText} prints it.
     *
     * @param value any.
     * @return this.
     * @throws IOException if writing fails.
     */
    public CsvWriter cell(final double value) throws IOException
    {
        return cell(NumberText.toString(value));
    }

    /**
     * Adds a cell without text.
     *
     * @return this.
     * @throws IOException if writing fails.
     */
    public CsvWriter emptyCell() throws IOException
    {
        return cell("");
    }

    /**
     * Ends the row. A row has at least one cell.
     *
     * @throws IOException if writing fails.
     */
    public void endRow() throws IOException
    {
        if (rowCells == 0)
        {
            throw new IllegalStateException("cells=0, expected at least one in a row");
        }
        if (rowCells == 1 && isRowEmpty)
        {
            // An empty line would be no record.
            put((byte) '"');
            put((byte) '"');
        }
        put((byte) '\n');
        rowCells = 0;
        isRowEmpty = true;
    }

    /**
     * Writes a whole row of texts.
     *
     * @param texts one or more.
     * @throws IOException if writing fails.
     */
    public void row(final String... texts) throws IOException
    {
        for (final String text : texts)
        {
            cell(text);
        }
        endRow();
    }

    /**
     * Hands everything written so far to the stream, as far as it does not pack.
     *
     * @throws IOException if writing fails.
     */
    public void flush() throws IOException
    {
        drain();
        out.flush();
    }

    /**
     * Writes what is left and closes the stream, also if writing fails.
     *
     * @throws IOException if writing or closing fails.
     */
    @Override
    public void close() throws IOException
    {
        try (out)
        {
            drain();
        }
    }

    private void beginCell() throws IOException
    {
        if (rowCells++ > 0)
        {
            put((byte) ',');
        }
    }

    private static boolean mustQuote(final String text)
    {
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            if (c == ',' || c == '"' || c == '\n' || c == '\r')
            {
                return true;
            }
        }

        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    }

    private void putText(final String text) throws IOException
    {
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            if (c >= 0x80)
            {
                putEncoded(text.substring(i));
                return;
            }
            put((byte) c);
        }
    }

    private void putEncoded(final String text) throws IOException
    {
        for (final byte b : text.getBytes(StandardCharsets.UTF_8))
        {
            put(b);
        }
    }

    private void put(final byte b) throws IOException
    {
        if (length == BUFFER_LENGTH)
        {
            drain();
        }
        buffer[length++] = b;
    }

    private void drain() throws IOException
    {
        final int count = length;
        length = 0;
        out.write(buffer, 0, count);
    }
}
