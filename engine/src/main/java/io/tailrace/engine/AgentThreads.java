package io.tailrace.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.agrona.concurrent.AgentRunner;

/** The end of threads whose memory is freed next. */
final class AgentThreads
{
    private static final long PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private AgentThreads()
    {
    }

    /**
     * Closes a runner and waits until its agent has ended, also if the calling thread is interrupted, which it still is
     * afterwards.
     */
    static void close(final AgentRunner runner)
    {
        boolean isInterrupted = Thread.interrupted();
        runner.close();
        while (!runner.isClosed())
        {
            isInterrupted |= Thread.interrupted();
            LockSupport.parkNanos(PARK_NS);
        }
        if (isInterrupted | Thread.interrupted())
        {
            Thread.currentThread().interrupt();
        }
    }
}
