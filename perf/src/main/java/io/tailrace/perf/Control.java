package io.tailrace.perf;

import java.util.concurrent.locks.LockSupport;

import io.tailrace.perf.report.Report;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NoOpIdleStrategy;

/**
 * The control of commands that have no schedule: an idle thread that records its own hiccups for as long as this is
 * open.
 * <p>
 * Threading: one thread opens and closes.
 */
public final class Control implements AutoCloseable
{
    /** Name of the control's histograms in every run directory. */
    public static final String NAME = "control";

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
    public static Control start()
    {
        final Control control = new Control();
        AgentRunner.startOnThread(control.runner);
        return control;
    }

    /** Ends the thread, and adds its hiccups to a report. */
    void addTo(final Report report)
    {
        addTo(report, NAME);
    }

    /**
     * Ends the thread, and adds its hiccups to a report.
     *
     * @param name of the histograms, which begins with {@link #NAME}.
     */
    public void addTo(final Report report, final String name)
    {
        close();
        errors.check(report.verdict());
        report.percentiles(name, meter.histogram());
        meter.intervals(startTimeMs).forEach(interval -> report.interval(name, interval));
    }

    /** Ends the thread. @return its hiccups, ns. */
    public Histogram histogram()
    {
        close();
        return meter.histogram();
    }

    @Override
    public void close()
    {
        runner.close();
    }
}
