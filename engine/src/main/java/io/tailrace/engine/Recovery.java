package io.tailrace.engine;

import java.nio.file.Path;
import java.util.function.LongConsumer;

import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.operator.OperatorCore;
import io.tailrace.engine.ring.EventRing;
import io.tailrace.engine.ring.ResultsRing;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Rebuilds state by replaying the journal from its beginning, before any stage runs.
 * <p>
 * The results log is the commit record: a replayed result that it holds is compared with it byte for byte and not
 * emitted again; the first one that it does not hold, and all after it, are emitted now. What lies before the first
 * result kept had been emitted and was purged: it is suppressed without comparison. A difference, or a tail whose
 * cause the journal does not hold, refuses the start. The operators follow the time-zone data of this JVM for the
 * whole journal: if a result was emitted under other data, and depends on the difference, this is where it shows.
 * <p>
 * Threading: the launching thread. Reads the segment files beside the archive, which writes nothing to the journal
 * meanwhile.
 */
final class Recovery
{
    private static final long PROGRESS_INTERVAL = 1 << 20;

    private final Path archiveDir;
    private final RecordedLog journal;
    private final RecordedLog resultsLog;
    private final OperatorCore core;
    private final ResultsRing results;
    private final IngressLedger ingressLedger;
    private final int sourceCount;
    private final JournalHistory history;
    private final LongConsumer progress;

    private RecordingReader emitted;
    private int emittedEpoch;
    private int emittedOffset;
    private int emittedLength;
    private long replayedMessages;
    private long comparedResults;
    private long emittedResults;

    /** Retention took the results of the epoch before this one. */
    private long firstKeptSequence;
    private long unverifiedResults;

    Recovery(
        final Path archiveDir,
        final RecordedLog journal,
        final RecordedLog resultsLog,
        final OperatorCore core,
        final ResultsRing results,
        final IngressLedger ingressLedger,
        final JournalHistory history,
        final LongConsumer progress)
    {
        this.archiveDir = archiveDir;
        this.journal = journal;
        this.resultsLog = resultsLog;
        this.core = core;
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
        final long resultsStart = resultsLog.startPosition();
        firstKeptSequence = FirstResult.of(archiveDir, resultsLog.descriptor(), resultsStart, resultsLog.openPosition())
            .sequenceOf(epoch);
        final long journalStart = RecordingReader.startPosition(archiveDir, journal.descriptor());
        try (RecordingReader log = RecordingReader.open(archiveDir, resultsLog.descriptor(), resultsStart);
            RecordingReader reader = RecordingReader.open(archiveDir, journal.descriptor(), journalStart))
        {
            emitted = log;
            while (reader.nextPosition() < endPosition && reader.next(endPosition))
            {
                final DirectBuffer buffer = reader.payloadBuffer();
                for (int at = 0; at < reader.payloadLength(); at += EventRing.SLOT_LENGTH)
                {
                    final long message = buffer.addressOffset() + reader.payloadOffset() + at;
                    replay(message, reader.payloadPosition() + at);
                }
            }
            if (hasEmitted())
            {
                refuseTail(endPosition);
            }
        }
        for (int source = 0; source < sourceCount; source++)
        {
            ingressLedger.recovered(source, core.ledger().judged(source));
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

    /** @return results that had been emitted, and whose copy in the log was purged. */
    long unverifiedResults()
    {
        return unverifiedResults;
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
        else if (templateId == MessageLayout.LEDGER_MARK_TEMPLATE_ID)
        {
            ingressLedger.recovered(
                UnsafeApi.getShort(message + MessageLayout.LEDGER_MARK_SOURCE_OFFSET) & 0xFFFF,
                UnsafeApi.getShort(message + MessageLayout.LEDGER_MARK_REASON_OFFSET) & 0xFFFF,
                UnsafeApi.getLong(message + MessageLayout.LEDGER_MARK_COUNT_OFFSET));
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
            if (position == RecordedLog.LOST)
            {
                throw new IllegalStateException("results log lost: " + resultsLog.lostReason());
            }
            Thread.onSpinWait();
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
        }
        return true;
    }

    private boolean isPurged()
    {
        return results.buffer().getLong(results.offsetOf(0) + MessageLayout.RESULT_SEQUENCE_OFFSET) < firstKeptSequence;
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
