package io.tailrace.engine.simulation;

import java.util.SplittableRandom;

import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.engine.SimulatedLaunch;
import io.tailrace.engine.checkpoint.CheckpointAgent;
import io.tailrace.engine.checkpoint.CheckpointCounts;
import io.tailrace.engine.checkpoint.StateCapture;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.stage.EgressStage;
import io.tailrace.engine.stage.JournalStage;
import io.tailrace.engine.stage.OperatorStage;
import io.tailrace.engine.stage.StageView;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An engine from its launch to its end: the real recovery and the real stages, each of whose duty cycles is a step that
 * the scheduler may choose next.
 */
final class SimulatedLife implements AutoCloseable
{
    private static final int DRAIN_STEPS = 400_000;
    private static final int CLAIMED_AT_ONCE = 6;
    private static final long INTERVAL_NS = 1_000_000_000L;
    private static final int TIME_STEP_NS = 300_000_000;
    private static final int MAX_RING_SHIFT = 4;
    private static final int DEMANDED_OF = 50;

    /** What can happen next. */
    private enum Step
    {
        INGRESS,
        JOURNAL,
        WINDOW,
        EGRESS,
        CHECKPOINT,
        JOURNAL_DISK,
        RESULTS_DISK,
        TIME,
        PURGE
    }

    private static final Step[] STEPS = Step.values();

    private final SimulatedWorld world;
    private final SplittableRandom random;
    private final Mutation mutation;
    private final FakeLog journal;
    private final FakeLog resultsLog;
    private final EventRing ring;
    private final ResultsRing results;
    private final OperatorCore core;
    private StateCapture capture;
    private JournalStage journalStage;
    private OperatorStage operatorStage;
    private EgressStage egressStage;
    private CheckpointAgent checkpointAgent;
    private final int[] weights = new int[STEPS.length];
    private int weightSum;
    private long clockNs;
    private long journalled = -1;
    private boolean isIngressClosed;

    SimulatedLife(final SimulatedWorld world, final Runnable onOperation)
    {
        this.world = world;
        random = world.random();
        mutation = world.mutation();
        final EngineConfig config = world.engineConfig();
        final int refused = random.nextInt(3) * 15;
        journal = new FakeLog(world.journal(), random, refused, onOperation);
        resultsLog = new FakeLog(world.results(), random, refused, onOperation);
        final int smallest = BitUtil.findNextPositivePowerOfTwo(OperatorCore.minResultSlots(config));
        results = new ResultsRing(smallest << random.nextInt(3));
        ring = new EventRing(8 << random.nextInt(MAX_RING_SHIFT), false);

        final CheckpointDirectory directory = CheckpointDirectory.open(world.dir());
        final SimulatedLaunch launch = new SimulatedLaunch(
            config, journal, mutation.comparedWith(resultsLog), directory, world::onError);
        core = launch.recover(results, Math.max(1, config.sources().size()));
        try
        {
            world.onRecovered(core, launch.report());
            start(config, launch, directory);
        }
        catch (final Throwable ex)
        {
            close();
            throw ex;
        }
        for (final Step step : STEPS)
        {
            weights[step.ordinal()] = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(10);
            weightSum += weights[step.ordinal()];
        }
    }

    private void start(final EngineConfig config, final SimulatedLaunch launch, final CheckpointDirectory directory)
    {
        final UnsafeBuffer started = launch.started(world.timeOf(core));
        world.onPublished(started.addressOffset());
        final long startPosition = launch.begin(started);
        world.onJournalled(startPosition - EventRing.SLOT_LENGTH);
        final StageView view = new StageView(Math.max(1, config.sources().size()), config.operatorNames().size());
        capture = new StateCapture(core, results);
        journalStage = new JournalStage(ring, journal);
        operatorStage = new OperatorStage(
            ring, journalStage.sequence(), core, results, view, capture, startPosition, resultsLog::durablePosition);
        ring.gate(operatorStage.sequence());
        egressStage = new EgressStage(
            results, mutation.gateOf(journal)::durablePosition, resultsLog, () -> clockNs,
            new SingleWriterRecorder(EgressStage.MAX_LATENCY_NS, 0));
        checkpointAgent = new CheckpointAgent(
            config.checkpoint(),
            directory,
            capture,
            core.sections(),
            results,
            journal,
            mutation.settledBy(resultsLog),
            launch.origin(),
            () -> Long.MAX_VALUE,
            () -> clockNs,
            world::onError);
    }

    static long intervalNs()
    {
        return INTERVAL_NS;
    }

    /** Takes steps, some of them, and then is left where it stands. */
    void run(final int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            step(next());
        }
    }

    /** Takes steps until all input is in, and all its results are durable. */
    void runToEnd()
    {
        for (int i = 0; world.inputsLeft() > 0 || !isDrained(); i++)
        {
            requireProgress(i);
            step(STEPS[random.nextInt(STEPS.length)]);
        }
    }

    /** Takes no more input, drains, takes a checkpoint and closes the logs. */
    void shutDown()
    {
        isIngressClosed = true;
        for (int i = 0; !isDrained(); i++)
        {
            requireProgress(i);
            step(STEPS[random.nextInt(STEPS.length)]);
        }
        final long demand = checkpointAgent.demand();
        for (int i = 0; !checkpointAgent.isAnswered(demand); i++)
        {
            requireProgress(i);
            step(STEPS[random.nextInt(STEPS.length)]);
        }
        checkpointAgent.onClose();
        resultsLog.close();
        journal.close();
    }

    OperatorCore core()
    {
        return core;
    }

    StateCapture capture()
    {
        return capture;
    }

    FakeLog resultsLog()
    {
        return resultsLog;
    }

    /**
     * @return where the last message ends that the operators have taken and are firing, if a frame ends there; -1: they
     *     are not firing, or they are amid a frame.
     */
    long firingPosition()
    {
        if (!core.isFiring())
        {
            return -1;
        }
        final long position = ring.position(operatorStage.sequence().get() + 1) + EventRing.SLOT_LENGTH;
        return position == journal.medium().endPosition() || journal.medium().isFrame(position) ? position : -1;
    }

    /** Wants a checkpoint now. */
    void demandCheckpoint()
    {
        checkpointAgent.demand();
    }

    /** @return where the operators have come to if that is amid a frame; -1: it is not. */
    long positionInFrame()
    {
        final long next = operatorStage.sequence().get() + 1;
        if (core.isFiring() || next > journalStage.sequence().get())
        {
            return -1;
        }
        final long position = ring.position(next);
        return journal.medium().isFrame(position - FakeMedium.HEADER_LENGTH) ? -1 : position;
    }

    /** Frees memory and closes files, as the end of a process does; what is half written stays. */
    @Override
    public void close()
    {
        if (null != checkpointAgent)
        {
            world.keepHalfWritten(checkpointAgent::onClose);
        }
        if (null != capture)
        {
            capture.close();
        }
        core.close();
    }

    private Step next()
    {
        if (weightSum == 0)
        {
            return STEPS[random.nextInt(STEPS.length)];
        }
        int roll = random.nextInt(weightSum);
        int step = 0;
        while (roll >= weights[step])
        {
            roll -= weights[step++];
        }
        return STEPS[step];
    }

    private void step(final Step step)
    {
        clockNs++;
        final int work = switch (step)
        {
            case INGRESS -> ingress();
            case JOURNAL -> journal();
            case WINDOW -> window();
            case EGRESS -> egressStage.doWork();
            case CHECKPOINT -> checkpoint();
            case JOURNAL_DISK -> disk(world.journal());
            case RESULTS_DISK -> disk(world.results());
            case TIME -> time();
            case PURGE -> purge();
        };
        world.trace(step, work);
    }

    private int ingress()
    {
        final int count = Math.min(1 + random.nextInt(CLAIMED_AT_ONCE), isIngressClosed ? 0 : world.inputsLeft());
        if (count == 0)
        {
            return 0;
        }
        final long last = ring.tryClaim(count);
        if (last == EventRing.BACK_PRESSURED)
        {
            return 0;
        }
        for (long slot = last - count + 1; slot <= last; slot++)
        {
            world.takeInput(ring.address(slot));
        }
        ring.publish(last - count + 1, last);
        return count;
    }

    private int journal()
    {
        final int work = journalStage.doWork();
        while (journalled < journalStage.sequence().get())
        {
            world.onJournalled(ring.position(++journalled));
        }
        return work;
    }

    private int window()
    {
        final int work = operatorStage.doWork();
        mutation.afterWindow(this);
        return work;
    }

    private int checkpoint()
    {
        if (random.nextInt(DEMANDED_OF) == 0)
        {
            checkpointAgent.demand();
        }
        return checkpointAgent.doWork();
    }

    private int disk(final FakeMedium medium)
    {
        final long before = medium.durablePosition();
        medium.advance(random);
        return (int)(medium.durablePosition() - before);
    }

    private int time()
    {
        clockNs += random.nextInt(TIME_STEP_NS);
        return 0;
    }

    /** As the engine does: from where no checkpoint needs it. */
    private int purge()
    {
        if (!world.isPurging())
        {
            return 0;
        }
        final CheckpointCounts counts = checkpointAgent.counts();
        final long journalFloor = counts.keptJournalPosition();
        final long resultsFloor = counts.keptResultsPosition();
        final boolean isJournalPurged = journalFloor != CheckpointCounts.NONE && purge(journal, journalFloor);
        final boolean isResultsPurged =
            purge(resultsLog, resultsFloor == CheckpointCounts.NONE ? resultsLog.durablePosition() : resultsFloor);
        return (isJournalPurged ? 1 : 0) + (isResultsPurged ? 2 : 0);
    }

    /** The newest segment stays, since it says where the log has come to. */
    private static boolean purge(final FakeLog log, final long floor)
    {
        return log.purgeBefore(Math.min(floor, log.durablePosition() - 1));
    }

    private boolean isDrained()
    {
        return operatorStage.sequence().get() >= ring.cursor() &&
            !core.isFiring() &&
            results.published() == results.released() &&
            journal.durablePosition() == journal.appendPosition() &&
            resultsLog.durablePosition() == resultsLog.appendPosition();
    }

    private static void requireProgress(final int steps)
    {
        if (steps > DRAIN_STEPS)
        {
            throw new AssertionError("no end after " + steps + " steps");
        }
    }
}
