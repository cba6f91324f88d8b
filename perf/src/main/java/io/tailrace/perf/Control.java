package io.tailrace.perf;

import java.util.concurrent.locks.LockSupport;

import io.tailrace.perf.report.Report;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NoOpIdleStrategy;

/**
 * The control of commands that have no schedule: an idle thread that records its own hiccups for as long as this is
 * open.
 * <p>
 * Threading: one thread opens and closes.
 */
final class Control implements AutoCloseable
{
    /** Name of the control's histograms in every run directory. */
    static final String NAME = "control";

    private static final long FOR_EVER_NS = Long.MAX_VALUE / 2;

    private final RunErrors errors = new RunErrors();
    private final long startTimeMs = System.currentTimeMillis();
    private final HiccupMeter meter;
    private final AgentRunner runner;

    private Control()
    {
        final long nowNs = System.nanoTime();
        meter = new HiccupMeter(System::nanoTime, LockSupport::parkNanos, nowNs, nowNs + FOR_EVER_NS);
        runner = new AgentRunner(NoOpIdleStrategy.INSTANCE, errors, null, meter);
    }

    /** Starts the thread. */
    static Control start()
    {
        final Control control = new Control();
        AgentRunner.startOnThread(control.runner);
        return control;
    }

    /** Ends the thread, and adds its hiccups to a report. */
    void addTo(final Report report)
    {
        close();
        errors.check(report.verdict());
        report.percentiles(NAME, meter.histogram());
        meter.intervals(startTimeMs).forEach(interval -> report.interval(NAME, interval));
    }

    @Override
    public void close()
    {
        runner.close();
    }
}
