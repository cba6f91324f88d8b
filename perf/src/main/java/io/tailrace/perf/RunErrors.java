package io.tailrace.perf;

import java.util.concurrent.atomic.AtomicReference;

import io.aeron.exceptions.AeronEvent;
import io.tailrace.perf.report.Verdict;
import org.agrona.ErrorHandler;

/**
 * Keeps the first error of a run, from whatever thread; a run with one has failed.
 * <p>
 * Threading: any.
 */
public final class RunErrors implements ErrorHandler
{
    private final AtomicReference<Throwable> first = new AtomicReference<>();

    @Override
    public void onError(final Throwable throwable)
    {
        if (!(throwable instanceof AeronEvent))
        {
            first.compareAndSet(null, throwable);
        }
    }

    /** @return whether there was one. */
    public boolean hasError()
    {
        return null != first.get();
    }

    /** Fails a run that had one. */
    public void check(final Verdict verdict)
    {
        final Throwable error = first.get();
        verdict.require(null == error, "error: " + error);
    }
}
