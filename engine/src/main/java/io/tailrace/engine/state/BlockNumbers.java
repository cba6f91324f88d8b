package io.tailrace.engine.state;

import java.util.Arrays;

/**
 * Dense numbers: the least one that is free is given next. Which numbers are free follows from those that are in use
 * and nothing else, so that a restored state goes on giving the same numbers.
 * <pre>
 *   used:  a bit for each number           full:  a bit for each word of used that has no free number
 * </pre>
 * Threading: one thread. Hot path: allocates only while it grows. Memory: a bit and a 64th of one for each number.
 */
public final class BlockNumbers
{
    private long[] used = new long[1];
    private long[] full = new long[1];

    /** The first word of {@link #full} that may have a free number. */
    private int firstOpen;
    private int end;

    /** @return the least free number, which is in use from now on. */
    public int take()
    {
        while (firstOpen < full.length && full[firstOpen] == -1L)
        {
            firstOpen++;
        }
        final int word = firstOpen < full.length ?
            firstOpen * Long.SIZE + Long.numberOfTrailingZeros(~full[firstOpen]) : used.length;
        if (word >= used.length)
        {
            grow(word + 1);
        }
        final int number = word * Long.SIZE + Long.numberOfTrailingZeros(~used[word]);
        use(number);
        return number;
    }

    /** Takes a certain number. */
    public void use(final int number)
    {
        final int word = number >>> 6;
        if (word >= used.length)
        {
            grow(word + 1);
        }
        used[word] |= 1L << number;
        if (used[word] == -1L)
        {
            full[word >>> 6] |= 1L << word;
        }
        end = Math.max(end, number + 1);
    }

    /** Makes a number free. */
    public void giveBack(final int number)
    {
        final int word = number >>> 6;
        used[word] &= ~(1L << number);
        full[word >>> 6] &= ~(1L << word);
        firstOpen = Math.min(firstOpen, word >>> 6);
    }

    /** @return one more than the greatest number that was ever in use. */
    public int end()
    {
        return end;
    }

    private void grow(final int words)
    {
        used = Arrays.copyOf(used, Math.max(words, used.length * 2));
        final int fullWords = (used.length + Long.SIZE - 1) >>> 6;
        if (fullWords > full.length)
        {
            full = Arrays.copyOf(full, fullWords);
        }
    }
}
