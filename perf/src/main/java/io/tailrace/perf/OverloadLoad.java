package io.tailrace.perf;

import io.tailrace.perf.report.Report;

/**
 * What offers load to the engine of an overload run, phase by phase.
 * <p>
 * Threading: one thread calls.
 */
interface OverloadLoad extends AutoCloseable
{
    /**
     * What a phase has come to.
     *
     * @param due      readings of its schedule.
     * @param sent     of them.
     * @param refusals how often nothing was taken.
     */
    record Offered(long due, long sent, long refusals)
    {
    }

    /**
     * Begins to offer.
     *
     * @param startNs when the first reading is due.
     * @param rate    readings a second.
     * @param seconds how long.
     */
    void begin(long startNs, long rate, int seconds);

    /** Ends the phase. What was not taken by now stays where it is. */
    Offered end(String name, Report report);

    /** Ends everything, and judges whether what was sent and nothing else has an outcome. */
    void finish(Report report);

    @Override
    void close();
}
