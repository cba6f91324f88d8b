package io.tailrace.perf.certify.counter;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The running values of a pane: all of them exact, but for the compensated sum, which is the definition itself.
 */
final class ModelSums
{
    private static final MathContext QUOTIENT = new MathContext(60);

    private ModelAggregate.Entry first;
    private ModelAggregate.Entry last;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double sum;
    private double lost;
    private boolean isOverflown;
    private BigDecimal exactSum = BigDecimal.ZERO;
    private BigDecimal magnitudes = BigDecimal.ZERO;
    private BigDecimal squares = BigDecimal.ZERO;
    private long count;

    /** In order of arrival. */
    void add(final ModelAggregate.Entry entry)
    {
        count++;
        first = first == null || entry.eventTimeNs() < first.eventTimeNs() ? entry : first;
        last = last == null || entry.eventTimeNs() >= last.eventTimeNs() ? entry : last;
        min = Math.min(min, entry.value());
        max = Math.max(max, entry.value());
        addCompensated(entry.value());
        final BigDecimal exact = new BigDecimal(entry.value());
        exactSum = exactSum.add(exact);
        magnitudes = magnitudes.add(exact.abs());
        squares = squares.add(exact.multiply(exact));
    }

    /** What they amount to now. */
    ModelAggregate aggregate()
    {
        final double total = isOverflown ? sum : sum + lost;
        final double m2 = Double.isInfinite(total) ? Double.POSITIVE_INFINITY : exactM2();
        return new ModelAggregate(
            count, total, min, max, first.value(), last.value(), m2, exactSum, magnitudes);
    }

    /** Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, 1974. */
    private void addCompensated(final double value)
    {
        if (isOverflown)
        {
            return;
        }
        final double next = sum + value;
        isOverflown = Double.isInfinite(next);
        if (!isOverflown)
        {
            lost += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
        }
        sum = next;
    }

    private double exactM2()
    {
        final BigDecimal number = BigDecimal.valueOf(count);
        return squares.multiply(number).subtract(exactSum.pow(2)).divide(number, QUOTIENT).doubleValue();
    }
}
