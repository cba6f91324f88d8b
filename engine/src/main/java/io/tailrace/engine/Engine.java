package io.tailrace.engine;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.journal.MemoryLog;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.engine.checkpoint.CheckpointCounts;
import io.tailrace.engine.checkpoint.CheckpointView;
import io.tailrace.engine.checkpoint.RecoveryForecast;
import io.tailrace.engine.checkpoint.StateCapture;
import io.tailrace.engine.config.ConfigurationException;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.ReservedStreams;
import io.tailrace.engine.config.SourceConfig;
import io.tailrace.engine.config.Transport;
import io.tailrace.engine.ingress.EngineClock;
import io.tailrace.engine.ingress.IngressAgent;
import io.tailrace.engine.ingress.IngressGate;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.ingress.Publisher;
import io.tailrace.engine.ingress.RejectsFile;
import io.tailrace.engine.monitor.EngineMonitor;
import io.tailrace.engine.monitor.ErrorFile;
import io.tailrace.engine.monitor.LatencyIntervals;
import io.tailrace.engine.monitor.LedgerReport;
import io.tailrace.engine.monitor.LedgerSnapshot;
import io.tailrace.engine.monitor.MonitoredEngine;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.overload.BacklogControl;
import io.tailrace.engine.overload.BacklogView;
import io.tailrace.engine.overload.NormalLane;
import io.tailrace.engine.queue.EngineQueues;
import io.tailrace.engine.queue.SampledQueue;
import io.tailrace.engine.retention.DiskView;
import io.tailrace.engine.retention.Retention;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import io.tailrace.engine.sink.ResultsLog;
import io.tailrace.engine.sink.Sinks;
import io.tailrace.engine.stage.EgressStage;
import io.tailrace.engine.stage.StageView;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The engine in one process: launched on a data directory, it replays its journal, opens its sources and runs until it
 * is closed.
 * <pre>
 *   lock - tail check - archive - replay - Started - sources - stages ... close: shut gate - drain - archive - unlock
 * </pre>
 * Threading: {@link #launch}, {@link #close} and the queries may be called from any thread; see {@link Publisher} for
 * the way in and {@link ResultSubscription} for the way out.
 */
public final class Engine implements AutoCloseable
{
    /** Name of the journal's recording. */
    public static final String JOURNAL = "journal";
    /** Name of the results log's recording. */
    public static final String RESULTS = "results";

    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int LATENCY_DIGITS = 3;

    /** How much of the results is kept for subscriptions if nothing is recorded: 16 MiB, 100,000 results or more. */
    private static final int RESULTS_IN_MEMORY = 16 << 20;
    private static final DiskView NO_RECORDINGS = new DiskView(Long.MAX_VALUE);

    private final EngineConfig config;
    private final ErrorFile errors;
    private final FailureHandler failures;
    private final Media media;
    private final EventRing ring;
    private final StageView view;
    private final IngressLedger ingressLedger;
    private final IngressGate gate;
    private final NormalLane lane;
    private final BacklogControl backlog;
    private EngineClock clock;
    private final SingleWriterRecorder latency =
        new SingleWriterRecorder(EgressStage.MAX_LATENCY_NS, LATENCY_DIGITS);
    private final LatencyIntervals latencyIntervals = new LatencyIntervals(latency);

    private OperatorCore core;
    private MessageLog journal;
    private MessageLog resultsLog;
    private RejectsFile rejects;
    private IngressAgent ingress;
    private Checkpoints checkpoints;
    private EngineTopology topology;
    private StateCapture capture;
    private Retention retention;
    private Subscriptions subscriptions;
    private boolean isCheckpointDue;
    private Sinks sinks;
    private EngineMonitor monitor;
    private Incarnation incarnation;
    private RecoveryReport recovery;
    private boolean hasDrained;
    private boolean isClosed;

    private Engine(
        final Context context,
        final Media media,
        final ErrorFile errors,
        final FailureHandler failures,
        final IngressGate gate)
    {
        this.config = context.config;
        this.gate = gate;
        this.errors = errors;
        this.media = media;
        this.failures = failures;
        final int sourceCount = Math.max(1, config.sources().size());
        final boolean hasPublishers =
            config.sources().stream().anyMatch(source -> source.transport() == Transport.EMBEDDED);
        ring = new EventRing(config.limits().ringSlots(), hasPublishers);
        view = new StageView(sourceCount, config.operatorNames().size());
        ingressLedger = new IngressLedger(sourceCount);
        lane = NormalLane.of(config, ingressLedger.turn());
        backlog = BacklogControl.of(config, ring::freed);
    }

    /**
     * Launches an engine: takes the data directory, rebuilds state from its journal, opens the sources and starts.
     *
     * @param context with at least a configuration.
     * @return the running engine.
     * @throws ConfigurationException  if the configuration asks for what this version does not do, or a source or the
     *                                 HTTP server cannot be opened.
     * @throws EngineRefusedException  if going on would change results that have been emitted.
     * @throws io.tailrace.archive.DataDirectoryLockedException if another engine runs on the directory.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if a recording is damaged.
     */
    public static Engine launch(final Context context)
    {
        context.conclude();
        final EngineConfig config = context.config;
        final ErrorFile errors = new ErrorFile(config.dataDir(), context.errorHandler);
        // Who publishes into a halted engine is told so, and does not wait for room that never comes.
        final IngressGate gate = new IngressGate();
        final FailureHandler failures = new FailureHandler(errors, gate::shut);
        Media media = null;
        Engine engine = null;
        try
        {
            media = Media.launch(config, context.archiveIdle, context.archive, errors);
            engine = new Engine(context, media, errors, failures, gate);
            engine.start(context);
            return engine;
        }
        catch (final Throwable ex)
        {
            CloseHelper.quietCloseAll(null == engine ? media : engine::release, errors);
            throw ex;
        }
    }

    /**
     * A way to put readings on the ring from the calling thread.
     *
     * @param sourceName name of a source of the configuration with {@code embedded: true}.
     * @return a publisher, for one thread.
     */
    public Publisher publisher(final String sourceName)
    {
        final int source = sourceIndex(sourceName);
        final SourceConfig sourceConfig = config.sources().get(source);
        if (sourceConfig.transport() != Transport.EMBEDDED)
        {
            throw new IllegalArgumentException("source=" + sourceName + ", expected an embedded one");
        }
        return new Publisher(
            source,
            ring,
            clock,
            ingressLedger,
            gate,
            sourceConfig.isCritical() ? null : lane,
            null == backlog ? null : backlog.publisher(source));
    }

    /**
     * Reads the results log from a sequence on, and follows it.
     *
     * @param fromSequence of the current results epoch.
     * @return a subscription, for one thread, to be closed before the engine.
     * @throws PurgedResultException    if retention has purged that result: it names the first one that is kept.
     * @throws IllegalArgumentException if the sequence is negative.
     */
    public ResultSubscription subscribe(final long fromSequence)
    {
        if (fromSequence < 0)
        {
            throw new IllegalArgumentException("fromSequence=" + fromSequence + ", expected 0 or more");
        }
        return open(incarnation.epoch(), fromSequence);
    }

    /**
     * Reads the results log from a result of this or an older epoch on, and follows it through all newer ones. With
     * {@code at-least-once} each incarnation has an epoch of its own; who goes on here with the epoch and the sequence
     * after the last result that it has seen misses none, and sees some again.
     *
     * @param epoch        of the result.
     * @param fromSequence in that epoch; the epoch may have ended before it.
     * @return a subscription, for one thread, to be closed before the engine.
     * @throws PurgedResultException    if retention has purged that result: it names the first one that is kept.
     * @throws IllegalArgumentException if the sequence is negative, or the epoch has not begun.
     */
    public ResultSubscription subscribe(final int epoch, final long fromSequence)
    {
        if (fromSequence < 0 || epoch < 0 || epoch > incarnation.epoch())
        {
            throw new IllegalArgumentException("epoch=" + epoch + ", fromSequence=" + fromSequence +
                ", expected an epoch up to " + incarnation.epoch() + " and a sequence of 0 or more");
        }
        return open(epoch, fromSequence);
    }

    /**
     * Reads the results log from the first result of the current epoch that is kept, and follows it.
     *
     * @return a subscription, for one thread, to be closed before the engine.
     */
    public ResultSubscription subscribe()
    {
        return open(incarnation.epoch(), ResultSubscription.FIRST_KEPT);
    }

    /** @return the ledgers now. */
    public LedgerReport ledger()
    {
        return new LedgerSnapshot(config, ring, view, ingressLedger).take();
    }

    /**
     * Cheaper than {@link #ledger}.
     *
     * @return readings received so far, shed ones included, all sources and incarnations.
     */
    public long received()
    {
        long sum = 0;
        for (int source = 0; source < ingressLedger.sourceCount(); source++)
        {
            sum += ingressLedger.received(source);
        }
        return sum;
    }

    /** @return what the operators show of themselves now, a copy. */
    public StageView view()
    {
        final StageView copy = new StageView(ingressLedger.sourceCount(), config.operatorNames().size());
        view.copyTo(copy);
        return copy;
    }

    /** @return the latencies from ingest stamp to append in the results log since the last call, ns. */
    public Histogram intervalLatency()
    {
        return latencyIntervals.take();
    }

    /**
     * The duty cycles of ingress and stages since the last call, idling included.
     *
     * @return ns, by the role name of the thread; empty histograms unless the context has them recorded.
     */
    public Map<String, Histogram> dutyCycles()
    {
        final Map<String, Histogram> cycles = new TreeMap<>();
        topology.threads().forEach(thread -> cycles.put(thread.roleName(), thread.takeCycles()));
        return cycles;
    }

    /** @return the configuration. */
    public EngineConfig config()
    {
        return config;
    }

    /** @return how state was rebuilt at launch. */
    public RecoveryReport recovery()
    {
        return recovery;
    }

    /** @return local UDP port of a source. */
    public int udpPort(final String sourceName)
    {
        return ingress.udpPort(sourceIndex(sourceName));
    }

    /** @return epoch of the results that are emitted now. */
    public int resultsEpoch()
    {
        return incarnation.epoch();
    }

    /** @return where HTTP is served, with the actual port; null: nowhere. */
    public InetSocketAddress httpAddress()
    {
        return monitor.httpAddress();
    }

    /** @return name of the directory of the media driver, for Aeron senders on this machine. */
    public String aeronDirectoryName()
    {
        return media.directory().aeronDirectoryName();
    }

    /** @return journal position up to which everything is durable. */
    public long durablePosition()
    {
        return journal.durablePosition();
    }

    /** @return position where the results log ends. */
    public long resultsPosition()
    {
        return resultsLog.appendPosition();
    }

    /** @return slots of the event ring that are taken. */
    public long ringDepth()
    {
        return ring.depth();
    }

    /** @return how full the disk is, now and later. */
    public DiskView disk()
    {
        return null == retention ? NO_RECORDINGS : retention.view();
    }

    /** @return why the engine has halted, or null. */
    public Throwable failure()
    {
        return failures.failure();
    }

    /**
     * Waits until everything that was taken so far has become durable results.
     *
     * @return whether it has; false: the time is over, or the engine has failed.
     */
    public boolean awaitDrained(final long timeoutNs)
    {
        final long deadlineNs = System.nanoTime() + timeoutNs;
        final EngineTopology.Drain drain = topology.drain();
        final IdleStrategy idle = new SleepingMillisIdleStrategy(1);
        while (!drain.isDone())
        {
            if (failures.isHalted() || System.nanoTime() - deadlineNs > 0)
            {
                return false;
            }
            idle.idle();
        }
        return true;
    }

    /**
     * Takes a checkpoint now, and waits for it.
     *
     * @throws IllegalStateException with {@code mode: in-memory}, which has none.
     * @return whether one is complete that was begun after this was called, whatever becomes of one that is under way;
     *         false: the time is over, the engine has failed, it could not be written, or there is no room for it.
     */
    public boolean checkpoint(final long timeoutNs)
    {
        requireRecordings("checkpoint");
        final long deadlineNs = System.nanoTime() + timeoutNs;
        final long demand = checkpoints.demand();
        final IdleStrategy idle = new SleepingMillisIdleStrategy(1);
        while (!checkpoints.isAnswered(demand))
        {
            if (failures.isHalted() || System.nanoTime() - deadlineNs > 0)
            {
                return false;
            }
            idle.idle();
        }
        return checkpoints.isFulfilled(demand);
    }

    /** @return what has become of the checkpoints. */
    public CheckpointCounts checkpoints()
    {
        return null == checkpoints ? new CheckpointCounts() : checkpoints.counts();
    }

    /** @return ns that a recovery would take if the engine were killed now; see {@link RecoveryForecast}. */
    public long predictedRecoveryNs()
    {
        return checkpointView().predictedRecoveryNs();
    }

    /** @return the devices that come back with readings of before, and how far they are; in this run. */
    public BacklogView backlog()
    {
        return null == backlog ? BacklogView.none(ingressLedger.sourceCount()) : backlog.view();
    }

    /** @return whether, when it was closed, all that had been taken had become durable results. */
    public boolean hasDrained()
    {
        return hasDrained;
    }

    /**
     * Stops taking readings, lets what was taken become durable results, and releases everything. Idempotent.
     *
     * @throws IllegalStateException if called by a thread of the engine itself, such as from an error handler.
     */
    @Override
    public synchronized void close()
    {
        if (isClosed)
        {
            return;
        }
        if (topology.isOwnThread(Thread.currentThread()) ||
            null != sinks && sinks.isOwnThread(Thread.currentThread()))
        {
            throw new IllegalStateException("an engine cannot be closed by its own thread");
        }
        // An interrupted thread would interrupt the agents that it joins, and with them their channels.
        final boolean isInterrupted = Thread.interrupted();
        try
        {
            gate.shut();
            gate.awaitEmpty(new SleepingMillisIdleStrategy(1));
            topology.closeIngress();
            hasDrained = awaitDrained(DRAIN_TIMEOUT_NS);
            if (hasDrained && null != checkpoints)
            {
                // The next launch replays nothing.
                checkpoint(DRAIN_TIMEOUT_NS);
            }
            release();
        }
        finally
        {
            if (isInterrupted)
            {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void start(final Context context)
    {
        rejects = new RejectsFile(config.dataDir());
        final ResultsRing results = new ResultsRing(config.limits().resultSlots());
        if (media.isRecording())
        {
            startRecorded(context, results);
        }
        else
        {
            startInMemory(context, results);
        }
        monitor = EngineMonitor.start(media.aeron(), monitored());
        if (null != retention)
        {
            retention.start();
        }
        topology.start();
        if (null != checkpoints)
        {
            checkpoints.start();
            if (isCheckpointDue)
            {
                checkpoints.demand();
            }
        }
    }

    private void startRecorded(final Context context, final ResultsRing results)
    {
        final EmbeddedArchive archive = media.archive();
        final RecordedLog recordedJournal =
            RecordedLog.open(archive, JOURNAL, ReservedStreams.JOURNAL, archive.config().journalTermLength());
        journal = recordedJournal;
        final RecordedLog recordedResults =
            RecordedLog.open(archive, RESULTS, ReservedStreams.RESULTS, archive.config().resultsTermLength());
        resultsLog = recordedResults;
        final CheckpointDirectory directory = CheckpointDirectory.open(archive.directory().dir());
        final Recovery rebuilt = new Recovery(context, archive.tailReports(), journal, resultsLog, directory, errors);
        core = rebuilt.run(results, ingressLedger);
        incarnation = rebuilt.incarnation();
        final long startPosition = beginIncarnation(rebuilt.newEpoch());
        StoredConfig.write(config, incarnation.epoch());
        recovery = rebuilt.report();
        isCheckpointDue = rebuilt.isCheckpointDue();
        checkpoints = new Checkpoints(
            config.checkpoint(),
            directory,
            core,
            results,
            journal,
            resultsLog,
            incarnation.origin(rebuilt.history()),
            () -> null == retention ? Long.MAX_VALUE : retention.roomForCheckpoints(),
            failures,
            errors);
        startTopology(context, results, checkpoints.capture(), startPosition);
        sinks = Sinks.start(
            config,
            archive.directory().id(),
            new ResultsLog(config.dataDir(), recordedResults.descriptor(), resultsLog::durablePosition, errors),
            errors);
        retention = new Retention(
            config,
            archive.directory().dir(),
            recordedJournal,
            checkpoints::journalFloor,
            recordedResults,
            checkpoints::resultsFloor,
            () -> checkpoints.counts().bytesAhead(),
            sinks,
            clock,
            gate,
            errors);
        final ResultReplays replays = new ResultReplays(config.dataDir(), recordedResults, errors);
        subscriptions = (epoch, fromSequence) -> ResultSubscription.open(replays, epoch, fromSequence);
    }

    /** Nothing is read and nothing is kept but the newest results, for subscriptions of this process. */
    private void startInMemory(final Context context, final ResultsRing results)
    {
        final MemoryLog memory = MemoryLog.keeping(RESULTS, RESULTS_IN_MEMORY);
        journal = context.memoryLogs.apply(MemoryLog.discarding(JOURNAL));
        resultsLog = context.memoryLogs.apply(memory);
        core = new OperatorCore(config, results);
        incarnation = Incarnation.first(config.digest(), context.tzVersion());
        final long startPosition = beginIncarnation(Incarnation.EPOCH_BEGINS);
        recovery = RecoveryReport.none(context.tzVersion());
        capture = new StateCapture(core, results);
        startTopology(context, results, capture, startPosition);
        subscriptions = (epoch, fromSequence) -> ResultSubscription.open(memory, epoch, fromSequence);
    }

    private void startTopology(
        final Context context, final ResultsRing results, final StateCapture stateCapture, final long startPosition)
    {
        view.onProcessed(core, -1);
        ingress = new IngressAgent(
            config.sources(),
            ring,
            media.aeron(),
            clock,
            ingressLedger,
            rejects,
            gate,
            lane,
            backlog,
            config.eventTime().tickIntervalNs());
        topology = new EngineTopology(
            config.layout(),
            ring,
            results,
            journal,
            resultsLog,
            core,
            view,
            stateCapture,
            startPosition,
            config.mode() == DeliveryMode.EXACTLY_ONCE ? journal::durablePosition : () -> Long.MAX_VALUE,
            ingress,
            clock,
            latency,
            failures,
            context.isTrackingStalls,
            context.isRecordingCycles);
    }

    private CheckpointView checkpointView()
    {
        return null == checkpoints ?
            new CheckpointView(
                new CheckpointCounts(),
                SystemNanoClock.INSTANCE,
                journal.openPosition(),
                journal::openPosition,
                RecoveryForecast.of(0, 0, 0)) :
            checkpoints.view(recovery);
    }

    private MonitoredEngine monitored()
    {
        return new MonitoredEngine(
            config,
            ring,
            view,
            ingressLedger,
            ingress,
            journal::durablePosition,
            resultsLog::appendPosition,
            latencyIntervals,
            topology.threads(),
            null == sinks ? List.of() : sinks.statuses(),
            incarnation.epoch(),
            errors,
            failures::failure,
            disk(),
            checkpointView(),
            queues(),
            media.driver().receiverWindowLength(),
            backlog());
    }

    private EngineQueues queues()
    {
        final List<SampledQueue> sampled = null == checkpoints ? List.of() : List.of(checkpoints.queue());
        return new EngineQueues(topology.queues(), sampled, topology.pressures(), topology::releasedResults, clock);
    }

    /** Journals who begins, and returns where its frame ends. */
    private long beginIncarnation(final int newEpoch)
    {
        // Engine time never falls, also if the wall clock has been set back since.
        clock = new EngineClock(core.watermark().engineTimeNs());
        final UnsafeBuffer message =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(EventRing.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        incarnation.encode(message, clock.nanoTime(), newEpoch);
        final long deadlineNs = System.nanoTime() + DRAIN_TIMEOUT_NS;
        long position;
        while ((position = journal.append(message, 0, EventRing.SLOT_LENGTH)) < 0)
        {
            if (position == RecordedLog.LOST || System.nanoTime() - deadlineNs > 0)
            {
                throw new IllegalStateException("the journal takes nothing: " + journal.lostReason());
            }
            Thread.onSpinWait();
        }
        if (!core.onMessage(message.addressOffset(), position))
        {
            throw new IllegalStateException("results ring full at start");
        }
        return position + EventRing.SLOT_LENGTH;
    }

    private ResultSubscription open(final int epoch, final long fromSequence)
    {
        return subscriptions.open(epoch, fromSequence);
    }

    private void requireRecordings(final String what)
    {
        if (!media.isRecording())
        {
            throw new IllegalStateException("there is no " + what + " with mode: in-memory");
        }
    }

    private int sourceIndex(final String name)
    {
        for (int i = 0; i < config.sources().size(); i++)
        {
            if (config.sources().get(i).name().equals(name))
            {
                return i;
            }
        }
        throw new IllegalArgumentException("source=" + name + ", expected one of " +
            config.sources().stream().map(SourceConfig::name).toList());
    }

    /** In reverse order of opening. */
    private void release()
    {
        isClosed = true;
        if (null == topology && null != ingress)
        {
            ingress.close();
        }
        CloseHelper.closeAll(
            failures,
            checkpoints,
            topology,
            (AutoCloseable)this::freeCapture,
            sinks,
            monitor,
            retention,
            core,
            resultsLog,
            journal,
            rejects,
            media,
            errors);
    }

    private void freeCapture()
    {
        if (null != checkpoints)
        {
            checkpoints.free();
        }
        CloseHelper.close(capture);
    }

    /** Opens subscriptions on whatever keeps the results. */
    @FunctionalInterface
    private interface Subscriptions
    {
        ResultSubscription open(int epoch, long fromSequence);
    }

    /**
     * What an engine is launched with. A context serves one launch.
     */
    public static final class Context
    {
        private EngineConfig config;
        private ErrorHandler errorHandler = ErrorLog::log;
        private LongConsumer progress = position -> { };
        private boolean isNewEpoch;
        private boolean isTimeZoneDataAccepted;
        private String tzVersion;
        private Supplier<IdleStrategy> archiveIdle = EmbeddedArchive::newIdleStrategy;
        private UnaryOperator<ArchiveConfig> archive = UnaryOperator.identity();
        private boolean isTrackingStalls = true;
        private boolean isRecordingCycles;
        private boolean isReplayingWholeJournal;
        private UnaryOperator<MessageLog> memoryLogs = UnaryOperator.identity();
        private boolean isConcluded;

        /** What to run; required. */
        public Context config(final EngineConfig config)
        {
            this.config = config;
            return this;
        }

        /** Told of every error, from any thread, which must not close the engine; default: the log. */
        public Context errorHandler(final ErrorHandler errorHandler)
        {
            this.errorHandler = errorHandler;
            return this;
        }

        /**
         * Restores no checkpoint, but replays the whole journal and compares all results with it; default: the newest
         * checkpoint is restored.
         */
        public Context replayWholeJournal(final boolean isReplayingWholeJournal)
        {
            this.isReplayingWholeJournal = isReplayingWholeJournal;
            return this;
        }

        /** Told the journal position now and then during replay; default: nobody. */
        public Context progress(final LongConsumer progress)
        {
            this.progress = progress;
            return this;
        }

        /** Begins a new results epoch at the end of the journal; default: the last one goes on. */
        public Context newEpoch(final boolean isNewEpoch)
        {
            this.isNewEpoch = isNewEpoch;
            return this;
        }

        /**
         * Goes on in the same results epoch although the time-zone data of this JVM has another version than that of
         * the journal. Results that have been emitted do not change: if some would, the launch is refused all the same.
         * Default: another version refuses the launch.
         */
        public Context acceptTimeZoneData(final boolean isTimeZoneDataAccepted)
        {
            this.isTimeZoneDataAccepted = isTimeZoneDataAccepted;
            return this;
        }

        /** Version of the time-zone data, for tests; default: that of this JVM. */
        Context timeZoneData(final String version)
        {
            tzVersion = TimeZoneData.stored(version);
            return this;
        }

        /** What stands for the journal and results log that keep nothing, for tests; default: themselves. */
        Context memoryLogs(final UnaryOperator<MessageLog> memoryLogs)
        {
            this.memoryLogs = memoryLogs;
            return this;
        }

        /** How the threads of the archive idle; default: they back off to 100 microseconds. */
        public Context archiveIdle(final Supplier<IdleStrategy> archiveIdle)
        {
            this.archiveIdle = archiveIdle;
            return this;
        }

        /** Changes how driver and archive are set up, for tests; default: nothing. */
        Context archive(final UnaryOperator<ArchiveConfig> archive)
        {
            this.archive = archive;
            return this;
        }

        /**
         * Measures the duty cycles of all threads, and with them the time under back pressure and how long things stay
         * in the queues between them, at the cost of one clock reading a cycle; default: true.
         */
        public Context trackStalls(final boolean isTrackingStalls)
        {
            this.isTrackingStalls = isTrackingStalls;
            return this;
        }

        /**
         * Records every duty cycle of ingress and stages, for {@link #dutyCycles}; default: false.
         */
        public Context recordDutyCycles(final boolean isRecordingCycles)
        {
            this.isRecordingCycles = isRecordingCycles;
            return this;
        }

        EngineConfig config()
        {
            return config;
        }

        boolean isNewEpoch()
        {
            return isNewEpoch;
        }

        boolean isTimeZoneDataAccepted()
        {
            return isTimeZoneDataAccepted;
        }

        boolean isReplayingWholeJournal()
        {
            return isReplayingWholeJournal;
        }

        String tzVersion()
        {
            return tzVersion;
        }

        LongConsumer progress()
        {
            return progress;
        }

        private void conclude()
        {
            if (isConcluded)
            {
                throw new IllegalStateException("context has been used");
            }
            isConcluded = true;
            Objects.requireNonNull(config, "config");
            tzVersion = null == tzVersion ? TimeZoneData.currentVersion() : tzVersion;
            SupportedFeatures.require(config);
        }
    }
}
