package io.tailrace.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.checkpoint.StateCapture;
import io.tailrace.engine.config.Layout;
import io.tailrace.engine.ingress.EngineClock;
import io.tailrace.engine.ingress.IngressAgent;
import io.tailrace.engine.monitor.TrackedAgent;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.queue.BackPressure;
import io.tailrace.engine.queue.CycleListener;
import io.tailrace.engine.queue.QueueMeter;
import io.tailrace.engine.queue.WatchedQueue;
import io.tailrace.engine.ring.DurableSlots;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.stage.EgressStage;
import io.tailrace.engine.stage.JournalStage;
import io.tailrace.engine.stage.OperatorStage;
import io.tailrace.engine.stage.StageView;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * The whole pipeline, and on which threads it runs.
 * <pre>
 *   1 ingress   sources, ticks                      --&gt; event ring
 *   2 journal   event ring                          --&gt; journal            (positions beside the slots)
 *   3 window    event ring, up to stage 2           --&gt; results ring       (frees the slots)
 *   4 egress    results ring, up to durable journal --&gt; results log
 *
 *   compact     | 1 | 2 3 4 |        driver and archive on two threads that back off
 *   balanced    | 1 | 2 | 3 4 |      likewise
 *   dedicated   | 1 | 2 | 3 | 4 |    each busy-spins on a CPU of its own ({@link CpuPinning}), driver and
 *                                          archive have a thread per agent
 * </pre>
 * A result leaves only after both the journal and the operators have done with its cause; with at-least-once, after
 * its cause has been appended to the journal.
 */
final class EngineTopology implements AutoCloseable
{
    private static final int CYCLE_DIGITS = 3;

    private final EventRing ring;
    private final ResultsRing results;
    private final MessageLog journal;
    private final MessageLog resultsLog;
    private final IngressAgent ingress;
    private final EngineClock clock;
    private final JournalStage journalStage;
    private final OperatorStage operatorStage;
    private final EgressStage egressStage;
    private final boolean isTrackingStalls;
    private final boolean isRecordingCycles;
    private final AgentRunner ingressRunner;
    private final List<AgentRunner> stageRunners = new ArrayList<>();
    private final List<TrackedAgent> threads = new ArrayList<>();
    private final CpuPinning pinning;

    EngineTopology(
        final Layout layout,
        final EventRing ring,
        final ResultsRing results,
        final MessageLog journal,
        final MessageLog resultsLog,
        final OperatorCore core,
        final StageView view,
        final StateCapture capture,
        final long startPosition,
        final LongSupplier causesUpTo,
        final IngressAgent ingress,
        final EngineClock clock,
        final SingleWriterRecorder latency,
        final FailureHandler failures,
        final boolean isTrackingStalls,
        final boolean isRecordingCycles)
    {
        this.isTrackingStalls = isTrackingStalls || isRecordingCycles;
        this.isRecordingCycles = isRecordingCycles;
        this.ring = ring;
        this.results = results;
        this.journal = journal;
        this.resultsLog = resultsLog;
        this.ingress = ingress;
        this.clock = clock;
        journalStage = new JournalStage(ring, journal);
        operatorStage = new OperatorStage(
            ring, journalStage.sequence(), core, results, view, capture, startPosition, resultsLog::durablePosition);
        ring.gate(operatorStage.sequence());
        ingress.follow(new DurableSlots(ring, journalStage.sequence(), journal::durablePosition));
        egressStage = new EgressStage(results, causesUpTo, resultsLog, clock, latency);

        ingressRunner = runner(layout, failures, ingress, ingress);
        switch (layout)
        {
            case COMPACT:
                stageRunners.add(runner(
                    layout,
                    failures,
                    new CompositeAgent(journalStage, operatorStage, egressStage),
                    journalStage,
                    operatorStage,
                    egressStage));
                break;

            case BALANCED:
                stageRunners.add(runner(layout, failures, journalStage, journalStage));
                stageRunners.add(runner(
                    layout, failures, new CompositeAgent(operatorStage, egressStage), operatorStage, egressStage));
                break;

            case DEDICATED:
            default:
                stageRunners.add(runner(layout, failures, journalStage, journalStage));
                stageRunners.add(runner(layout, failures, operatorStage, operatorStage));
                stageRunners.add(runner(layout, failures, egressStage, egressStage));
                break;
        }
        pinning = CpuPinning.of(layout, stageRunners.size() + 1, failures);
    }

    void start()
    {
        stageRunners.forEach(runner -> AgentRunner.startOnThread(runner, pinning.nextThread()));
        AgentRunner.startOnThread(ingressRunner, pinning.nextThread());
    }

    void closeIngress()
    {
        AgentThreads.close(ingressRunner);
    }

    /** @return the progress of all that is on the ring now to durable results. */
    Drain drain()
    {
        return new Drain();
    }

    boolean isOwnThread(final Thread thread)
    {
        return ingressRunner.thread() == thread || stageRunners.stream().anyMatch(runner -> runner.thread() == thread);
    }

    /** @return the last slot that is in the journal. */
    long journalledSequence()
    {
        return journalStage.sequence().get();
    }

    /** @return the duty cycles of ingress and stages, one for each thread; none if they are not tracked. */
    List<TrackedAgent> threads()
    {
        return threads;
    }

    /** @return the queues between the stages, in the direction of the flow; of a log only if it is recorded. */
    List<WatchedQueue> queues()
    {
        final List<WatchedQueue> queues = new ArrayList<>();
        queues.add(new WatchedQueue("ring", ring::depth, ring::capacity, ring.meter()));
        addLog(queues, "journal", journal, journalStage.backlog());
        queues.add(new WatchedQueue("results-ring", results::depth, results::capacity, results.meter()));
        addLog(queues, "results-log", resultsLog, egressStage.backlog());
        return queues;
    }

    /** @return how many results have left the results ring; by any thread. */
    long releasedResults()
    {
        return results.released();
    }

    /** @return time under back pressure of all stages; none if their duty cycles are not measured. */
    List<BackPressure> pressures()
    {
        return isTrackingStalls ?
            List.of(
                ingress.pressure(),
                journalStage.pressure(),
                operatorStage.pressure(),
                egressStage.gatePressure(),
                egressStage.pressure()) :
            List.of();
    }

    @Override
    public void close()
    {
        AgentThreads.close(ingressRunner);
        stageRunners.forEach(AgentThreads::close);
    }

    private static void addLog(
        final List<WatchedQueue> queues, final String name, final MessageLog log, final QueueMeter backlog)
    {
        if (log.windowLength() > 0)
        {
            queues.add(new WatchedQueue(
                name, () -> Math.max(0, log.appendPosition() - log.durablePosition()), log::windowLength, backlog));
        }
    }

    private AgentRunner runner(
        final Layout layout, final FailureHandler failures, final Agent agent, final CycleListener... listeners)
    {
        return new AgentRunner(
            idleStrategy(layout), failures, null, new GuardedAgent(tracked(agent, listeners), failures));
    }

    private Agent tracked(final Agent agent, final CycleListener... listeners)
    {
        if (!isTrackingStalls)
        {
            return agent;
        }
        final TrackedAgent tracked = new TrackedAgent(
            agent,
            clock,
            isRecordingCycles ? new SingleWriterRecorder(TrackedAgent.MAX_CYCLE_NS, CYCLE_DIGITS) : null,
            listeners);
        threads.add(tracked);
        return tracked;
    }

    private static IdleStrategy idleStrategy(final Layout layout)
    {
        return switch (layout)
        {
            // Two cores are shared by four busy threads: who has nothing to do must get out of the way.
            case COMPACT -> new BackoffIdleStrategy(20, 10, 1_000, 100_000);
            case BALANCED -> new YieldingIdleStrategy();
            case DEDICATED -> new BusySpinIdleStrategy();
        };
    }

    /** What was on the ring at one moment, on its way through operators, results ring and results log. */
    final class Drain
    {
        private final long lastSlot = ring.cursor();
        private long lastResult = -1;
        private long lastPosition = -1;

        boolean isDone()
        {
            if (lastResult < 0 && operatorStage.sequence().get() >= lastSlot)
            {
                lastResult = results.published();
            }
            if (lastResult >= 0 && lastPosition < 0 && results.released() >= lastResult)
            {
                lastPosition = resultsLog.appendPosition();
            }
            return lastPosition >= 0 && resultsLog.durablePosition() >= lastPosition;
        }
    }
}
