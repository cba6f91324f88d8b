package io.tailrace.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
import io.tailrace.codec.sbe.MessageHeaderDecoder;
import io.tailrace.codec.sbe.StartedDecoder;
import org.agrona.DirectBuffer;

/**
 * What the {@code Started} messages of a journal say about those who wrote it.
 *
 * @param last            the newest incarnation; null if there is none.
 * @param timeZoneChanges where other time-zone data was accepted, in the order of the journal. One at most for each
 *                        start that somebody gave the option for.
 */
record JournalHistory(Incarnation last, List<TimeZoneData.Change> timeZoneChanges)
{
    /** Copies the changes. */
    JournalHistory
    {
        timeZoneChanges = List.copyOf(timeZoneChanges);
    }

    /**
     * Reads a journal. A {@code Started} always stands alone in its frame.
     *
     * @param archiveDir  where its segment files are.
     * @param journal     its recording.
     * @param endPosition where it ends.
     */
    static JournalHistory read(final Path archiveDir, final RecordingDescriptor journal, final long endPosition)
    {
        JournalHistory history = new JournalHistory(null, List.of());
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final StartedDecoder started = new StartedDecoder();
        final long start = RecordingReader.startPosition(archiveDir, journal);
        try (RecordingReader reader = RecordingReader.open(archiveDir, journal, start))
        {
            while (reader.nextPosition() < endPosition && reader.next(endPosition))
            {
                final DirectBuffer buffer = reader.payloadBuffer();
                header.wrap(buffer, reader.payloadOffset());
                if (header.templateId() == StartedDecoder.TEMPLATE_ID)
                {
                    started.wrapAndApplyHeader(buffer, reader.payloadOffset(), header);
                    final long position = reader.payloadPosition();
                    history = history.with(Incarnation.decode(started, position, history.last), position);
                }
            }
        }
        return history;
    }

    /**
     * This history and one incarnation more.
     *
     * @param next     the incarnation.
     * @param position journal position of its {@code Started} message.
     */
    JournalHistory with(final Incarnation next, final long position)
    {
        if (null == last || last.tzVersion().equals(next.tzVersion()))
        {
            return new JournalHistory(next, timeZoneChanges);
        }
        final List<TimeZoneData.Change> changes = new ArrayList<>(timeZoneChanges);
        changes.add(new TimeZoneData.Change(position, last.tzVersion(), next.tzVersion()));
        return new JournalHistory(next, changes);
    }

    /**
     * Why a result may be another one in a replay than it was: text to be added to what is wrong with it.
     *
     * @param causePosition journal position of its cause.
     * @return the changes of the time-zone data behind the cause, empty if there were none.
     */
    String timeZoneChangesAfter(final long causePosition)
    {
        final StringBuilder text = new StringBuilder();
        for (final TimeZoneData.Change change : timeZoneChanges)
        {
            if (change.position() > causePosition)
            {
                text.append(text.isEmpty() ? "; since then the time-zone data changed from " : ", from ")
                    .append(change.from()).append(" to ").append(change.to())
                    .append(" at journal position ").append(change.position());
            }
        }
        return text.toString();
    }
}
