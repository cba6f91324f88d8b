package io.tailrace.engine.inspect;

import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;

/**
 * Verifies a data directory: the checksum of every frame, the header of every message; that incarnations count 1, 2,
 * 3; that results have every sequence of their epoch once, in order; that the cause of each is a message of the
 * journal with the ingest time that the result names, and that causes never go back within an epoch. What a purge took
 * away is not missed, nor is, with {@code at-least-once}, the cause of a result that left before it was durable.
 * <p>
 * Threading: one thread. Cost: reads every recording once.
 */
public final class Verification
{
    /** Of {@code Started}: results may leave before their cause is durable, and begin again before it. */
    private static final int REPEATING = 2;

    private final DataDirectoryView view;
    private final NavigableMap<Long, Epoch> epochs = new TreeMap<>();
    private boolean isRepeating;
    private MessageWalk causes;
    private long causePosition;
    private long lostFrom;
    private long journalMessages;
    private long incarnation;
    private long results;

    /**
     * Where an epoch of results begins.
     *
     * @param startPosition journal position of the first {@code Started} that names it.
     * @param from          journal position of the first message that may cause a result of it; 0: any.
     */
    private record Epoch(long startPosition, long from)
    {
    }

    /** @param view of the directory. */
    public Verification(final DataDirectoryView view)
    {
        this.view = view;
    }

    /**
     * Verifies everything.
     *
     * @return one line that says what was verified.
     * @throws InspectException naming the recording and the position of the first thing that is wrong.
     * @throws io.tailrace.archive.recording.CorruptRecordingException likewise, for a frame that fails verification.
     */
    public String verify()
    {
        final StringBuilder verified = new StringBuilder("verified");
        for (final RecordedRange range : view.recordings())
        {
            if (!range.name().equals(Engine.JOURNAL) && !range.name().equals(Engine.RESULTS))
            {
                verifyFrames(range);
            }
            verified.append(String.format(
                Locale.ROOT, " %s=[%d,%d)", range.name(), range.startPosition(), range.endPosition()));
            if (range.tornLength() > 0)
            {
                verified.append(" (torn tail of ").append(range.tornLength()).append(" bytes goes at the next start)");
            }
        }
        final RecordedRange journal = view.recording(Engine.JOURNAL);
        verifyJournal(journal);
        if (view.hasRecording(Engine.RESULTS))
        {
            verifyResults(view.recording(Engine.RESULTS), journal);
        }
        return verified + " messages=" + journalMessages + " incarnations=" + incarnation + " emitted=" + results;
    }

    private void verifyJournal(final RecordedRange journal)
    {
        try (MessageWalk walk = new MessageWalk(journal, journal.startPosition(), MessageLayout.SLOT_LENGTH))
        {
            while (walk.next())
            {
                journalMessages++;
                require(walk, MessageView.isJournalled(walk.templateId()),
                    "template " + walk.templateId() + ", expected one of the journal");
                if (walk.templateId() == MessageLayout.STARTED_TEMPLATE_ID)
                {
                    onStarted(walk, journal);
                }
            }
        }
    }

    private void onStarted(final MessageWalk walk, final RecordedRange journal)
    {
        final DirectBuffer buffer = walk.buffer();
        final int at = walk.offset();
        final long next = MessageView.i64(buffer, at + MessageLayout.STARTED_INCARNATION_OFFSET);
        require(walk, next == incarnation + 1 || incarnation == 0 && journal.startPosition() > 0,
            "incarnation " + next + ", expected " + (incarnation + 1));
        incarnation = next;

        final int newEpoch = buffer.getByte(at + MessageLayout.STARTED_NEW_EPOCH_OFFSET);
        isRepeating = newEpoch == REPEATING;
        final long from = isRepeating ?
            MessageView.i64(buffer, at + MessageLayout.STARTED_RESULTS_FROM_OFFSET) : walk.position();
        require(walk, from <= walk.position(), "results from " + from + ", expected this position or less");
        epochs.putIfAbsent(
            MessageView.u32(buffer, at + MessageLayout.STARTED_RESULT_EPOCH_OFFSET),
            new Epoch(walk.position(), newEpoch == 0 ? 0 : from));
    }

    /**
     * What an incarnation made of messages that the journal then lost: behind the start of the next epoch, or, if
     * results leave before their cause is durable, behind the journal's end.
     */
    private long lostFrom(final long epoch, final RecordedRange journal)
    {
        final Map.Entry<Long, Epoch> next = epochs.higherEntry(epoch);
        if (null != next)
        {
            return next.getValue().startPosition;
        }
        return isRepeating ? journal.endPosition() : Long.MAX_VALUE;
    }

    private void verifyResults(final RecordedRange log, final RecordedRange journal)
    {
        long epoch = -1;
        long sequence = -1;
        long cause = -1;
        try (MessageWalk walk = new MessageWalk(log, log.startPosition(), MessageLayout.RESULT_LENGTH))
        {
            while (walk.next())
            {
                final DirectBuffer buffer = walk.buffer();
                final int at = walk.offset();
                require(walk, MessageView.isResult(walk.templateId()),
                    "template " + walk.templateId() + ", expected a result");

                final long nextEpoch = MessageView.u32(buffer, at + MessageLayout.RESULT_EPOCH_OFFSET);
                final long nextSequence = MessageView.i64(buffer, at + MessageLayout.RESULT_SEQUENCE_OFFSET);
                final boolean isFirstKept = results == 0 && log.startPosition() > 0;
                require(walk, nextEpoch >= epoch, "epoch " + nextEpoch + ", expected " + epoch + " or greater");
                final long expected = nextEpoch > epoch ? 0 : sequence + 1;
                require(walk, nextSequence == expected || isFirstKept,
                    "sequence " + nextSequence + " of epoch " + nextEpoch + ", expected " + expected);

                final long nextCause = MessageView.i64(buffer, at + MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
                if (nextEpoch > epoch)
                {
                    cause = epochs.containsKey(nextEpoch) ? epochs.get(nextEpoch).from - 1 : -1;
                    lostFrom = lostFrom(nextEpoch, journal);
                    closeCauses();
                }
                require(walk, nextCause >= cause, "cause " + nextCause + ", expected " + cause + " or greater");
                if (nextCause >= journal.startPosition() && nextCause < lostFrom)
                {
                    verifyCause(walk, nextCause, journal);
                }
                epoch = nextEpoch;
                sequence = nextSequence;
                cause = nextCause;
                results++;
            }
        }
        finally
        {
            closeCauses();
        }
    }

    private void verifyCause(final MessageWalk result, final long cause, final RecordedRange journal)
    {
        if (null == causes)
        {
            causes = new MessageWalk(journal, cause, MessageLayout.SLOT_LENGTH);
            causePosition = -1;
        }
        while (causePosition < cause && causes.next())
        {
            causePosition = causes.position();
            require(result, causePosition <= cause,
                "cause " + cause + ", which is no message of the journal");
        }
        require(result, causePosition == cause, "cause " + cause + ", beyond the journal's end " +
            journal.endPosition() +
            (journal.tornLength() > 0 ? " and its torn tail of " + journal.tornLength() + " bytes" : ""));
        require(
            result,
            MessageView.i64(result.buffer(), result.offset() + MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET) ==
                MessageView.timeNs(causes.buffer(), causes.offset()),
            "ingest time of the cause is not that of the message at " + cause + " of the journal");
    }

    private void closeCauses()
    {
        CloseHelper.close(causes);
        causes = null;
    }

    private static void verifyFrames(final RecordedRange range)
    {
        try (RecordingReader reader = range.open())
        {
            boolean isMore = true;
            while (isMore)
            {
                isMore = range.next(reader);
            }
        }
    }

    private static void require(final MessageWalk walk, final boolean isRight, final String problem)
    {
        if (!isRight)
        {
            throw walk.wrong(walk.position(), problem);
        }
    }
}
