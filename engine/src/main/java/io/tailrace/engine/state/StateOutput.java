package io.tailrace.engine.state;

/**
 * Takes the state that is not in blocks: few numbers, in an order that only their owner knows, and {@link StateInput}
 * gives them back in.
 */
@FunctionalInterface
public interface StateOutput
{
    /** The next number. */
    void putLong(long value);

    /** The next numbers. */
    default void putLongs(final long[] values)
    {
        for (final long value : values)
        {
            putLong(value);
        }
    }

    /** The next truth value. */
    default void putBoolean(final boolean value)
    {
        putLong(value ? 1 : 0);
    }
}
