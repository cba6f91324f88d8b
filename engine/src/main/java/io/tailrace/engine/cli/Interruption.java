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

    private final AtomicBoolean isShutDown = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::onShutdown, "interruption");
    private boolean isInterrupted;

    Interruption()
    {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Whether to end; for the thread that runs the command. An interrupt is kept until {@link #close}, so that
     * tidying up is not interrupted too.
     */
    boolean isRequested()
    {
        isInterrupted |= Thread.interrupted();
        return isInterrupted || isShutDown.get();
    }

    @Override
    public void close()
    {
        closed.countDown();
        if (!isShutDown.get())
        {
            try
            {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
            catch (final IllegalStateException ex)
            {
                // The process ends just now: the hook finds the latch open.
                isShutDown.set(true);
            }
        }
        if (isInterrupted)
        {
            Thread.currentThread().interrupt();
        }
    }

    private void onShutdown()
    {
        isShutDown.set(true);
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
