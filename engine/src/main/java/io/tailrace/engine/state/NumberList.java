package io.tailrace.engine.state;

import java.util.Arrays;

/** A list of numbers that grows, and keeps its memory when it is cleared. */
final class NumberList
{
    private int[] numbers = new int[16];
    private int size;

    void add(final int number)
    {
        if (size == numbers.length)
        {
            numbers = Arrays.copyOf(numbers, size * 2);
        }
        numbers[size++] = number;
    }

    int get(final int index)
    {
        return numbers[index];
    }

    int size()
    {
        return size;
    }

    void clear()
    {
        size = 0;
    }
}
