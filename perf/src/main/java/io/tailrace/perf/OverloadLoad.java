package io.tailrace.perf;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;

/**
 * What offers load to the engine of an overload run, phase by phase.
 * <p>
 * Threading: one thread calls.
 */
interface OverloadLoad extends AutoCloseable
{
    /** What a phase has come to. */
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

    /** Ends everything, and judges whether what was sent and nothing else has come back in results. */
    void finish(Verdict verdict);

    @Override
    void close();
}
