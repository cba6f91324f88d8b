package io.tailrace.engine.state;

import java.util.Arrays;

/** Numbers in the order in which they were added, each once until somebody takes it. */
final class NumberSet
{
    private int[] order = new int[16];
    private int size;
    private long[] bits = new long[1];
    private int cursor;

    /** Makes room for all numbers below an end, so that adding them allocates nothing. */
    void grow(final int end)
    {
        bits = Arrays.copyOf(bits, Math.max(bits.length, (end + Long.SIZE - 1) / Long.SIZE));
        order = Arrays.copyOf(order, Math.max(order.length, end));
    }

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
            if (size == order.length)
            {
                order = Arrays.copyOf(order, size * 2);
            }
            order[size++] = number;
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
        return cursor == size;
    }

    /** @return the next number, which may have been taken before. */
    int next()
    {
        return order[cursor++];
    }

    /** Begins anew, when all numbers are taken. */
    void clear()
    {
        size = 0;
        cursor = 0;
    }
}
