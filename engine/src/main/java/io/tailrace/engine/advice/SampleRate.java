package io.tailrace.engine.advice;

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
    /** @return readings per second of the pair in the middle; 0 if not known. */
    public double perSecond()
    {
        return medianNs == 0 ? 0 : 1e9 / medianNs;
    }
}
