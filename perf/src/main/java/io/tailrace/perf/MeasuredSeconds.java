package io.tailrace.perf;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.tailrace.perf.report.Report;
import io.tailrace.perf.workload.ArrivalSchedule;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.NoOpIdleStrategy;

/**
 * The measured part of a schedule, behind its warm-up: samples recorders by the second, while an idle thread records
 * its own hiccups.
 * <pre>
 *   |-- warm-up --|-- second 1 --|-- second 2 --| ... |-- overtime: what the last events cause --|
 *              begin         sample, an interval each                                       finish
 * </pre>
 * Threading: one thread samples and waits.
 */
final class MeasuredSeconds implements AutoCloseable
{
    /** How much longer than the schedule a run may take, ns. */
    static final long OVERTIME_NS = TimeUnit.SECONDS.toNanos(30);

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_NS = 1_000_000L;

    private final long fromNs;
    private final long untilNs;
    private final RunErrors errors;
    private final List<Latencies> recorded = new ArrayList<>();
    private final HiccupMeter control;
    private final AgentRunner controlRunner;
    private long startTimeMs;

    /**
     * @param schedule    of the run.
     * @param warmupCount events of the warm-up.
     * @param errors      end every wait.
     */
    MeasuredSeconds(final ArrivalSchedule schedule, final long warmupCount, final RunErrors errors)
    {
        this.errors = errors;
        fromNs = schedule.intendedNs(warmupCount);
        untilNs = schedule.endNs();
        control = new HiccupMeter(System::nanoTime, LockSupport::parkNanos, fromNs, untilNs);
        controlRunner = new AgentRunner(NoOpIdleStrategy.INSTANCE, errors, null, control);
    }

    /** Has a recorder sampled. Before {@link #begin}. */
    Latencies record(final Supplier<Histogram> recorder)
    {
        final Latencies latencies = new Latencies(recorder);
        recorded.add(latencies);
        return latencies;
    }

    /** Starts the control, and waits until the warm-up is over. */
    void begin()
    {
        AgentRunner.startOnThread(controlRunner);
        awaitTime(fromNs);
        startTimeMs = System.currentTimeMillis();
    }

    /** Samples every second until the schedule is over. */
    void sample()
    {
        for (long endNs = fromNs + SECOND_NS; endNs - untilNs <= 0; endNs += SECOND_NS)
        {
            awaitTime(endNs);
            recorded.forEach(Latencies::take);
        }
    }

    /** Waits for something, until the overtime is over. */
    void await(final BooleanSupplier condition)
    {
        final long deadlineNs = untilNs + OVERTIME_NS;
        while (!condition.getAsBoolean() && System.nanoTime() - deadlineNs < 0 && !errors.hasError())
        {
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Takes what was recorded after the last second, and ends the control. */
    void finish()
    {
        close();
        for (final Latencies latencies : recorded)
        {
            latencies.take();
            latencies.startedAt(startTimeMs);
        }
    }

    /** @return when the warm-up was over, epoch ms. */
    long startTimeMs()
    {
        return startTimeMs;
    }

    /** @return the control's hiccups, ns. After {@link #finish}. */
    Histogram control()
    {
        return control.histogram();
    }

    /** Adds the control's hiccups to a report. After {@link #finish}. */
    void addControl(final Report report, final String name)
    {
        report.percentiles(name, control.histogram());
        control.intervals(startTimeMs).forEach(interval -> report.interval(name, interval));
    }

    @Override
    public void close()
    {
        controlRunner.close();
    }

    private void awaitTime(final long timeNs)
    {
        while (System.nanoTime() - timeNs < 0 && !errors.hasError())
        {
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
