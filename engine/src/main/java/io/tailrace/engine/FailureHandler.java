package io.tailrace.engine;

import java.util.concurrent.atomic.AtomicReference;

import io.aeron.exceptions.AeronException;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentTerminationException;

/**
 * The first failure halts all agents: a stage that skipped its error would leave a silent gap in state. A warning,
 * such as that of a torn tail which was repaired, is passed on and halts nobody.
 * <p>
 * Threading: any.
 */
final class FailureHandler implements ErrorHandler
{
    private final ErrorHandler delegate;
    private final Runnable onHalt;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean isHalted;

    /**
     * @param delegate told of everything that is not merely the end of an agent.
     * @param onHalt   run with each failure, on the thread that failed: idempotent, and never blocks.
     */
    FailureHandler(final ErrorHandler delegate, final Runnable onHalt)
    {
        this.delegate = delegate;
        this.onHalt = onHalt;
    }

    @Override
    public void onError(final Throwable throwable)
    {
        if (throwable instanceof AgentTerminationException)
        {
            // How an agent ends because of a failure that was told already.
            return;
        }
        if (throwable instanceof AeronException event && event.category() == AeronException.Category.WARN)
        {
            delegate.onError(throwable);
            return;
        }
        failure.compareAndSet(null, throwable);
        isHalted = true;
        onHalt.run();
        delegate.onError(throwable);
    }

    boolean isHalted()
    {
        return isHalted;
    }

    Throwable failure()
    {
        return failure.get();
    }
}
