package io.tailrace.perf;

import io.tailrace.perf.workload.ArrivalSchedule;

/**
 * What sends the events of a schedule to the engine, from wherever.
 * <pre>
 *   ready - start - ... - isDone - report - tryFlush - close
 * </pre>
 * Threading: one thread calls.
 */
interface LoadSender extends AutoCloseable
{
    /**
     * Begins. The schedule begins in a moment, so that everything is under way by then.
     *
     * @param schedule    of the events.
     * @param warmupCount the first events, whose lateness is not recorded.
     */
    void start(ArrivalSchedule schedule, long warmupCount);

    /** @return whether it has sent all, or will send no more. */
    boolean isDone();

    /** Ends the sending. @return how it fared. */
    PublisherReport report();

    /**
     * Sends the event that closes all windows, on the way that all others took. After {@link #report}.
     *
     * @return whether it is on its way; false: to be called again.
     */
    boolean tryFlush();

    @Override
    void close();
}
