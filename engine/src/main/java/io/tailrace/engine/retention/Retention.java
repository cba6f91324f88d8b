package io.tailrace.engine.retention;

import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

import io.aeron.exceptions.AeronEvent;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.ingress.IngressGate;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;

/**
 * Bounds what a running engine keeps on disk.
 * <p>
 * Threading: one thread, {@code retention}, which mostly sleeps; {@link #close} by the engine, before the recordings
 * are closed.
 */
public final class Retention implements AutoCloseable
{
    private static final long IDLE_MS = 50;

    private final RetentionAgent agent;
    private final EpochNanoClock clock;
    private final DiskView view;
    private final AgentRunner runner;

    /**
     * @param config       of the engine.
     * @param dataDir      its data directory.
     * @param journal      its journal.
     * @param journalFloor journal position from which on everything has to be kept: what recovery replays.
     * @param results      its results log.
     * @param resultsFloor position of the results log likewise: what recovery compares.
     * @param ahead        bytes to be kept for the next checkpoint.
     * @param followers    of the results log.
     * @param clock        of the engine.
     * @param gate         held while there is no room.
     * @param errors       told of alarms, as warnings, and of what fails.
     */
    public Retention(
        final EngineConfig config,
        final Path dataDir,
        final RecordedLog journal,
        final LongSupplier journalFloor,
        final RecordedLog results,
        final LongSupplier resultsFloor,
        final LongSupplier ahead,
        final LogFollowers followers,
        final EpochNanoClock clock,
        final IngressGate gate,
        final ErrorHandler errors)
    {
        this.clock = clock;
        final DiskPlan plan = DiskPlan.of(config);
        final int longestSegment =
            Math.max(journal.segmentLength(), results.segmentLength());
        view = new DiskView(plan.budget());
        agent = new RetentionAgent(
            clock,
            List.of(
                new LogRetention(
                    new RetainedRecording(results), config.retention().resultsNs(), resultsFloor, followers),
                new LogRetention(
                    new RetainedRecording(journal), config.retention().journalNs(), journalFloor)),
            new DirectoryUsage(dataDir, List.of(journal.descriptor(), results.descriptor())),
            new DiskBudget(plan.budget(), plan.reserve(longestSegment)),
            ahead,
            view,
            gate,
            line -> errors.onError(new AeronEvent(line)));
        runner = new AgentRunner(new SleepingMillisIdleStrategy(IDLE_MS), errors, null, agent);
    }

    /** Looks once, so that nothing is taken if there is no room to begin with, and goes on doing so. */
    public void start()
    {
        agent.look(clock.nanoTime());
        AgentRunner.startOnThread(runner);
    }

    /** @return what it shows of itself. */
    public DiskView view()
    {
        return view;
    }

    /** @return bytes that checkpoints may take now; negative: none. From any thread. */
    public long roomForCheckpoints()
    {
        return agent.roomForCheckpoints();
    }

    @Override
    public void close()
    {
        runner.close();
    }
}
