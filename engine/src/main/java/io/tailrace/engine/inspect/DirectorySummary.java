package io.tailrace.engine.inspect;

import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;

import io.tailrace.archive.DataDirectoryLockedException;
import io.tailrace.codec.MalformedReason;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import io.tailrace.engine.ingress.IngressLedger;
import io.tailrace.engine.ingress.RejectsReader;
import io.tailrace.engine.overload.OverloadCount;
import org.agrona.DirectBuffer;

/**
 * Says in a few lines what a data directory holds: lock, recordings, checkpoints, messages by template, incarnations,
 * ledger marks, results by epoch and kind, malformed datagrams. Reads all of journal and results log once.
 * <p>
 * Threading: one thread.
 */
public final class DirectorySummary
{
    private final DataDirectoryView view;
    private final PrintWriter out;

    /**
     * @param view of the directory.
     * @param out  where to print.
     */
    public DirectorySummary(final DataDirectoryView view, final PrintWriter out)
    {
        this.view = view;
        this.out = out;
    }

    /**
     * Prints it.
     *
     * @throws InspectException if a recording holds what it must not.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if a frame fails verification.
     */
    public void print()
    {
        final String owner = view.pid() == DataDirectoryLockedException.UNKNOWN_PID ? "" : " pid=" + view.pid();
        out.println("directory " + view.dir() + " " + (view.isRunning() ? "running" + owner : "stopped"));
        for (final RecordedRange range : view.recordings())
        {
            out.println("recording " + range.name() +
                " id=" + range.descriptor().recordingId() +
                " stream=" + range.descriptor().streamId() +
                " start=" + range.startPosition() +
                " end=" + range.endPosition() +
                " segments=" + range.segments() +
                " segment-length=" + range.descriptor().segmentLength() +
                " files-length=" + range.fileLength() +
                " torn=" + range.tornLength());
        }
        new CheckpointListing(view.dir()).print(out);
        if (view.hasRecording(Engine.JOURNAL))
        {
            printJournal(view.recording(Engine.JOURNAL));
        }
        if (view.hasRecording(Engine.RESULTS))
        {
            printResults(view.recording(Engine.RESULTS));
        }
        if (RejectsReader.exists(view.dir()))
        {
            try (RejectsReader rejects = RejectsReader.open(view.dir()))
            {
                out.println("malformed total=" + rejects.count() +
                    " kept=" + (rejects.count() - rejects.oldest() + 1));
            }
        }
    }

    private void printJournal(final RecordedRange journal)
    {
        final Map<Integer, Tally> templates = new TreeMap<>();
        final Map<Integer, Mark> marks = new TreeMap<>();
        try (MessageWalk walk = new MessageWalk(journal, journal.startPosition(), MessageLayout.SLOT_LENGTH))
        {
            while (walk.next())
            {
                final DirectBuffer buffer = walk.buffer();
                final int at = walk.offset();
                final int templateId = walk.templateId();
                templates.computeIfAbsent(templateId, key -> new Tally()).add(MessageView.timeNs(buffer, at));
                if (templateId == MessageLayout.STARTED_TEMPLATE_ID)
                {
                    out.println(MessageView.started(buffer, at) +
                        " position=" + walk.position() +
                        " time=" + MessageView.instant(MessageView.timeNs(buffer, at)));
                }
                else if (templateId == MessageLayout.LEDGER_MARK_TEMPLATE_ID)
                {
                    final Mark mark = new Mark(buffer, at);
                    marks.put(mark.source << 16 | mark.reason, mark);
                }
            }
            out.println("journal frames=" + walk.frames() +
                " messages=" + templates.values().stream().mapToLong(tally -> tally.count).sum());
        }
        templates.forEach((templateId, tally) -> out.println("journal " + MessageView.name(templateId) +
            " count=" + tally.count +
            " first=" + MessageView.instant(tally.firstNs) +
            " last=" + MessageView.instant(tally.lastNs)));
        marks.values().forEach(mark -> out.println("ledger source=" + mark.source +
            " reason=" + reasonText(mark.reason) +
            " count=" + Long.toUnsignedString(mark.count) +
            " time=" + MessageView.instant(mark.timeNs)));
    }

    private void printResults(final RecordedRange results)
    {
        final Map<Long, EpochTally> epochs = new TreeMap<>();
        try (MessageWalk walk = new MessageWalk(results, results.startPosition(), MessageLayout.RESULT_LENGTH))
        {
            while (walk.next())
            {
                final DirectBuffer buffer = walk.buffer();
                final int at = walk.offset();
                final EpochTally tally = epochs.computeIfAbsent(
                    MessageView.u32(buffer, at + MessageLayout.RESULT_EPOCH_OFFSET), key -> new EpochTally());
                if (tally.kinds.isEmpty())
                {
                    tally.firstSequence = MessageView.i64(buffer, at + MessageLayout.RESULT_SEQUENCE_OFFSET);
                }
                tally.kinds.merge(walk.templateId(), 1L, Long::sum);
                tally.lastSequence = MessageView.i64(buffer, at + MessageLayout.RESULT_SEQUENCE_OFFSET);
                tally.lastCause = MessageView.i64(buffer, at + MessageLayout.RESULT_CAUSE_POSITION_OFFSET);
            }
            out.println("results frames=" + walk.frames());
        }
        epochs.forEach((epoch, tally) ->
        {
            final StringBuilder line = new StringBuilder("results epoch=" + epoch);
            tally.kinds.forEach((templateId, count) ->
                line.append(' ').append(MessageView.name(templateId)).append('=').append(count));
            if (tally.firstSequence != 0)
            {
                line.append(" first-sequence=").append(Long.toUnsignedString(tally.firstSequence));
            }
            out.println(line + " last-sequence=" + Long.toUnsignedString(tally.lastSequence) +
                " last-cause=" + tally.lastCause);
        });
    }

    /** Name of a reason of a ledger mark; its code if it has none. */
    static String reasonText(final int code)
    {
        if (code == IngressLedger.KERNEL_DROPS)
        {
            return "kernel-drops";
        }
        if (code == IngressLedger.RESENT)
        {
            return "resent";
        }
        if (code == IngressLedger.NO_PLACE)
        {
            return "no-place";
        }
        for (final OverloadCount count : OverloadCount.values())
        {
            if (count.code() == code)
            {
                return count.text();
            }
        }
        for (final MalformedReason reason : MalformedReason.values())
        {
            if (reason.code() == code)
            {
                return reason.text();
            }
        }
        return Integer.toString(code);
    }

    private static final class Tally
    {
        private long count;
        private long firstNs;
        private long lastNs;

        private void add(final long timeNs)
        {
            firstNs = count == 0 ? timeNs : firstNs;
            lastNs = timeNs;
            count++;
        }
    }

    private static final class Mark
    {
        private final int source;
        private final int reason;
        private final long count;
        private final long timeNs;

        private Mark(final DirectBuffer buffer, final int at)
        {
            source = MessageView.u16(buffer, at + MessageLayout.LEDGER_MARK_SOURCE_OFFSET);
            reason = MessageView.u16(buffer, at + MessageLayout.LEDGER_MARK_REASON_OFFSET);
            count = MessageView.i64(buffer, at + MessageLayout.LEDGER_MARK_COUNT_OFFSET);
            timeNs = MessageView.timeNs(buffer, at);
        }
    }

    private static final class EpochTally
    {
        private final Map<Integer, Long> kinds = new TreeMap<>();
        private long firstSequence;
        private long lastSequence;
        private long lastCause;
    }
}
