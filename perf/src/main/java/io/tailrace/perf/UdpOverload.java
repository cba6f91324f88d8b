package io.tailrace.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.engine.Engine;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.perf.report.Report;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.storm.Fleet;
import io.tailrace.perf.storm.SenderProcess;
import io.tailrace.perf.storm.SenderReport;
import io.tailrace.perf.storm.SenderSettings;
import io.tailrace.perf.workload.ReferenceWorkload;

/**
 * Load from another process, over UDP with acknowledgements: sessions that take the readings in turns. What their
 * windows have no room for stays there.
 */
final class UdpOverload implements OverloadLoad
{
    private static final int SESSIONS = 16;
    private static final long DRAIN_NS = TimeUnit.SECONDS.toNanos(60);

    private final Engine engine;
    private final SenderProcess sender;
    private long sent;
    private long refusals;

    /**
     * Starts the process, and waits until it is ready.
     *
     * @param dir    where its files go.
     * @param engine with one source, of {@link #source}.
     */
    UdpOverload(final Path dir, final Engine engine)
    {
        this.engine = engine;
        final Fleet fleet = new Fleet(
            1,
            ReferenceWorkload.DEVICES,
            SESSIONS,
            ReferenceWorkload.METRIC,
            false,
            ReferenceWorkload.EVENT_TIME_START_NS,
            ReferenceJob.EVENT_RATE);
        try
        {
            sender = SenderProcess.start(dir, new SenderSettings(
                ReferenceJob.SOURCE,
                LoadSource.UDP.destination(engine),
                "",
                "",
                fleet,
                SenderSettings.MAX_PER_DATAGRAM,
                true,
                true));
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        try
        {
            sender.awaitReady();
        }
        catch (final IOException ex)
        {
            sender.close();
            throw new UncheckedIOException(ex);
        }
        catch (final RuntimeException ex)
        {
            sender.close();
            throw ex;
        }
    }

    /** @return the source of the engine. */
    static SourceConfig source()
    {
        return LoadSource.UDP.config().toBuilder().ack(true).build();
    }

    @Override
    public void begin(final long startNs, final long rate, final int seconds)
    {
        try
        {
            sender.schedule(startNs, rate);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public Offered end(final String name, final Report report)
    {
        try
        {
            final SenderProcess.Held held = sender.hold();
            final Offered offered = new Offered(held.due() - sent, held.sent() - sent, held.refusals() - refusals);
            sent = held.sent();
            refusals = held.refusals();
            return offered;
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void finish(final Report report)
    {
        final SenderReport own;
        try
        {
            sender.end();
            own = sender.awaitReport();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", ex);
        }
        final Verdict verdict = report.verdict();
        verdict.require(engine.awaitDrained(DRAIN_NS), "the engine has not drained");
        final LedgerReport ledger = engine.ledger();
        verdict.requireEqual(sent, own.readings(), "readings that were sent, of all phases");
        verdict.requireEqual(0, own.givenUp(), "datagrams given up");
        verdict.requireEqual(own.datagrams(), own.durable() + own.shed(), "datagrams that were acknowledged");
        verdict.requireEqual(own.readings(), ledger.received(), "events received");
        verdict.requireEqual(0, ledger.unaccounted(), "events unaccounted for");
        verdict.requireEqual(0, ledger.total("source", "malformed"), "datagrams that were malformed");
        verdict.requireEqual(own.readings(), ledger.total("source", "accepted"), "events accepted");
        report.figure("datagrams durable, shed, resent, kernel drops", own.durable() + ", " + own.shed() + ", " +
            own.resent() + ", " + ledger.total("source", "kernel-drops"));
    }

    @Override
    public void close()
    {
        sender.close();
    }
}
