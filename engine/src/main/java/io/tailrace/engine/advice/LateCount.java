package io.tailrace.engine.advice;

/**
 * What a choice does to the readings of a sample, counted one by one.
 *
 * @param choice   of event time.
 * @param readings that pass the window's filter.
 * @param revised  readings that came after the end of their last window, and were still taken.
 * @param late     readings that no window took any more.
 */
public record LateCount(Choice choice, long readings, long revised, long late)
{
    /** @return late readings, as a part of all, 0 to 1. */
    public double share()
    {
        return readings == 0 ? 0 : late / (double)readings;
    }
}
