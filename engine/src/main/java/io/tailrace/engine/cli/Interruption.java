package io.tailrace.engine.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Whether the process, or the thread that runs the command, is told to end. While it is open, a process that is told
 * so waits for the command to tidy up.
 */
final class Interruption implements AutoCloseable
{
    private static final long TIDY_TIMEOUT_S = 10;

    private final AtomicBoolean isRequested = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "interruption");
    private final Thread runner = Thread.currentThread();

    Interruption()
    {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** @return whether to end. */
    boolean isRequested()
    {
        return isRequested.get() || runner.isInterrupted();
    }

    @Override
    public void close()
    {
        closed.countDown();
        if (!isRequested.get())
        {
            try
            {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
            catch (final IllegalStateException ex)
            {
                // The process ends just now: the hook finds the latch open.
                isRequested.set(true);
            }
        }
    }

    private void onShutdown()
    {
        isRequested.set(true);
        try
        {
            closed.await(TIDY_TIMEOUT_S, TimeUnit.SECONDS);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
        }
    }
}
