package io.tailrace.engine.window;

import org.agrona.UnsafeApi;

/**
 * The contents of one window for one key, or of one slice of sliding windows: 128 bytes, two cache lines, off-heap.
 * <pre>
 *     0  index          i64   number of the window or slice; of a session its start, epoch ns
 *     8  count          u64
 *    16  sum            f64   Neumaier's running sum, in order of arrival
 *    24  sum error      f64   what the running sum has lost
 *    32  shift          f64   the first value to arrive
 *    40  squares        f64   sum of (value - shift)^2
 *    48  squares error  f64   what it has lost
 *    56  min            f64
 *    64  max            f64
 *    72  first          f64
 *    80  first time     i64
 *    88  last           f64
 *    96  last time      i64
 *   104  registration   u64   order of creation in the operator, from 1; 0: the pane is free
 *   112  firings        u32   the next firing's revision
 *   116  next           i32   of the overflow panes of a key: number of the next one + 1; 0: none
 *   120  end            i64   epoch ns; of a slice the end of the last window that it is part of
 * </pre>
 * Sums are compensated: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54
 * (1974). The second moment is kept about a shift (Chan, Golub and LeVeque, "Algorithms for Computing the Sample
 * Variance", 1983) in two-part arithmetic (Dekker, 1971), so that neither a large mean nor an outlier as shift costs
 * digits, and without the division that Welford's method needs for each event.
 * <p>
 * Hot path: allocation-free. An address must be that of a live block.
 */
final class Pane
{
    /** Bytes of a pane. */
    static final int LENGTH = 128;

    private static final int INDEX = 0;
    private static final int COUNT = 8;
    private static final int SUM = 16;
    private static final int SUM_ERROR = 24;
    private static final int SHIFT = 32;
    private static final int SQUARES = 40;
    private static final int SQUARES_ERROR = 48;
    private static final int MIN = 56;
    private static final int MAX = 64;
    private static final int FIRST = 72;
    private static final int FIRST_TIME = 80;
    private static final int LAST = 88;
    private static final int LAST_TIME = 96;
    private static final int REGISTRATION = 104;
    private static final int FIRINGS = 112;
    private static final int NEXT = 116;
    private static final int END = 120;
    private static final int AGGREGATE_LENGTH = REGISTRATION - COUNT;

    private Pane()
    {
    }

    /** Makes a free pane that of a window; it holds nothing until the first {@link #add}. */
    static void open(final long pane, final long index, final long endNs, final long registration)
    {
        UnsafeApi.setMemory(pane, LENGTH, (byte)0);
        UnsafeApi.putLong(pane + INDEX, index);
        UnsafeApi.putLong(pane + END, endNs);
        UnsafeApi.putLong(pane + REGISTRATION, registration);
    }

    /** Makes a pane free. */
    static void free(final long pane)
    {
        UnsafeApi.putLong(pane + REGISTRATION, 0);
    }

    /** Gives a pane other bounds, and with them another place in the order of timers; it has not fired. */
    static void reopen(final long pane, final long index, final long endNs, final long registration)
    {
        UnsafeApi.putLong(pane + INDEX, index);
        UnsafeApi.putLong(pane + END, endNs);
        UnsafeApi.putLong(pane + REGISTRATION, registration);
        UnsafeApi.putInt(pane + FIRINGS, 0);
    }

    /** Adds one event. */
    static void add(final long pane, final long timeNs, final double value)
    {
        final long count = UnsafeApi.getLong(pane + COUNT);
        if (count == 0)
        {
            addFirst(pane, timeNs, value);
            return;
        }
        UnsafeApi.putLong(pane + COUNT, count + 1);

        final double sum = UnsafeApi.getDouble(pane + SUM);
        final double total = sum + value;
        final double lost = Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
        UnsafeApi.putDouble(pane + SUM, total);
        UnsafeApi.putDouble(pane + SUM_ERROR, UnsafeApi.getDouble(pane + SUM_ERROR) + lost);
        addSquare(pane, value);

        // Math.min and Math.max order -0.0 below 0.0.
        UnsafeApi.putDouble(pane + MIN, Math.min(UnsafeApi.getDouble(pane + MIN), value));
        UnsafeApi.putDouble(pane + MAX, Math.max(UnsafeApi.getDouble(pane + MAX), value));
        if (timeNs < UnsafeApi.getLong(pane + FIRST_TIME))
        {
            UnsafeApi.putDouble(pane + FIRST, value);
            UnsafeApi.putLong(pane + FIRST_TIME, timeNs);
        }
        if (timeNs >= UnsafeApi.getLong(pane + LAST_TIME))
        {
            UnsafeApi.putDouble(pane + LAST, value);
            UnsafeApi.putLong(pane + LAST_TIME, timeNs);
        }
    }

    /**
     * Adds what another pane holds; no event time may be in both.
     *
     * @param pane  gets all; one without events becomes equal to {@code other}.
     * @param other stays as it is.
     */
    static void merge(final long pane, final long other)
    {
        final long count = UnsafeApi.getLong(pane + COUNT);
        final long otherCount = UnsafeApi.getLong(other + COUNT);
        if (otherCount == 0)
        {
            return;
        }
        if (count == 0)
        {
            UnsafeApi.copyMemory(other + COUNT, pane + COUNT, AGGREGATE_LENGTH);
            return;
        }
        mergeSquares(pane, other, otherCount);
        UnsafeApi.putLong(pane + COUNT, count + otherCount);

        final double sum = UnsafeApi.getDouble(pane + SUM);
        final double otherSum = UnsafeApi.getDouble(other + SUM);
        if (!Double.isInfinite(sum))
        {
            final double total = sum + otherSum;
            UnsafeApi.putDouble(pane + SUM, total);
            UnsafeApi.putDouble(
                pane + SUM_ERROR,
                UnsafeApi.getDouble(pane + SUM_ERROR) + UnsafeApi.getDouble(other + SUM_ERROR) +
                twoSumError(sum, otherSum, total));
        }

        UnsafeApi.putDouble(
            pane + MIN, Math.min(UnsafeApi.getDouble(pane + MIN), UnsafeApi.getDouble(other + MIN)));
        UnsafeApi.putDouble(
            pane + MAX, Math.max(UnsafeApi.getDouble(pane + MAX), UnsafeApi.getDouble(other + MAX)));
        if (UnsafeApi.getLong(other + FIRST_TIME) < UnsafeApi.getLong(pane + FIRST_TIME))
        {
            UnsafeApi.putDouble(pane + FIRST, UnsafeApi.getDouble(other + FIRST));
            UnsafeApi.putLong(pane + FIRST_TIME, UnsafeApi.getLong(other + FIRST_TIME));
        }
        if (UnsafeApi.getLong(other + LAST_TIME) > UnsafeApi.getLong(pane + LAST_TIME))
        {
            UnsafeApi.putDouble(pane + LAST, UnsafeApi.getDouble(other + LAST));
            UnsafeApi.putLong(pane + LAST_TIME, UnsafeApi.getLong(other + LAST_TIME));
        }
    }

    static long index(final long pane)
    {
        return UnsafeApi.getLong(pane + INDEX);
    }

    static long registration(final long pane)
    {
        return UnsafeApi.getLong(pane + REGISTRATION);
    }

    static boolean isFree(final long pane)
    {
        return UnsafeApi.getLong(pane + REGISTRATION) == 0;
    }

    static int next(final long pane)
    {
        return UnsafeApi.getInt(pane + NEXT);
    }

    static void next(final long pane, final int next)
    {
        UnsafeApi.putInt(pane + NEXT, next);
    }

    static long endNs(final long pane)
    {
        return UnsafeApi.getLong(pane + END);
    }

    static long count(final long pane)
    {
        return UnsafeApi.getLong(pane + COUNT);
    }

    static int firings(final long pane)
    {
        return UnsafeApi.getInt(pane + FIRINGS);
    }

    static void firings(final long pane, final int firings)
    {
        UnsafeApi.putInt(pane + FIRINGS, firings);
    }

    static double sum(final long pane)
    {
        final double sum = UnsafeApi.getDouble(pane + SUM);
        // The error of an infinite sum is not a number.
        return Double.isInfinite(sum) ? sum : sum + UnsafeApi.getDouble(pane + SUM_ERROR);
    }

    static double min(final long pane)
    {
        return UnsafeApi.getDouble(pane + MIN);
    }

    static double max(final long pane)
    {
        return UnsafeApi.getDouble(pane + MAX);
    }

    static double first(final long pane)
    {
        return UnsafeApi.getDouble(pane + FIRST);
    }

    static double last(final long pane)
    {
        return UnsafeApi.getDouble(pane + LAST);
    }

    /** @return sum of squared deviations from the mean; infinite if a sum overflows, never NaN. */
    static double m2(final long pane)
    {
        final double squares = UnsafeApi.getDouble(pane + SQUARES);
        final double sum = UnsafeApi.getDouble(pane + SUM);
        final long count = count(pane);
        if (count == 1)
        {
            return 0.0;
        }
        if (!Double.isFinite(squares) || !Double.isFinite(sum))
        {
            return Double.POSITIVE_INFINITY;
        }

        // sum of (x - shift), as high + low: sum - count * shift without losing the digits that cancel.
        final double shift = UnsafeApi.getDouble(pane + SHIFT);
        final double n = count;
        final double product = n * shift;
        final double productError = Math.fma(n, shift, -product);
        final double high = sum - product;
        final double highError = twoSumError(sum, -product, high);
        final double deviation = high + (highError + UnsafeApi.getDouble(pane + SUM_ERROR) - productError);

        // squares - deviation^2 / n, the quotient in two parts as well; divided first, for deviation^2 may overflow
        // where neither the squares nor m2 does.
        final double deviationError =
            (high - deviation) + (highError + UnsafeApi.getDouble(pane + SUM_ERROR) - productError);
        final double share = deviation / n;
        final double shareError = Math.fma(-share, n, deviation) / n;
        final double quotient = deviation * share;
        final double quotientError =
            Math.fma(deviation, share, -quotient) + deviation * shareError + 2 * share * deviationError;
        final double difference = squares - quotient;
        final double m2 = difference + (twoSumError(squares, -quotient, difference) +
            UnsafeApi.getDouble(pane + SQUARES_ERROR) - quotientError);
        if (Double.isNaN(m2))
        {
            return Double.POSITIVE_INFINITY;
        }
        return Math.max(0.0, m2);
    }

    private static void addFirst(final long pane, final long timeNs, final double value)
    {
        UnsafeApi.putLong(pane + COUNT, 1);
        UnsafeApi.putDouble(pane + SUM, value);
        UnsafeApi.putDouble(pane + SHIFT, value);
        UnsafeApi.putDouble(pane + MIN, value);
        UnsafeApi.putDouble(pane + MAX, value);
        UnsafeApi.putDouble(pane + FIRST, value);
        UnsafeApi.putLong(pane + FIRST_TIME, timeNs);
        UnsafeApi.putDouble(pane + LAST, value);
        UnsafeApi.putLong(pane + LAST_TIME, timeNs);
    }

    private static void addSquare(final long pane, final double value)
    {
        final double shift = UnsafeApi.getDouble(pane + SHIFT);
        final double difference = value - shift;
        final double differenceError = twoSumError(value, -shift, difference);
        final double square = difference * difference;
        final double squareError = Math.fma(difference, difference, -square) + 2 * difference * differenceError;
        final double squares = UnsafeApi.getDouble(pane + SQUARES);
        final double total = squares + square;
        UnsafeApi.putDouble(pane + SQUARES, total);
        UnsafeApi.putDouble(
            pane + SQUARES_ERROR,
            UnsafeApi.getDouble(pane + SQUARES_ERROR) + (twoSumError(squares, square, total) + squareError));
    }

    /**
     * Adds the squares of another pane, which are about its own shift {@code c}: with {@code d = c - shift},
     * {@code sum (x - shift)^2 = sum (x - c)^2 + 2 d sum (x - c) + n d^2}, each term in two parts.
     */
    private static void mergeSquares(final long pane, final long other, final long otherCount)
    {
        final double shift = UnsafeApi.getDouble(pane + SHIFT);
        final double otherShift = UnsafeApi.getDouble(other + SHIFT);
        final double squares = UnsafeApi.getDouble(pane + SQUARES);
        final double otherSquares = UnsafeApi.getDouble(other + SQUARES);
        double total = squares + otherSquares;
        double error = UnsafeApi.getDouble(pane + SQUARES_ERROR) + UnsafeApi.getDouble(other + SQUARES_ERROR) +
            twoSumError(squares, otherSquares, total);
        if (shift != otherShift)
        {
            final double d = otherShift - shift;
            final double dError = twoSumError(otherShift, -shift, d);
            final double n = otherCount;
            final double sum = UnsafeApi.getDouble(other + SUM);
            final double product = n * otherShift;
            final double deviation = sum - product;
            final double deviationError = twoSumError(sum, -product, deviation) +
                UnsafeApi.getDouble(other + SUM_ERROR) - Math.fma(n, otherShift, -product);

            final double cross = 2 * d * deviation;
            final double crossError =
                Math.fma(2 * d, deviation, -cross) + 2 * (d * deviationError + dError * deviation);
            final double withCross = total + cross;
            error += twoSumError(total, cross, withCross) + crossError;

            final double square = d * d;
            final double squareError = Math.fma(d, d, -square) + 2 * d * dError;
            final double share = n * square;
            final double shareError = Math.fma(n, square, -share) + n * squareError;
            total = withCross + share;
            error += twoSumError(withCross, share, total) + shareError;
        }
        UnsafeApi.putDouble(pane + SQUARES, total);
        UnsafeApi.putDouble(pane + SQUARES_ERROR, error);
    }

    /** What {@code sum = a + b} lost by rounding, exactly (Knuth, The Art of Computer Programming 2, 4.2.2). */
    private static double twoSumError(final double a, final double b, final double sum)
    {
        final double bRounded = sum - a;
        return (a - (sum - bRounded)) + (b - bRounded);
    }
}
