package io.tailrace.engine.state;

/**
 * Gives back what was put into a {@link StateOutput}, in the same order.
 */
@FunctionalInterface
public interface StateInput
{
    /** @return the next number. */
    long getLong();

    /** Fills an array with the next numbers. */
    default void getLongs(final long[] values)
    {
        for (int i = 0; i < values.length; i++)
        {
            values[i] = getLong();
        }
    }

    /** @return the next truth value. */
    default boolean getBoolean()
    {
        return getLong() != 0;
    }
}
