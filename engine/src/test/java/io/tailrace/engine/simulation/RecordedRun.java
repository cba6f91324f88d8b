package io.tailrace.engine.simulation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.engine.Engine;
import io.tailrace.engine.SimulatedLaunch;
import io.tailrace.engine.checkpoint.CheckpointAgent;
import io.tailrace.engine.checkpoint.StateCapture;
import io.tailrace.engine.config.CheckpointConfig;
import io.tailrace.engine.config.DedupBy;
import io.tailrace.engine.config.DedupConfig;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.EventTimeConfig;
import io.tailrace.engine.config.KeyKind;
import io.tailrace.engine.config.LimitsConfig;
import io.tailrace.engine.config.ReferenceClock;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.WatermarkKind;
import io.tailrace.engine.config.WindowConfig;
import io.tailrace.engine.operator.MessageBytes;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.reference.ReferenceInput;
import io.tailrace.engine.reference.ReferenceReading;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.stage.EgressStage;
import io.tailrace.engine.stage.JournalStage;
import io.tailrace.engine.stage.OperatorStage;
import io.tailrace.engine.stage.StageView;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The stages of an engine, one after the other on one thread, with journal and results log in a real archive, and a
 * checkpoint now and then. It ends with all drained: what is recorded then is a few segments of either.
 */
final class RecordedRun
{
    private static final int TERM_LENGTH = 64 * 1024;
    private static final int MTU = 8 * 1024;
    private static final int JOURNAL_STREAM = 1001;
    private static final int RESULTS_STREAM = 1002;
    private static final int READINGS = 3_000;
    private static final int CHECKPOINT_EVERY = 900;
    private static final int DEVICES = 8;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_NS = TimeUnit.MILLISECONDS.toNanos(1_700_000_000_000L);
    private static final long DEADLINE_NS = 60 * SECOND_NS;

    private RecordedRun()
    {
    }

    /** A message of the journal and where it stands. */
    record Message(long position, byte[] bytes)
    {
    }

    /** Windows of two types, late readings, and readings that come twice. */
    static EngineConfig config(final Path dataDir)
    {
        return EngineConfig.builder()
            .dataDir(dataDir)
            .limits(LimitsConfig.builder().devices(64).keys(64).ringSlots(64).resultSlots(256).build())
            .source(SourceConfig.embedded("app").build())
            .eventTime(EventTimeConfig.builder()
                .referenceClock(ReferenceClock.NONE)
                .watermark(WatermarkKind.GLOBAL)
                .outOfOrdernessNs(SECOND_NS / 5)
                .idleAfterNs(3600 * SECOND_NS)
                .build())
            .dedup(DedupConfig.builder().by(DedupBy.SEQUENCE).windowIds(64).build())
            .checkpoint(CheckpointConfig.builder().intervalNs(900 * SECOND_NS).retain(2).build())
            .window(WindowConfig.tumbling("second", SECOND_NS)
                .key(KeyKind.DEVICE).allowedLatenessNs(SECOND_NS / 2).build())
            .window(WindowConfig.session("session", SECOND_NS / 4).key(KeyKind.DEVICE).build())
            .build();
    }

    /** Records it all, and returns the journal. */
    static List<Message> record(final Path dataDir, final long seed)
    {
        final EngineConfig config = config(dataDir);
        final MessageBytes inputs = new MessageBytes(inputs(new SplittableRandom(seed)));
        final List<Message> messages = new ArrayList<>();
        try (EmbeddedArchive archive = EmbeddedArchive.launch(
            DataDirectory.acquire(dataDir),
            ArchiveConfig.defaults().withLengths(TERM_LENGTH, TERM_LENGTH, MTU),
            RecordedRun::fail);
            RecordedLog journal = RecordedLog.open(archive, Engine.JOURNAL, JOURNAL_STREAM, TERM_LENGTH);
            RecordedLog resultsLog = RecordedLog.open(archive, Engine.RESULTS, RESULTS_STREAM, TERM_LENGTH))
        {
            final ResultsRing results = new ResultsRing(256);
            final CheckpointDirectory directory = CheckpointDirectory.open(dataDir);
            final SimulatedLaunch launch =
                new SimulatedLaunch(config, journal, resultsLog, directory, RecordedRun::fail);
            try (OperatorCore core = launch.recover(results, 1);
                StateCapture capture = new StateCapture(core, results))
            {
                final UnsafeBuffer started = launch.started(START_NS);
                final byte[] bytes = new byte[EventRing.SLOT_LENGTH];
                started.getBytes(0, bytes);
                final long startPosition = launch.begin(started);
                messages.add(new Message(startPosition - EventRing.SLOT_LENGTH, bytes));

                final EventRing ring = new EventRing(64, false);
                final JournalStage journalStage = new JournalStage(ring, journal);
                final OperatorStage operatorStage = new OperatorStage(
                    ring,
                    journalStage.sequence(),
                    core,
                    results,
                    new StageView(1, config.operatorNames().size()),
                    capture,
                    startPosition,
                    resultsLog::durablePosition);
                ring.gate(operatorStage.sequence());
                final EgressStage egressStage = new EgressStage(results, journal::durablePosition, resultsLog,
                    System::nanoTime, new SingleWriterRecorder(EgressStage.MAX_LATENCY_NS, 0));
                final CheckpointAgent checkpoints = new CheckpointAgent(
                    config.checkpoint(),
                    directory,
                    capture,
                    core.sections(),
                    results,
                    journal,
                    resultsLog,
                    launch.origin(),
                    () -> Long.MAX_VALUE,
                    System::nanoTime,
                    RecordedRun::fail);
                final SplittableRandom random = new SplittableRandom(seed);
                final long deadlineNs = System.nanoTime() + DEADLINE_NS;
                long demand = 0;
                int next = 0;
                long journalled = -1;
                while (next < inputs.count() || results.published() != results.released() || core.isFiring() ||
                    operatorStage.sequence().get() < ring.cursor() || !checkpoints.isAnswered(demand) ||
                    resultsLog.durablePosition() < resultsLog.appendPosition())
                {
                    if (System.nanoTime() - deadlineNs > 0)
                    {
                        throw new AssertionError("not recorded in time: " + next + " of " + inputs.count());
                    }
                    final int count = Math.min(1 + random.nextInt(20), inputs.count() - next);
                    final long last = count == 0 ? EventRing.BACK_PRESSURED : ring.tryClaim(count);
                    if (last != EventRing.BACK_PRESSURED)
                    {
                        for (long slot = last - count + 1; slot <= last; slot++)
                        {
                            UnsafeApi.copyMemory(inputs.address(next), ring.address(slot), EventRing.SLOT_LENGTH);
                            if (++next % CHECKPOINT_EVERY == 0)
                            {
                                demand = checkpoints.demand();
                            }
                        }
                        ring.publish(last - count + 1, last);
                    }
                    journalStage.doWork();
                    while (journalled < journalStage.sequence().get())
                    {
                        journalled++;
                        final byte[] message = new byte[EventRing.SLOT_LENGTH];
                        new UnsafeBuffer(ring.address(journalled), EventRing.SLOT_LENGTH).getBytes(0, message);
                        messages.add(new Message(ring.position(journalled), message));
                    }
                    operatorStage.doWork();
                    egressStage.doWork();
                    checkpoints.doWork();
                    Thread.onSpinWait();
                }
                checkpoints.onClose();
            }
        }
        return messages;
    }

    private static List<ReferenceInput> inputs(final SplittableRandom random)
    {
        final List<ReferenceInput> inputs = new ArrayList<>();
        for (int i = 0; i < READINGS; i++)
        {
            final long timeNs = START_NS + i * (SECOND_NS / 50) -
                (random.nextInt(20) == 0 ? random.nextLong(2 * SECOND_NS) : random.nextLong(SECOND_NS / 5));
            final int id = i == 0 || random.nextInt(15) != 0 ? i : i - 1 - random.nextInt(Math.min(i, 3));
            inputs.add(new ReferenceInput.Reading(new ReferenceReading(32, id, id % DEVICES, 1, timeNs, 4,
                START_NS + i * (SECOND_NS / 50), random.nextInt(1000) / 8.0, 0, 0, 0, 1)));
        }
        return inputs;
    }

    private static void fail(final Throwable error)
    {
        throw new AssertionError(error);
    }
}
