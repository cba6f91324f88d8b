package io.tailrace.engine.state;

import java.util.Arrays;

/** Numbers of blocks that were removed, each once, until somebody takes them. */
final class RemovedNumbers
{
    private final NumberList order = new NumberList();
    private long[] bits = new long[1];
    private int cursor;

    void add(final int number)
    {
        final int word = number >>> 6;
        if (word >= bits.length)
        {
            bits = Arrays.copyOf(bits, Math.max(word + 1, bits.length * 2));
        }
        if ((bits[word] & 1L << number) == 0)
        {
            bits[word] |= 1L << number;
            order.add(number);
        }
    }

    /** Takes a number. @return whether it was there. */
    boolean take(final int number)
    {
        final int word = number >>> 6;
        if (word >= bits.length || (bits[word] & 1L << number) == 0)
        {
            return false;
        }
        bits[word] &= ~(1L << number);
        return true;
    }

    /** @return whether {@link #next} has been through all numbers. */
    boolean isAtEnd()
    {
        return cursor == order.size();
    }

    /** @return the next number, which may have been taken before. */
    int next()
    {
        return order.get(cursor++);
    }

    /** Begins anew, when all numbers are taken. */
    void clear()
    {
        order.clear();
        cursor = 0;
    }
}
