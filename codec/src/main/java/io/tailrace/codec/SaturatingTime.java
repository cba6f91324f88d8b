package io.tailrace.codec;

/**
 * Sums and differences of times in nanoseconds that stop at the ends of the range of a long instead of wrapping
 * round.
 * <p>
 * {@link Long#MIN_VALUE} less anything that is not negative stays there, so a time of "none" that is smaller than
 * every other stays smaller. Pure and allocation-free.
 */
public final class SaturatingTime
{
    private SaturatingTime()
    {
    }

    /**
     * {@code a + b}, at most {@link Long#MAX_VALUE} and at least {@link Long#MIN_VALUE}.
     *
     * @param a in nanoseconds.
     * @param b in nanoseconds.
     * @return the sum, saturated.
     */
    public static long add(final long a, final long b)
    {
        final long sum = a + b;
        // It overflowed if and only if both terms have the same sign and the sum has another.
        return ((a ^ sum) & (b ^ sum)) < 0 ? limitOnTheSideOf(a) : sum;
    }

    /**
     * {@code a - b}, at most {@link Long#MAX_VALUE} and at least {@link Long#MIN_VALUE}.
     *
     * @param a in nanoseconds.
     * @param b in nanoseconds.
     * @return the difference, saturated.
     */
    public static long subtract(final long a, final long b)
    {
        final long difference = a - b;
        // It overflowed if and only if the terms differ in sign and the difference has not the sign of the first.
        return ((a ^ b) & (a ^ difference)) < 0 ? limitOnTheSideOf(a) : difference;
    }

    private static long limitOnTheSideOf(final long term)
    {
        return term < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
