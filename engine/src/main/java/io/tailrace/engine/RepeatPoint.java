package io.tailrace.engine;

import java.util.ArrayList;
import java.util.List;

import io.tailrace.archive.checkpoint.CheckpointMeta;
import io.tailrace.archive.journal.MessageLog;
import io.tailrace.archive.recording.LogReader;
import io.tailrace.codec.MessageLayout;

/**
 * From where a new incarnation of {@code at-least-once} emits results again: the first journal position of which it is
 * not known that all results caused before it are in the results log.
 * <p>
 * Causes only grow along the results of one epoch, and an incarnation emits whatever follows from the journal from its
 * own repeat point on. So if the last result of the log has epoch E and cause c, the log holds all that is caused
 * before c, unless the journal was cut before c and went on with other messages: that is where the first incarnation
 * of a greater epoch began, or the end of the journal. A complete checkpoint says the same of its own position.
 * <pre>
 *   repeat point = max(checkpoint, min(c, start of the first incarnation after E, end of the journal))
 * </pre>
 * A cause can have many results, of which only some may have been appended: those of c itself come again.
 * <p>
 * Threading: the launching thread.
 */
final class RepeatPoint
{
    private static final int NONE = -1;

    private final long checkpointPosition;
    private final long resultsPosition;
    private final List<Start> starts = new ArrayList<>();
    private int newestEpoch = NONE;

    /** An incarnation of the journal. */
    private record Start(int epoch, long position)
    {
    }

    /**
     * @param checkpoint newest complete one; null: none.
     */
    RepeatPoint(final CheckpointMeta checkpoint)
    {
        checkpointPosition = null == checkpoint ? 0 : checkpoint.journalPosition();
        resultsPosition = null == checkpoint ? 0 : checkpoint.resultsPosition();
        if (null != checkpoint)
        {
            onStarted(checkpoint.resultEpoch(), checkpointPosition);
        }
    }

    /** An incarnation that began behind the checkpoint; in the order of the journal. */
    void onStarted(final int epoch, final long position)
    {
        starts.add(new Start(epoch, position));
        newestEpoch = Math.max(newestEpoch, epoch);
    }

    /**
     * Reads the results log from the checkpoint on.
     *
     * @param resultsLog  as it was opened.
     * @param endPosition of the journal.
     * @return the journal position.
     */
    long find(final MessageLog resultsLog, final long endPosition)
    {
        int lastEpoch = NONE;
        long lastCause = 0;
        try (LogReader log = resultsLog.reader(Math.max(resultsPosition, resultsLog.startPosition())))
        {
            while (log.nextPosition() < resultsLog.openPosition() && log.next(resultsLog.openPosition()))
            {
                final int last = log.payloadOffset() + log.payloadLength() - MessageLayout.RESULT_LENGTH;
                lastEpoch = log.payloadBuffer().getInt(last + MessageLayout.RESULT_EPOCH_OFFSET);
                lastCause = log.payloadBuffer().getLong(last + MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
            }
        }
        newestEpoch = Math.max(newestEpoch, lastEpoch);
        return Math.max(checkpointPosition, Math.min(lastCause, Math.min(startAfter(lastEpoch), endPosition)));
    }

    /** @return the greatest epoch that journal, checkpoint or results log know; -1: none. */
    int newestEpoch()
    {
        return newestEpoch;
    }

    private long startAfter(final int epoch)
    {
        for (final Start start : starts)
        {
            if (start.epoch > epoch)
            {
                return start.position;
            }
        }
        return Long.MAX_VALUE;
    }
}
