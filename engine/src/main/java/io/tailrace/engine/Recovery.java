package io.tailrace.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.aeron.exceptions.AeronEvent;
import io.tailrace.archive.checkpoint.CheckpointChain;
import io.tailrace.archive.checkpoint.CheckpointDirectory;
import io.tailrace.archive.checkpoint.CheckpointEntry;
import io.tailrace.archive.checkpoint.CheckpointMeta;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.archive.recording.TailReport;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.checkpoint.CheckpointFooter;
import io.tailrace.engine.checkpoint.CheckpointGivenUpException;
import io.tailrace.engine.checkpoint.RestorePoint;
import io.tailrace.engine.config.DeliveryMode;
import io.tailrace.engine.config.EngineConfig;
import io.tailrace.engine.config.WindowType;
import io.tailrace.engine.ingress.EngineClock;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.ErrorHandler;

/**
 * Rebuilds state at launch: the newest checkpoint that is whole and of this configuration, and the journal from there
 * on; without one the journal from its beginning. Then a new incarnation may begin.
 * <pre>
 *   checkpoints --history--&gt; incarnation, or refused --&gt; restore --&gt; replay --&gt; state at the end
 * </pre>
 * Checkpoints that are ahead of the journal or of the results log, which can happen when their ends were damaged, are
 * of a future that will not come, and are deleted; so are, after the replay, those that could not be restored.
 * <p>
 * Threading: the launching thread.
 */
final class Recovery
{
    private final EngineConfig config;
    private final Engine.Context context;
    private final List<TailReport> tailReports;
    private final MessageLog journal;
    private final MessageLog resultsLog;
    private final CheckpointDirectory checkpoints;
    private final ErrorHandler errors;
    private final long endPosition;

    private JournalHistory history;
    private Incarnation incarnation;
    private RepeatPoint repeatPoint;
    private boolean isNewEpoch;
    private RestorePoint restored;
    private JournalReplay replay;
    private long windowsWholeAfterNs = WholeWindows.ALL;
    private long restoreNs;
    private long replayNs;

    Recovery(
        final Engine.Context context,
        final List<TailReport> tailReports,
        final MessageLog journal,
        final MessageLog resultsLog,
        final CheckpointDirectory checkpoints,
        final ErrorHandler errors)
    {
        this.context = context;
        config = context.config();
        this.tailReports = tailReports;
        this.journal = journal;
        this.resultsLog = resultsLog;
        this.checkpoints = checkpoints;
        this.errors = errors;
        endPosition = journal.openPosition();
    }

    /**
     * Decides who begins, restores and replays.
     *
     * @param results       of the core.
     * @param ingressLedger gets the counts that the journal knows.
     * @return the operators at the end of the journal; the caller closes them.
     * @throws EngineRefusedException if going on would change results that have been emitted.
     */
    OperatorCore run(final ResultsRing results, final IngressLedger ingressLedger)
    {
        final long startNs = System.nanoTime();
        final List<CheckpointChain> candidates = candidates();
        final JournalHistory before = history(candidates);
        isNewEpoch = null == before.last() || context.isNewEpoch();
        requireKnownHistory(before.last());
        incarnation = next(before.last());
        history = before.with(incarnation, endPosition);
        SourceRegistry.register(config);

        restored = RestorePoint.restore(
            context.isReplayingWholeJournal() ? List.of() : candidates,
            this::isUsable,
            incarnation.epoch(),
            newCore(results),
            errors);
        final OperatorCore core = restored.core();
        try
        {
            if (null == restored.meta())
            {
                requireReplayable(before.last());
                takeStateFromWhatIsKept(before, core);
            }
            else if (restored.meta().resultEpoch() != incarnation.epoch())
            {
                core.restartResultSequence();
            }
            core.epoch(incarnation.epoch(), incarnation.epochPosition());
            restoreNs = System.nanoTime() - startNs;

            replay = new JournalReplay(
                journal, resultsLog, restored, results, ingressLedger, history, context.progress());
            replay.replay(endPosition, incarnation.epoch());
            replayNs = System.nanoTime() - startNs - restoreNs;
            discardLeftOut(candidates);
            return core;
        }
        catch (final Throwable ex)
        {
            core.close();
            throw ex;
        }
    }

    /** @return who begins. */
    Incarnation incarnation()
    {
        return incarnation;
    }

    /** @return who has written the journal, this incarnation included. */
    JournalHistory history()
    {
        return history;
    }

    /** @return how the results of this incarnation stand to those before, as {@code Started} says it. */
    int newEpoch()
    {
        if (config.mode() == DeliveryMode.AT_LEAST_ONCE)
        {
            return Incarnation.EPOCH_OF_INCARNATION;
        }
        return isNewEpoch ? Incarnation.EPOCH_BEGINS : Incarnation.EPOCH_GOES_ON;
    }

    /**
     * @return whether a checkpoint is wanted at once: the journal is not empty, and without one the next recovery would
     *         not find a state of this configuration and epoch.
     */
    boolean isCheckpointDue()
    {
        return endPosition > 0 && (isNewEpoch || null == restored.meta());
    }

    /** @return what was done. */
    RecoveryReport report()
    {
        final CheckpointMeta meta = restored.meta();
        return new RecoveryReport(
            tailReports,
            endPosition,
            null == meta ? RecoveryReport.NO_CHECKPOINT : meta.number(),
            null == meta ? journal.startPosition() : meta.journalPosition(),
            restored.blocks(),
            replay.verifiedCheckpoints(),
            replay.replayedMessages(),
            replay.comparedResults(),
            replay.unverifiedResults(),
            replay.emittedResults(),
            incarnation.tzVersion(),
            windowsWholeAfterNs,
            restoreNs,
            replayNs);
    }

    /** Those that the recordings reach up to; newest first. */
    private List<CheckpointChain> candidates()
    {
        final List<CheckpointChain> present = new ArrayList<>();
        final Set<Long> ahead = new HashSet<>();
        reportDamaged();
        for (final CheckpointChain chain : checkpoints.candidates())
        {
            final CheckpointMeta meta = chain.newest();
            final CheckpointFooter footer = RestorePoint.footer(chain, errors);
            if (null == footer)
            {
                continue;
            }
            if (meta.journalPosition() > endPosition || footer.resultsEnd() > resultsLog.openPosition())
            {
                ahead.add(meta.number());
                errors.onError(new CheckpointAheadException("checkpoint " + meta.number() +
                    " is deleted: it stands at journal position " + meta.journalPosition() + " and results position " +
                    footer.resultsEnd() + ", and the recordings end at " + endPosition + " and " +
                    resultsLog.openPosition()));
            }
            else if (meta.journalPosition() >= journal.startPosition())
            {
                present.add(chain);
            }
        }
        if (!ahead.isEmpty())
        {
            checkpoints.discard(meta -> ahead.contains(meta.number()));
        }
        return present;
    }

    /** What is damaged so that not even its footer can be relied on. */
    private void reportDamaged()
    {
        for (final CheckpointEntry entry : checkpoints.entries())
        {
            if (entry.isDamaged())
            {
                errors.onError(new CheckpointGivenUpException(
                    "checkpoint " + entry.number() + " is left out: " + entry.damage(), null));
            }
        }
    }

    /** What could not be restored would be kept in place of what can, and has said what it knows. */
    private void discardLeftOut(final List<CheckpointChain> candidates)
    {
        if (!context.isReplayingWholeJournal())
        {
            final long number = null == restored.meta() ? RecoveryReport.NO_CHECKPOINT : restored.meta().number();
            final Set<Long> leftOut = new HashSet<>();
            candidates.stream().map(CheckpointChain::newest)
                .filter(meta -> meta.number() > number && isUsable(meta))
                .forEach(meta -> leftOut.add(meta.number()));
            checkpoints.discard(meta -> leftOut.contains(meta.number()));
        }
    }

    private JournalHistory history(final List<CheckpointChain> candidates)
    {
        final boolean isWhole = candidates.isEmpty();
        repeatPoint = new RepeatPoint(isWhole ? null : candidates.get(0).newest());
        final JournalHistory known =
            isWhole ?
            JournalHistory.NONE : JournalHistory.decode(RestorePoint.footer(candidates.get(0), errors).history());
        final long fromPosition =
            isWhole ? journal.startPosition() : candidates.get(0).newest().journalPosition();
        try (LogReader reader = journal.reader(fromPosition))
        {
            return known.read(reader, endPosition, (start, position) -> repeatPoint.onStarted(start.epoch(), position));
        }
    }

    private Incarnation next(final Incarnation last)
    {
        final long repeatPosition = isRepeating() ? repeatPoint.find(resultsLog, endPosition) : endPosition;
        final Incarnation next = new Incarnation(
            null == last ? 1 : last.number() + 1,
            config.digest(),
            Incarnation.ENGINE_VERSION,
            context.tzVersion(),
            nextEpoch(last),
            isNewEpoch || isRepeating() ? repeatPosition : last.epochPosition(),
            isNewEpoch ? 0 : last.stateFrom());
        if (!isNewEpoch)
        {
            last.requireContinuedBy(next, context.isTimeZoneDataAccepted(), config.dataDir(), endPosition);
        }
        return next;
    }

    /** Each incarnation of at-least-once has an epoch of its own, and emits again what may be missing in the log. */
    private boolean isRepeating()
    {
        return config.mode() == DeliveryMode.AT_LEAST_ONCE && !isNewEpoch;
    }

    /** Results that left before the incarnation was durable bear an epoch that the journal does not know. */
    private int nextEpoch(final Incarnation last)
    {
        if (null == last)
        {
            return epochAfterResults();
        }
        if (config.mode() == DeliveryMode.AT_LEAST_ONCE)
        {
            return 1 + repeatPoint.newestEpoch();
        }
        return last.epoch() + (isNewEpoch ? 1 : 0);
    }

    /** A journal without its beginning, and without a checkpoint that says who wrote it, cannot be continued. */
    private void requireKnownHistory(final Incarnation last)
    {
        if (null == last && journal.startPosition() > 0 && !context.isNewEpoch())
        {
            throw new EngineRefusedException(config.dataDir() + ": the journal begins at position " +
                journal.startPosition() + ", and neither it nor a checkpoint says who wrote it; start with " +
                "--new-epoch to begin a new results epoch at journal position " + endPosition +
                ", with windows that lack what was purged");
        }
    }

    /** The first epoch that no result of the log has. */
    private int epochAfterResults()
    {
        int epoch = 0;
        try (LogReader log = resultsLog.reader(resultsLog.startPosition()))
        {
            while (log.nextPosition() < resultsLog.openPosition() && log.next(resultsLog.openPosition()))
            {
                epoch = 1 + log.payloadBuffer().getInt(log.payloadOffset() + MessageLayout.RESULT_EPOCH_OFFSET);
            }
        }
        return epoch;
    }

    /**
     * A state follows from the configuration, the engine's version and, with calendar windows, the time-zone data.
     * That of an older epoch is the one of this epoch too, as long as this epoch has given no result.
     */
    private boolean isUsable(final CheckpointMeta meta)
    {
        return meta.configDigest() == incarnation.configDigest() &&
            meta.engineVersion() == incarnation.engineVersion() &&
            (meta.tzVersion().equals(incarnation.tzVersion()) || !dependsOnTimeZones()) &&
            (meta.resultEpoch() == incarnation.epoch() || meta.journalPosition() <= incarnation.epochPosition());
    }

    private boolean dependsOnTimeZones()
    {
        return config.windows().stream().anyMatch(window -> window.type() == WindowType.CALENDAR);
    }

    /** Without a checkpoint, the results of an epoch can only be given again from where its state began. */
    private void requireReplayable(final Incarnation last)
    {
        if (!isNewEpoch && journal.startPosition() != last.stateFrom() && journal.startPosition() > 0)
        {
            throw new EngineRefusedException(config.dataDir() + ": the journal begins at position " +
                journal.startPosition() + ", and no checkpoint behind it " +
                (context.isReplayingWholeJournal() ?
                "is to be restored; start without --replay-all, or with " :
                "can be restored; start with ") +
                "--new-epoch to begin a new results epoch at journal position " + endPosition +
                ", with windows that lack what was purged");
        }
    }

    /** The next start may do the same, as long as no more is purged: there may be no checkpoint by then. */
    private void takeStateFromWhatIsKept(final JournalHistory before, final OperatorCore core)
    {
        if (journal.startPosition() == 0)
        {
            return;
        }
        incarnation = incarnation.withStateFrom(journal.startPosition());
        history = before.with(incarnation, endPosition);
        final long nowNs = new EngineClock(core.watermark().engineTimeNs()).nanoTime();
        try (LogReader reader = journal.reader(journal.startPosition()))
        {
            windowsWholeAfterNs = WholeWindows.afterNs(config, reader, endPosition, nowNs);
        }
        errors.onError(new AeronEvent("the journal begins at position " + journal.startPosition() +
            ", and no checkpoint behind it is restored: windows lack what was purged, " +
            (windowsWholeAfterNs == WholeWindows.UNKNOWN ?
            "which ones is not known, with reference-clock: none" :
            "but for those that start after " + WholeWindows.text(windowsWholeAfterNs))));
    }

    private Supplier<OperatorCore> newCore(final ResultsRing results)
    {
        return () -> new OperatorCore(config, results);
    }
}
