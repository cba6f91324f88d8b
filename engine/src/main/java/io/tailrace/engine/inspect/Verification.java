package io.tailrace.engine.inspect;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import org.agrona.DirectBuffer;

/**
 * Verifies a data directory: the checksum of every frame, the header of every message; that incarnations count 1, 2,
 * 3; that results have every sequence of their epoch once, in order; that the cause of each is a message of the
 * journal with the ingest time that the result names, and that causes never go back. What a purge took away is not
 * missed.
 * <p>
 * Threading: one thread. Cost: reads every recording once.
 */
public final class Verification
{
    private final DataDirectoryView view;
    private final Map<Long, Long> epochEnds = new HashMap<>();
    private long journalMessages;
    private long incarnation;
    private long results;

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
        findEpochEnds(journal);
        try (MessageWalk causes = new MessageWalk(journal, journal.startPosition(), MessageLayout.SLOT_LENGTH))
        {
            if (view.hasRecording(Engine.RESULTS))
            {
                verifyResults(view.recording(Engine.RESULTS), journal, causes);
            }
            while (nextMessage(causes, journal))
            {
                journalMessages++;
            }
        }
        return verified + " messages=" + journalMessages + " incarnations=" + incarnation + " emitted=" + results;
    }

    /** Where the journal goes on with another epoch: what an older one made of messages behind, it lost. */
    private void findEpochEnds(final RecordedRange journal)
    {
        long epoch = -1;
        try (MessageWalk walk = new MessageWalk(journal, journal.startPosition(), MessageLayout.SLOT_LENGTH))
        {
            while (walk.next())
            {
                if (walk.templateId() == MessageLayout.STARTED_TEMPLATE_ID)
                {
                    final long next =
                        MessageView.u32(walk.buffer(), walk.offset() + MessageLayout.STARTED_RESULT_EPOCH_OFFSET);
                    if (next > epoch && epoch >= 0)
                    {
                        epochEnds.put(epoch, walk.position());
                    }
                    epoch = next;
                }
            }
        }
    }

    private void verifyResults(final RecordedRange log, final RecordedRange journal, final MessageWalk causes)
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
                final boolean isLost = nextCause >= epochEnds.getOrDefault(nextEpoch, Long.MAX_VALUE);
                cause = nextEpoch > epoch ? -1 : cause;
                require(walk, nextCause >= cause, "cause " + nextCause + ", expected " + cause + " or greater");
                if (nextCause >= journal.startPosition() && !isLost)
                {
                    final boolean isSame = nextCause == cause;
                    verifyCause(walk, isSame, nextCause, journal, causes);
                }
                epoch = nextEpoch;
                sequence = nextSequence;
                cause = nextCause;
                results++;
            }
        }
    }

    private void verifyCause(
        final MessageWalk result,
        final boolean isSame,
        final long cause,
        final RecordedRange journal,
        final MessageWalk causes)
    {
        boolean isFound = isSame;
        while (!isFound && nextMessage(causes, journal))
        {
            journalMessages++;
            require(result, causes.position() <= cause, "cause " + cause + ", which is no message of the journal");
            isFound = causes.position() == cause;
        }
        require(result, isFound, "cause " + cause + ", beyond the journal's end " + journal.endPosition() +
            (journal.tornLength() > 0 ? " and its torn tail of " + journal.tornLength() + " bytes" : ""));
        require(
            result,
            MessageView.i64(result.buffer(), result.offset() + MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET) ==
                MessageView.timeNs(causes.buffer(), causes.offset()),
            "ingest time of the cause is not that of the message at " + cause + " of the journal");
    }

    private boolean nextMessage(final MessageWalk walk, final RecordedRange journal)
    {
        if (!walk.next())
        {
            return false;
        }
        require(walk, MessageView.isJournalled(walk.templateId()),
            "template " + walk.templateId() + ", expected one of the journal");
        if (walk.templateId() == MessageLayout.STARTED_TEMPLATE_ID)
        {
            final long next =
                MessageView.i64(walk.buffer(), walk.offset() + MessageLayout.STARTED_INCARNATION_OFFSET);
            require(walk, next == incarnation + 1 || incarnation == 0 && journal.startPosition() > 0,
                "incarnation " + next + ", expected " + (incarnation + 1));
            incarnation = next;
        }
        return true;
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
