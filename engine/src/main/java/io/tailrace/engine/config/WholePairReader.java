package io.tailrace.engine.config;

import java.io.Reader;

/**
 * Reads a text so that no read ends between the two surrogates of a character: the YAML scanner asks for the second one
 * beyond the end of its buffer.
 */
final class WholePairReader extends Reader
{
    private final String text;
    private int next;

    WholePairReader(final String text)
    {
        this.text = text;
    }

    @Override
    public int read(final char[] buffer, final int offset, final int length)
    {
        final int remaining = text.length() - next;
        if (remaining == 0)
        {
            return -1;
        }
        final int wanted = Math.min(length, remaining);
        final int count =
            wanted > 1 && Character.isHighSurrogate(text.charAt(next + wanted - 1)) ? wanted - 1 : wanted;
        text.getChars(next, next + count, buffer, offset);
        next += count;
        return count;
    }

    @Override
    public void close()
    {
        // Nothing is open.
    }
}
