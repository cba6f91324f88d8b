package io.tailrace.engine.queue;

/**
 * Told when a duty cycle begins, by the thread that it belongs to, so that nobody else on that thread need read a
 * clock.
 */
public interface CycleListener
{
    /**
     * A duty cycle begins.
     *
     * @param nowNs   when, epoch ns.
     * @param cycleNs how long the one before has taken, idling after it included.
     */
    void onCycle(long nowNs, long cycleNs);
}
