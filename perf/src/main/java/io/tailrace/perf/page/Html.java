package io.tailrace.perf.page;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Elements written one after the other, well-formed as XML too: every text is escaped, every element is closed.
 * <p>
 * Threading: one thread.
 */
final class Html
{
    private final StringBuilder page = new StringBuilder("<!DOCTYPE html>\n");
    private final Deque<String> open = new ArrayDeque<>();

    /**
     * Opens an element.
     *
     * @param tag        of it.
     * @param attributes names and values in turns.
     */
    Html open(final String tag, final String... attributes)
    {
        begin(tag, attributes);
        page.append('>');
        open.push(tag);
        return this;
    }

    /** Closes the element that was opened last. */
    Html close()
    {
        page.append("</").append(open.pop()).append(">\n");
        return this;
    }

    /** Adds an element without contents. */
    Html empty(final String tag, final String... attributes)
    {
        begin(tag, attributes);
        page.append("/>");
        return this;
    }

    /** Adds an element that holds only text. */
    Html element(final String tag, final String text, final String... attributes)
    {
        return open(tag, attributes).text(text).close();
    }

    /** Adds text. */
    Html text(final String text)
    {
        escape(text);
        return this;
    }

    @Override
    public String toString()
    {
        if (!open.isEmpty())
        {
            throw new IllegalStateException("still open: " + open);
        }
        return page.toString();
    }

    private void begin(final String tag, final String... attributes)
    {
        page.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2)
        {
            page.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            page.append('"');
        }
    }

    private void escape(final String text)
    {
        for (int i = 0; i < text.length(); i++)
        {
            final char c = text.charAt(i);
            switch (c)
            {
                case '&' -> page.append("&amp;");
                case '<' -> page.append("&lt;");
                case '>' -> page.append("&gt;");
                case '"' -> page.append("&quot;");
                // What XML has no character for, such as escape sequences in the text of an exception.
                default -> page.append(c < ' ' && c != '\n' && c != '\t' || c > '\uFFFD' ? '\uFFFD' : c);
            }
        }
    }
}
