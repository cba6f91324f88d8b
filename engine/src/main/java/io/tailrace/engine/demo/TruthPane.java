package io.tailrace.engine.demo;

import java.math.BigInteger;

import io.tailrace.codec.Timing;

/** The readings of one window of one key, counted in whole steps, so that nothing is ever rounded before the end. */
final class TruthPane
{
    private final long deviceId;
    private final long metric;
    private long count;
    private long sum;
    private long squares;
    private long min = Long.MAX_VALUE;
    private long max = Long.MIN_VALUE;
    private long first;
    private long firstTimeNs;
    private long last;
    private long lastTimeNs;
    private int firings;

    TruthPane(final long deviceId, final long metric)
    {
        this.deviceId = deviceId;
        this.metric = metric;
    }

    void add(final long timeNs, final long steps)
    {
        sum = Math.addExact(sum, steps);
        squares = Math.addExact(squares, Math.multiplyExact(steps, steps));
        min = Math.min(min, steps);
        max = Math.max(max, steps);
        if (count == 0 || timeNs < firstTimeNs)
        {
            first = steps;
            firstTimeNs = timeNs;
        }
        if (count == 0 || timeNs >= lastTimeNs)
        {
            last = steps;
            lastTimeNs = timeNs;
        }
        count++;
    }

    WindowRow fire(final int operator, final long startNs, final long endNs, final Timing timing)
    {
        return new WindowRow(
            operator,
            deviceId,
            metric,
            startNs,
            endNs,
            count,
            value(sum),
            value(min),
            value(max),
            value(first),
            value(last),
            m2(),
            firings++,
            timing);
    }

    /** Sum of squares minus square of the sum over the count, in whole numbers up to the last division. */
    private double m2()
    {
        final BigInteger n = BigInteger.valueOf(count);
        final BigInteger total = BigInteger.valueOf(sum);
        final BigInteger numerator = BigInteger.valueOf(squares).multiply(n).subtract(total.multiply(total));
        final double steps = PlantReading.STEPS_PER_UNIT;
        return numerator.doubleValue() / count / (steps * steps);
    }

    private static double value(final long steps)
    {
        return steps / (double)PlantReading.STEPS_PER_UNIT;
    }
}
