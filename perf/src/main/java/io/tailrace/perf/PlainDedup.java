package io.tailrace.perf;

import java.util.Arrays;

/**
 * The yardstick's own deduplication by sequence: of each row the highest id, and which of the ids up to it, and less
 * than a window below it, have been seen. Readings of one epoch, with ids that are not negative.
 * <pre>
 *   row of 1 + W / 64 longs: highest + 1 (0: none), then W bits; that of an id is bit (id mod W)
 * </pre>
 * Threading: one thread.
 */
final class PlainDedup
{
    private final int windowIds;
    private final int rowLength;
    private long[] rows = new long[0];

    /** @param windowIds ids of a window, a power of two from 64. */
    PlainDedup(final int windowIds)
    {
        this.windowIds = windowIds;
        rowLength = 1 + windowIds / Long.SIZE;
    }

    /** @return whether the id is new to its row, which it then is no longer; false also: it is too far below. */
    boolean isNew(final int row, final long id)
    {
        final int at = row * rowLength;
        if (at + rowLength > rows.length)
        {
            rows = Arrays.copyOf(rows, Math.max(2 * rows.length, at + rowLength));
        }
        final long highest = rows[at] - 1;
        if (id <= highest)
        {
            return id > highest - windowIds && set(at, id);
        }
        if (id - highest > windowIds)
        {
            for (int i = at + 1; i < at + rowLength; i++)
            {
                rows[i] = 0;
            }
        }
        else
        {
            for (long skipped = highest + 1; skipped < id; skipped++)
            {
                rows[wordOf(at, skipped)] &= ~(1L << skipped);
            }
            rows[wordOf(at, id)] &= ~(1L << id);
        }
        rows[at] = id + 1;
        return set(at, id);
    }

    private boolean set(final int at, final long id)
    {
        final int word = wordOf(at, id);
        final long before = rows[word];
        rows[word] = before | 1L << id;
        return rows[word] != before;
    }

    private int wordOf(final int at, final long id)
    {
        return at + 1 + (int)(id & windowIds - 1) / Long.SIZE;
    }
}
