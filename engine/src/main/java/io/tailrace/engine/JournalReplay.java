package io.tailrace.engine;

import java.util.function.LongConsumer;

import io.tailrace.archive.checkpoint.CheckpointMeta;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.checkpoint.RestorePoint;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.operator.LedgerMarks;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Replays the journal into the operators from a restored checkpoint on, or from its beginning, before any stage runs.
 * <p>
 * The results log is the commit record: a replayed result that it holds is compared with it byte for byte and not
 * emitted again; the first one that it does not hold, and all after it, are emitted now. What lies before the first
 * result kept had been emitted and was purged: it is suppressed without comparison. A difference, or a tail whose
 * cause the journal does not hold, refuses the start. The operators follow the time-zone data of this JVM for the
 * whole replay: if a result was emitted under other data, and depends on the difference, this is where it shows. So
 * does a state that is not the one which a newer checkpoint that could not be restored says there was.
 * <p>
 * Threading: the launching thread. Nothing is appended to the journal meanwhile.
 */
final class JournalReplay
{
    private static final long PROGRESS_INTERVAL = 1 << 20;
    private static final int LOOKED_UP_LENGTH = OperatorCore.MAX_LOOKED_UP * EventRing.SLOT_LENGTH;

    private final MessageLog journal;
    private final MessageLog resultsLog;
    private final RestorePoint restored;
    private final OperatorCore core;
    private final ResultsRing results;
    private final IngressLedger ingressLedger;
    private final int sourceCount;
    private final JournalHistory history;
    private final LongConsumer progress;

    private LogReader emitted;
    private int emittedEpoch;

    /** Results before this one are those of the restored state. */
    private long restoredSequence;
    private long lastSkippedSequence = -1;
    private int emittedOffset;
    private int emittedLength;
    private long replayedMessages;
    private long comparedResults;
    private long emittedResults;

    /** Retention took the results of the epoch before this one. */
    private long firstComparedSequence;

    /** Of the checkpoints that were left out, the next whose position the replay has not reached. */
    private int expectation;
    private long unverifiedResults;
    private int verifiedCheckpoints;

    JournalReplay(
        final MessageLog journal,
        final MessageLog resultsLog,
        final RestorePoint restored,
        final ResultsRing results,
        final IngressLedger ingressLedger,
        final JournalHistory history,
        final LongConsumer progress)
    {
        this.journal = journal;
        this.resultsLog = resultsLog;
        this.restored = restored;
        core = restored.core();
        this.results = results;
        this.ingressLedger = ingressLedger;
        sourceCount = ingressLedger.sourceCount();
        this.history = history;
        this.progress = progress;
    }

    /**
     * Replays the journal to its end.
     *
     * @param endPosition where the journal ends.
     * @param epoch       results epoch of the results to compare with.
     */
    void replay(final long endPosition, final int epoch)
    {
        emittedEpoch = epoch;
        restoredSequence = core.nextResultSequence();
        final CheckpointMeta checkpoint = restored.meta();
        final long resultsStart = null == checkpoint ?
            resultsLog.startPosition() : Math.max(checkpoint.resultsPosition(), resultsLog.startPosition());
        firstComparedSequence =
            FirstResult.of(resultsLog, resultsStart, resultsLog.openPosition()).sequenceOf(epoch);
        final long journalStart = null == checkpoint ? journal.startPosition() : checkpoint.journalPosition();
        try (LogReader log = resultsLog.reader(resultsStart);
            LogReader reader = journal.reader(journalStart))
        {
            emitted = log;
            while (reader.nextPosition() < endPosition && reader.next(endPosition))
            {
                requireExpected(reader.payloadPosition());
                final long messages = reader.payloadBuffer().addressOffset() + reader.payloadOffset();
                for (int at = 0; at < reader.payloadLength(); at += LOOKED_UP_LENGTH)
                {
                    final int end = Math.min(reader.payloadLength(), at + LOOKED_UP_LENGTH);
                    lookUp(messages + at, messages + end);
                    for (int message = at; message < end; message += EventRing.SLOT_LENGTH)
                    {
                        replay(messages + message, reader.payloadPosition() + message);
                    }
                }
            }
            requireExpected(endPosition);
            final boolean hasTail = hasEmitted();
            requireWholeResults();
            if (hasTail)
            {
                refuseTail(endPosition);
            }
        }
        for (int source = 0; source < sourceCount; source++)
        {
            ingressLedger.recovered(source, core.ledger().judged(source));
            for (int reason = 0; reason < LedgerMarks.REASONS; reason++)
            {
                ingressLedger.recovered(source, reason, core.ledgerMarks().count(source, reason));
            }
        }
    }

    /** @return messages that were replayed. */
    long replayedMessages()
    {
        return replayedMessages;
    }

    /** @return results that were found in the log, byte for byte. */
    long comparedResults()
    {
        return comparedResults;
    }

    /** @return results that were not in the log yet. */
    long emittedResults()
    {
        return emittedResults;
    }

    /** @return checkpoints that were not restored, and whose state the replay has come to. */
    int verifiedCheckpoints()
    {
        return verifiedCheckpoints;
    }

    /** @return results that had been emitted, and whose copy in the log was purged. */
    long unverifiedResults()
    {
        return unverifiedResults;
    }

    private void lookUp(final long firstMessage, final long endMessage)
    {
        core.beginLookUp();
        for (long message = firstMessage; message < endMessage; message += EventRing.SLOT_LENGTH)
        {
            core.lookUp(message);
        }
        core.endLookUp();
    }

    private void replay(final long message, final long position)
    {
        final int templateId = UnsafeApi.getShort(message + MessageLayout.HEADER_TEMPLATE_ID_OFFSET) & 0xFFFF;
        if (templateId == MessageLayout.READING_TEMPLATE_ID)
        {
            final int source = UnsafeApi.getShort(message + MessageLayout.READING_SOURCE_OFFSET) & 0xFFFF;
            if (source >= sourceCount)
            {
                throw new EngineRefusedException("journal position " + position + ": source " + source +
                    ", expected one of the " + sourceCount + " of the configuration");
            }
        }

        while (!core.onMessage(message, position))
        {
            drain();
        }
        while (core.isFiring() && !core.resume())
        {
            drain();
        }
        drain();
        if (++replayedMessages % PROGRESS_INTERVAL == 0)
        {
            progress.accept(position);
        }
    }

    private void drain()
    {
        int available = results.available();
        while (available > 0)
        {
            if (hasEmitted())
            {
                if (isPurged())
                {
                    unverifiedResults++;
                }
                else
                {
                    compare();
                }
                results.release(1);
                available--;
            }
            else
            {
                final int count = Math.min(
                    results.contiguous(available), resultsLog.maxPayloadLength() / ResultsRing.SLOT_LENGTH);
                emit(count);
                results.release(count);
                available -= count;
            }
        }
    }

    private void emit(final int count)
    {
        while (true)
        {
            final long position =
                resultsLog.append(results.buffer(), results.offsetOf(0), count * ResultsRing.SLOT_LENGTH);
            if (position >= 0)
            {
                emittedResults += count;
                return;
            }
            if (position == MessageLog.LOST)
            {
                throw new IllegalStateException("results log lost: " + resultsLog.lostReason());
            }
            Thread.onSpinWait();
        }
    }

    /** The state at the barrier of a checkpoint is the one that was captured there. */
    private void requireExpected(final long position)
    {
        while (expectation < restored.later().size() &&
            restored.later().get(expectation).meta().journalPosition() <= position)
        {
            final RestorePoint.Expectation expected = restored.later().get(expectation++);
            final String difference = expected.difference(core.sections());
            if (!difference.isEmpty())
            {
                throw new EngineRefusedException(
                    "journal position " + expected.meta().journalPosition() + ": the replayed state of " + difference +
                    " is not the one of checkpoint " + expected.meta().number() +
                    "; start with --replay-all to restore none" + (null == restored.meta() ? "" :
                    ", or move checkpoint " + restored.meta().number() + " away to restore an older one"));
            }
            verifiedCheckpoints++;
        }
    }

    /** Whether the results log as it was found has a result of this epoch that was not compared yet. */
    private boolean hasEmitted()
    {
        while (emittedOffset >= emittedLength)
        {
            if (emitted.nextPosition() >= resultsLog.openPosition() || !emitted.next(resultsLog.openPosition()))
            {
                return false;
            }
            final int epoch = emitted.payloadBuffer().getInt(
                emitted.payloadOffset() + MessageLayout.RESULT_EPOCH_OFFSET);
            emittedOffset = 0;
            emittedLength = epoch == emittedEpoch ? emitted.payloadLength() : 0;
            while (emittedOffset < emittedLength && emittedSequence() < restoredSequence)
            {
                lastSkippedSequence = emittedSequence();
                emittedOffset += ResultsRing.SLOT_LENGTH;
            }
        }
        return true;
    }

    private long emittedSequence()
    {
        return emitted.payloadBuffer().getLong(
            emitted.payloadOffset() + emittedOffset + MessageLayout.RESULT_SEQUENCE_OFFSET);
    }

    /** A checkpoint is complete only when the results that its state has caused are in the log. */
    private void requireWholeResults()
    {
        if (lastSkippedSequence >= 0 && lastSkippedSequence != restoredSequence - 1)
        {
            throw new EngineRefusedException("results log: result " + (lastSkippedSequence + 1) +
                " is missing, although checkpoint " + restored.meta().number() + " stands before result " +
                restoredSequence + "; start with --new-epoch to begin a new results epoch");
        }
    }

    private boolean isPurged()
    {
        final int sequenceAt = results.offsetOf(0) + MessageLayout.RESULT_SEQUENCE_OFFSET;
        return results.buffer().getLong(sequenceAt) < firstComparedSequence;
    }

    private void compare()
    {
        final DirectBuffer log = emitted.payloadBuffer();
        final int logged = emitted.payloadOffset() + emittedOffset;
        final int replayed = results.offsetOf(0);
        for (int i = 0; i < ResultsRing.SLOT_LENGTH; i += Long.BYTES)
        {
            if (log.getLong(logged + i) != results.buffer().getLong(replayed + i))
            {
                throw new EngineRefusedException(
                    "results log position " + (emitted.payloadPosition() + emittedOffset) + ": result " +
                    log.getLong(logged + MessageLayout.RESULT_SEQUENCE_OFFSET) + " differs at byte " + i +
                    " from the one that the journal gives at position " +
                    results.buffer().getLong(replayed + MessageLayout.RESULT_CAUSE_POSITION_OFFSET) +
                    history.timeZoneChangesAfter(log.getLong(logged + MessageLayout.RESULT_CAUSE_POSITION_OFFSET)) +
                    "; start with --new-epoch to begin a new results epoch");
            }
        }
        comparedResults++;
        emittedOffset += ResultsRing.SLOT_LENGTH;
    }

    private void refuseTail(final long endPosition)
    {
        final DirectBuffer log = emitted.payloadBuffer();
        final int logged = emitted.payloadOffset() + emittedOffset;
        final long cause = log.getLong(logged + MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
        throw new EngineRefusedException(
            "results log position " + (emitted.payloadPosition() + emittedOffset) + ": result " +
            log.getLong(logged + MessageLayout.RESULT_SEQUENCE_OFFSET) + " was caused at journal position " + cause +
            (cause + EventRing.SLOT_LENGTH > endPosition ?
            ", beyond the journal's end " + endPosition : ", where replay gives no result") +
            history.timeZoneChangesAfter(cause) +
            "; start with --new-epoch to begin a new results epoch");
    }
}
