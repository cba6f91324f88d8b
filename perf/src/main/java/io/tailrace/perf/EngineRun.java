package io.tailrace.perf;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.tailrace.engine.Engine;
import io.tailrace.engine.ResultSubscription;
import io.tailrace.engine.config.Transport;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerRow;
import io.tailrace.perf.report.Verdict;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;

/**
 * One engine under load with one subscriber: launched on a fresh directory, fed, finished, checked and closed.
 * <pre>
 *   launch - offer ... - finish: flush, until every event has come back in a result - check - close
 * </pre>
 * Threading: the thread that offers may be another than the one that launched and finishes, one after the other.
 */
final class EngineRun implements AutoCloseable, EventSink
{
    private static final long FINISH_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long POLL_NS = 50_000L;

    private final RunErrors errors;
    private final Engine engine;
    private final Publisher publisher;
    private final ResultSubscription subscription;
    private final ResultsReader reader;
    private final AgentRunner readerRunner;

    private EngineRun(
        final Engine.Context context,
        final ResultsReader.WindowListener windows,
        final ResultsReader.AlertListener alerts,
        final long readerParkNs,
        final RunErrors errors)
    {
        this.errors = errors;
        engine = Engine.launch(context.errorHandler(errors));
        ResultSubscription opened = null;
        try
        {
            publisher = engine.config().sources().get(0).transport() == Transport.EMBEDDED ?
                engine.publisher(ReferenceJob.SOURCE) : null;
            opened = engine.subscribe(0);
            subscription = opened;
            reader = new ResultsReader(subscription::poll, System::nanoTime, windows, alerts);
            readerRunner = new AgentRunner(
                new BackoffIdleStrategy(10, 10, 1_000, readerParkNs), errors, null, reader);
            AgentRunner.startOnThread(readerRunner);
        }
        catch (final Throwable ex)
        {
            CloseHelper.quietCloseAll(opened, engine);
            throw ex;
        }
    }

    /**
     * Launches an engine and its subscriber.
     *
     * @param context  with a fresh data directory; its error handler is set here.
     * @param windows  told of each window result, on the subscriber's thread.
     * @param alerts   told of each alert, likewise, or {@link ResultsReader#NO_ALERTS}.
     * @param readerParkNs how long the subscriber parks at most when there is nothing to read: it shares two cores
     *                     with those whose work it waits for.
     * @param errors   of all threads.
     */
    static EngineRun launch(
        final Engine.Context context,
        final ResultsReader.WindowListener windows,
        final ResultsReader.AlertListener alerts,
        final long readerParkNs,
        final RunErrors errors)
    {
        return new EngineRun(context, windows, alerts, readerParkNs, errors);
    }

    /** {@inheritDoc} For engines with an embedded source. */
    @Override
    public int offer(final DirectBuffer buffer, final int offset, final int count)
    {
        return publisher.offer(buffer, offset, count);
    }

    /** @return the engine. */
    Engine engine()
    {
        return engine;
    }

    /**
     * Waits until events have come in that another process has sent; no longer than some do.
     *
     * @return events that have.
     */
    long awaitReceived(final long published)
    {
        long received = engine.received();
        long sinceNs = System.nanoTime();
        while (received < published && System.nanoTime() - sinceNs < SILENCE_NS && !errors.hasError())
        {
            LockSupport.parkNanos(POLL_NS);
            final long now = engine.received();
            if (now != received)
            {
                received = now;
                sinceNs = System.nanoTime();
            }
        }
        return received;
    }

    /**
     * Closes all windows, and waits until every event that was received has come back in a result.
     *
     * @param flush     sends the event that closes them, on the way that all others took; answers whether it did.
     * @param received events, all that will be.
     * @return whether all have come back; false: the time is over, or there was an error.
     */
    boolean finish(final BooleanSupplier flush, final long received)
    {
        final long deadlineNs = System.nanoTime() + FINISH_TIMEOUT_NS;
        boolean isFlushed = false;
        while (!isFlushed || reader.eventCount() < received)
        {
            isFlushed = isFlushed || flush.getAsBoolean();
            if (errors.hasError() || System.nanoTime() - deadlineNs > 0)
            {
                return false;
            }
            LockSupport.parkNanos(POLL_NS);
        }
        return true;
    }

    /**
     * Ends the subscriber and judges the run. After {@link #finish}.
     *
     * @param published events without the one that flushes.
     * @return the reader, for what it has found.
     */
    ResultsReader check(final Verdict verdict, final long published)
    {
        verdict.require(engine.awaitDrained(FINISH_TIMEOUT_NS), "the engine has not drained");
        final long emitted = engine.view().nextResultSequence();
        final LedgerReport ledger = engine.ledger();
        readerRunner.close();
        reader.check(verdict, published);
        verdict.requireEqual(emitted, reader.nextSequence(), "results read");
        checkLedger(verdict, ledger, published + 1);
        verdict.require(null == engine.failure(), "the engine has failed: " + engine.failure());
        errors.check(verdict);
        return reader;
    }

    static void checkLedger(final Verdict verdict, final LedgerReport ledger, final long published)
    {
        verdict.requireEqual(0, ledger.unaccounted(), "events unaccounted for");
        verdict.requireEqual(0, ledger.total("source", "kernel-drops"), "datagrams that the kernel dropped");
        verdict.requireEqual(0, ledger.total("source", "malformed"), "datagrams that were malformed");
        verdict.requireEqual(published, ledger.received(), "events received");
        verdict.requireEqual(published, ledger.total("source", "accepted"), "events accepted");
        verdict.requireEqual(published, applied(ledger, ReferenceJob.WINDOW), "events applied");
    }

    /** @return events that an operator has applied. */
    static long applied(final LedgerReport ledger, final String operator)
    {
        return ledger.rows().stream()
            .filter(row -> row.scope().equals("operator") && row.name().equals(operator) &&
                row.reason().equals("applied"))
            .mapToLong(LedgerRow::count)
            .sum();
    }

    @Override
    public void close()
    {
        CloseHelper.closeAll(errors, readerRunner, subscription, engine);
    }
}
