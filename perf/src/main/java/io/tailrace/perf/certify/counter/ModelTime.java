package io.tailrace.perf.certify.counter;

import java.math.BigInteger;

/**
 * Times of any size, and what becomes of them when they must fit a long.
 */
final class ModelTime
{
    static final int AUTO = 0;
    static final int SECONDS = 1;
    static final int MILLISECONDS = 2;
    static final int MICROSECONDS = 3;
    static final int NANOSECONDS = 4;

    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private ModelTime()
    {
    }

    static BigInteger big(final long value)
    {
        return BigInteger.valueOf(value);
    }

    static long clamp(final BigInteger value)
    {
        return value.max(MIN).min(MAX).longValueExact();
    }

    static boolean isLong(final BigInteger value)
    {
        return value.equals(value.max(MIN).min(MAX));
    }

    static long plus(final long a, final long b)
    {
        return clamp(big(a).add(big(b)));
    }

    static long minus(final long a, final long b)
    {
        return clamp(big(a).subtract(big(b)));
    }

    /** Greatest multiple of the divisor that is not above the dividend. */
    static BigInteger floorToMultiple(final BigInteger dividend, final long divisor)
    {
        return dividend.subtract(dividend.mod(big(divisor)));
    }

    static BigInteger nanoseconds(final long time, final int unit)
    {
        return big(time).multiply(big(lengthOf(unit == AUTO ? unitByMagnitude(time) : unit)));
    }

    static int unitByMagnitude(final long time)
    {
        final BigInteger magnitude = big(time).abs();
        if (magnitude.compareTo(BigInteger.TEN.pow(10)) < 0)
        {
            return SECONDS;
        }
        if (magnitude.compareTo(BigInteger.TEN.pow(13)) < 0)
        {
            return MILLISECONDS;
        }
        if (magnitude.compareTo(BigInteger.TEN.pow(16)) < 0)
        {
            return MICROSECONDS;
        }
        return NANOSECONDS;
    }

    /** Nanoseconds in one unit. */
    static long lengthOf(final int unit)
    {
        return switch (unit)
        {
            case SECONDS -> 1_000_000_000L;
            case MILLISECONDS -> 1_000_000L;
            case MICROSECONDS -> 1_000L;
            case NANOSECONDS -> 1L;
            default -> throw new IllegalArgumentException("unit=" + unit);
        };
    }
}
