package io.tailrace.engine.tail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.tailrace.codec.CsvWriter;

/**
 * Lines of results as text. {@link #take} hands out what has come together.
 * <p>
 * Threading: one thread.
 */
public abstract sealed class ResultFormat
{
    /** @return CSV with a header. */
    public static ResultFormat csv()
    {
        return new Csv();
    }

    /** @return one JSON object a line; what does not apply is null, infinite numbers are texts. */
    public static ResultFormat json()
    {
        return new Json();
    }

    /**
     * Begins, before the first result.
     *
     * @throws IOException if a cell cannot be written.
     */
    public abstract void begin() throws IOException;

    /**
     * Adds the line of a result.
     *
     * @param cells of the result.
     * @throws IOException if a cell cannot be written.
     */
    public abstract void add(ResultCells cells) throws IOException;

    /**
     * Takes the text of what was added since the last call.
     *
     * @return whole lines, each with its line end; empty if nothing was added.
     * @throws IOException if a cell cannot be written.
     */
    public abstract String take() throws IOException;

    private static final class Csv extends ResultFormat
    {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CsvWriter writer = new CsvWriter(bytes);

        @Override
        public void begin() throws IOException
        {
            for (final ResultColumn column : ResultColumn.values())
            {
                writer.cell(column.text());
            }
            writer.endRow();
        }

        @Override
        public void add(final ResultCells cells) throws IOException
        {
            for (final ResultColumn column : ResultColumn.values())
            {
                writer.cell(cells.text(column));
            }
            writer.endRow();
        }

        @Override
        public String take() throws IOException
        {
            writer.flush();
            final String text = bytes.toString(StandardCharsets.UTF_8);
            bytes.reset();
            return text;
        }
    }

    private static final class Json extends ResultFormat
    {
        private final StringBuilder lines = new StringBuilder();

        @Override
        public void begin()
        {
        }

        @Override
        public void add(final ResultCells cells)
        {
            char separator = '{';
            for (final ResultColumn column : ResultColumn.values())
            {
                lines.append(separator).append('"').append(column.text()).append("\":");
                appendValue(column, cells.text(column));
                separator = ',';
            }
            lines.append("}\n");
        }

        @Override
        public String take()
        {
            final String text = lines.toString();
            lines.setLength(0);
            return text;
        }

        private void appendValue(final ResultColumn column, final String text)
        {
            if (text.isEmpty())
            {
                lines.append("null");
            }
            else if (column.isNumber() && !text.endsWith("Infinity") && !"NaN".equals(text))
            {
                lines.append(text);
            }
            else
            {
                appendText(text);
            }
        }

        private void appendText(final String text)
        {
            lines.append('"');
            for (int i = 0; i < text.length(); i++)
            {
                final char c = text.charAt(i);
                if (c == '"' || c == '\\')
                {
                    lines.append('\\').append(c);
                }
                else if (c < ' ')
                {
                    lines.append(String.format("\\u%04x", (int)c));
                }
                else
                {
                    lines.append(c);
                }
            }
            lines.append('"');
        }
    }
}
