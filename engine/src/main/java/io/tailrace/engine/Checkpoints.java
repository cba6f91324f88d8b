package io.tailrace.engine;

import java.util.function.LongSupplier;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.engine.checkpoint.CheckpointAgent;
import io.tailrace.engine.checkpoint.CheckpointCounts;
import io.tailrace.engine.checkpoint.CheckpointView;
import io.tailrace.engine.checkpoint.RecoveryForecast;
import io.tailrace.engine.checkpoint.StateCapture;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.queue.SampledQueue;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The checkpoints of a running engine: the thread that writes them, and what the recordings must keep for them.
 * <p>
 * Threading: {@link #start} and {@link #close} by the engine, before the stages are closed; all else by any.
 */
final class Checkpoints implements AutoCloseable
{
    private final MessageLog journal;
    private final MessageLog resultsLog;
    private final StateCapture capture;
    private final SampledQueue queue;
    private final CheckpointAgent agent;
    private final AgentRunner runner;

    Checkpoints(
        final CheckpointConfig config,
        final CheckpointDirectory directory,
        final OperatorCore core,
        final ResultsRing results,
        final MessageLog journal,
        final MessageLog resultsLog,
        final CheckpointAgent.Origin origin,
        final LongSupplier room,
        final FailureHandler failures,
        final ErrorHandler errors)
    {
        this.journal = journal;
        this.resultsLog = resultsLog;
        capture = new StateCapture(core, results);
        queue = new SampledQueue(
            "checkpoint", capture::filledChunks, capture::polledChunks, StateCapture.MAX_WAITING);
        agent = new CheckpointAgent(
            config,
            directory,
            capture,
            core.sections(),
            results,
            journal,
            resultsLog,
            origin,
            room,
            SystemNanoClock.INSTANCE,
            errors);
        // Two cores are shared by all: a checkpoint is in no hurry.
        runner = new AgentRunner(
            new BackoffIdleStrategy(1, 1, 10_000, 1_000_000), failures, null, new GuardedAgent(agent, failures));
    }

    void start()
    {
        AgentRunner.startOnThread(runner);
    }

    /** @return what the operators' thread captures the state with. */
    StateCapture capture()
    {
        return capture;
    }

    /** @return chunks of the state that wait for the disk. */
    SampledQueue queue()
    {
        return queue;
    }

    long demand()
    {
        return agent.demand();
    }

    boolean isFulfilled(final long demand)
    {
        return agent.isFulfilled(demand);
    }

    boolean isAnswered(final long demand)
    {
        return agent.isAnswered(demand);
    }

    CheckpointCounts counts()
    {
        return agent.counts();
    }

    /** @return what they show of themselves, and of a recovery at the rate of the last one. */
    CheckpointView view(final RecoveryReport last)
    {
        return new CheckpointView(
            agent.counts(),
            SystemNanoClock.INSTANCE,
            last.replayedFrom(),
            journal::durablePosition,
            RecoveryForecast.of(
                last.journalPosition() - last.replayedFrom(), last.replayedMessages(), last.replayNs()));
    }

    /** @return the journal is needed from here on: recovery replays it. */
    long journalFloor()
    {
        final long kept = agent.counts().keptJournalPosition();
        return kept == CheckpointCounts.NONE ? journal.startPosition() : kept;
    }

    /** @return the results log is needed from here on: recovery compares it. */
    long resultsFloor()
    {
        final long kept = agent.counts().keptResultsPosition();
        return kept == CheckpointCounts.NONE ? resultsLog.durablePosition() : kept;
    }

    @Override
    public void close()
    {
        AgentThreads.close(runner);
    }

    /** Frees what is under way, when the operators' thread has ended. */
    void free()
    {
        capture.close();
    }
}
