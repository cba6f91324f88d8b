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

    /** Begins, before the first result. */
    abstract void begin() throws IOException;

    /** Adds a result. */
    abstract void add(ResultCells cells) throws IOException;

    /** Takes the text of what was added since the last call; empty if nothing was. */
    abstract String take() throws IOException;

    private static final class Csv extends ResultFormat
    {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CsvWriter writer = new CsvWriter(bytes);

        @Override
        void begin() throws IOException
        {
            for (final ResultColumn column : ResultColumn.values())
            {
                writer.cell(column.text());
            }
            writer.endRow();
        }

        @Override
        void add(final ResultCells cells) throws IOException
        {
            for (final ResultColumn column : ResultColumn.values())
            {
                writer.cell(cells.text(column));
            }
            writer.endRow();
        }

        @Override
        String take() throws IOException
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
        void begin()
        {
        }

        @Override
        void add(final ResultCells cells)
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
        String take()
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
