package io.tailrace.perf.jmh;

import java.util.concurrent.TimeUnit;

import io.tailrace.archive.journal.RecordedLog;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingIdleStrategy;

/**
 * Deletes the segments of a recording behind its end, one at a time, so that a benchmark may go on for as long as it
 * likes.
 * <p>
 * Threading: its own agent.
 */
final class SegmentPurger implements Agent, AutoCloseable
{
    private static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final RecordedLog log;
    private final AgentRunner runner;
    private volatile Throwable failure;

    SegmentPurger(final RecordedLog log)
    {
        this.log = log;
        runner = new AgentRunner(new SleepingIdleStrategy(PERIOD_NS), ex -> failure = ex, null, this);
        AgentRunner.startOnThread(runner);
    }

    @Override
    public int doWork()
    {
        return log.purgeBefore(log.durablePosition()) ? 1 : 0;
    }

    @Override
    public String roleName()
    {
        return "purger";
    }

    @Override
    public void close()
    {
        runner.close();
        if (null != failure)
        {
            throw new IllegalStateException("purging failed", failure);
        }
    }
}
