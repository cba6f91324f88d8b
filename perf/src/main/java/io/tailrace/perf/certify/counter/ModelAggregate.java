package io.tailrace.perf.certify.counter;

import java.math.BigDecimal;

/**
 * What a pane amounts to.
 *
 * @param count      of values, at least 1.
 * @param sum        Neumaier's compensated sum in order of arrival; infinite for ever once its running value is.
 * @param min        smallest value, where -0.0 is smaller than 0.0.
 * @param max        greatest value, where -0.0 is smaller than 0.0.
 * @param first      value of the earliest event time, of equal times the earliest arrival.
 * @param last       value of the latest event time, of equal times the latest arrival.
 * @param m2         sum of squared deviations from the mean, exact and then rounded; +Infinity if the sum overflows.
 * @param exactSum   the sum without any rounding.
 * @param magnitudes sum of the values without their signs: what a rounding error of the sum is measured by.
 */
record ModelAggregate(
    long count,
    double sum,
    double min,
    double max,
    double first,
    double last,
    double m2,
    BigDecimal exactSum,
    BigDecimal magnitudes)
{
    private static final double M2_TOLERANCE = 1e-9;
    private static final BigDecimal ROUNDING = new BigDecimal("1e-15");

    /** Twice the square of the unit roundoff, with room to spare. */
    private static final BigDecimal SECOND_ORDER = new BigDecimal(0x1p-98);

    /** One value in a pane. */
    record Entry(long arrival, long eventTimeNs, double value)
    {
    }

    /**
     * Whether a sum that was added up in parts, each compensated, is this one.
     *
     * @param parts sum that was found.
     */
    boolean isSumOfParts(final double parts)
    {
        if (Double.isInfinite(sum) || !Double.isFinite(parts))
        {
            return sum == parts;
        }
        final BigDecimal bound = exactSum.abs().multiply(ROUNDING)
            .add(magnitudes.multiply(SECOND_ORDER).multiply(BigDecimal.valueOf(count).pow(2)));
        return new BigDecimal(parts).subtract(exactSum).abs().compareTo(bound) <= 0;
    }

    /**
     * Whether a sum of squares is this one, within the relative 1e-9 that is promised, and what the rounding of the
     * values themselves leaves where they hardly differ.
     *
     * @param found sum of squares that was found.
     */
    boolean isM2(final double found)
    {
        if (Double.isInfinite(m2) || Double.isInfinite(sum))
        {
            return found == Double.POSITIVE_INFINITY;
        }
        final double greatest = Math.max(Math.abs(min), Math.abs(max));
        final double spread = max - min;
        final double floor = count * (Math.ulp(greatest) * Math.ulp(greatest) + Math.ulp(greatest) * spread);
        return found >= 0 && Math.abs(found - m2) <= m2 * M2_TOLERANCE + floor;
    }
}
