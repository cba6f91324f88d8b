package io.tailrace.engine.advice;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * How often the devices and metrics that pass a window's filter are sampled. Intervals in ns, each the median of one
 * device and metric; all 0 if no such pair has two readings in order.
 *
 * @param pairs     of device and metric with at least two readings in order.
 * @param shortestNs interval of the pair that is sampled most often.
 * @param medianNs   lower median over the pairs.
 * @param longestNs  interval of the pair that is sampled least often.
 */
public record SampleRate(int pairs, long shortestNs, long medianNs, long longestNs)
{
    /** @return readings per second of the pair in the middle, in three significant digits; 0 if not known. */
    public double perSecond()
    {
        if (medianNs == 0)
        {
            return 0;
        }
        final double rate = 1e9 / medianNs;
        return new BigDecimal(rate).round(new MathContext(3)).doubleValue();
    }
}
