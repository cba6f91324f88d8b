package io.tailrace.engine.reference;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * What a pane amounts to, computed anew from all it holds.
 *
 * @param count of values, at least 1.
 * @param sum   Neumaier's compensated sum in order of arrival; infinite for ever once its running value is. Where the
 *              page adds up parts, this is the same within rounding, as long as nothing overflows.
 * @param min   smallest value, where -0.0 is smaller than 0.0.
 * @param max   greatest value, where -0.0 is smaller than 0.0.
 * @param first value of the earliest event time, of equal times the earliest arrival.
 * @param last  value of the latest event time, of equal times the latest arrival.
 * @param m2    sum of squared deviations from the mean, exact and then rounded; +Infinity if it or {@code sum}
 *              overflows.
 */
public record ReferenceAggregate(
    long count, double sum, double min, double max, double first, double last, double m2)
{
    private static final MathContext QUOTIENT = new MathContext(60);

    /** Twice the square of the unit roundoff, with room to spare. */
    private static final BigDecimal SECOND_ORDER = new BigDecimal(0x1p-100);

    /** One value in a pane. */
    record Entry(long arrival, long eventTimeNs, double value)
    {
    }

    /**
     * Computes it.
     *
     * @param entries at least one, in order of arrival.
     * @return the aggregate.
     */
    static ReferenceAggregate of(final List<Entry> entries)
    {
        Entry first = entries.get(0);
        Entry last = entries.get(0);
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (final Entry entry : entries)
        {
            first = entry.eventTimeNs() < first.eventTimeNs() ? entry : first;
            last = entry.eventTimeNs() >= last.eventTimeNs() ? entry : last;
            min = Math.min(min, entry.value());
            max = Math.max(max, entry.value());
        }

        final double sum = compensatedSum(entries);
        final BigDecimal exactSum = exactSum(entries);
        checkSum(entries, sum, exactSum);
        final double m2 = Double.isInfinite(sum) ? Double.POSITIVE_INFINITY : exactM2(entries, exactSum);
        return new ReferenceAggregate(entries.size(), sum, min, max, first.value(), last.value(), m2);
    }

    /**
     * The mean.
     *
     * @return sum over count.
     */
    public double mean()
    {
        return sum / count;
    }

    /**
     * The population standard deviation.
     *
     * @return 0 for one value.
     */
    public double standardDeviation()
    {
        return Math.sqrt(m2 / count);
    }

    /** Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974. */
    private static double compensatedSum(final List<Entry> entries)
    {
        double sum = 0.0;
        double lost = 0.0;
        for (final Entry entry : entries)
        {
            final double value = entry.value();
            final double next = sum + value;
            if (Double.isInfinite(next))
            {
                return next;
            }
            lost += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
            sum = next;
        }
        return sum + lost;
    }

    private static BigDecimal exactSum(final List<Entry> entries)
    {
        return entries.stream().map((entry) -> new BigDecimal(entry.value())).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static double exactM2(final List<Entry> entries, final BigDecimal exactSum)
    {
        final BigDecimal squares = entries.stream()
            .map((entry) -> new BigDecimal(entry.value()).pow(2))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
        final BigDecimal count = BigDecimal.valueOf(entries.size());
        return squares.multiply(count).subtract(exactSum.pow(2)).divide(count, QUOTIENT).doubleValue();
    }

    /** The compensated sum of the definition must agree with the exact one as far as its error bound says. */
    private static void checkSum(final List<Entry> entries, final double sum, final BigDecimal exactSum)
    {
        if (Double.isInfinite(sum))
        {
            return;
        }
        final BigDecimal magnitudes = entries.stream()
            .map((entry) -> new BigDecimal(entry.value()).abs())
            .reduce(BigDecimal.ZERO, BigDecimal::add);
        final BigDecimal bound = exactSum.abs().multiply(new BigDecimal("1e-15"))
            .add(magnitudes.multiply(SECOND_ORDER).multiply(BigDecimal.valueOf(entries.size()).pow(2)));
        if (new BigDecimal(sum).subtract(exactSum).abs().compareTo(bound) > 0)
        {
            throw new AssertionError("compensated sum " + sum + " is not " + exactSum.doubleValue() + " of " + entries);
        }
    }
}
