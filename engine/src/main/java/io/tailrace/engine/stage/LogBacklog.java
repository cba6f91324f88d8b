package io.tailrace.engine.stage;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.queue.QueueMeter;

/**
 * What a stage has appended to its log and is not durable yet: the depth after each append, and how long one of them
 * at a time takes, from the duty cycle in which it was appended to the one in which it is found durable.
 * <p>
 * Threading: the stage's thread. Hot path: allocation-free; reads a position per append and duty cycle.
 */
final class LogBacklog
{
    private static final long NO_TIME = Long.MIN_VALUE;

    private final MessageLog log;
    private final QueueMeter meter = new QueueMeter();
    private long cycleStartNs = NO_TIME;

    LogBacklog(final MessageLog log)
    {
        this.log = log;
    }

    /** One frame more was appended in this duty cycle. */
    void onAppended()
    {
        final long end = log.appendPosition();
        meter.onDepth(end - log.durablePosition());
        if (cycleStartNs != NO_TIME)
        {
            meter.onEntered(end, cycleStartNs);
        }
    }

    void onCycle(final long nowNs)
    {
        cycleStartNs = nowNs;
        if (meter.isFollowing())
        {
            meter.onLeft(log.durablePosition(), nowNs);
        }
    }

    QueueMeter meter()
    {
        return meter;
    }
}
