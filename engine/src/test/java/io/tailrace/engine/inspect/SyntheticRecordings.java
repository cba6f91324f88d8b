package io.tailrace.engine.inspect;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.Engine;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Journal and results log, written message by message as a test wants them, right or wrong, one message a frame.
 * Terms are of 64 KiB.
 */
public final class SyntheticRecordings implements AutoCloseable
{
    private static final int TERM_LENGTH = 64 * 1024;
    private static final int JOURNAL_STREAM = 1001;
    private static final int RESULTS_STREAM = 1002;

    private final List<Throwable> errors = new ArrayList<>();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[MessageLayout.RESULT_LENGTH]);
    private final EmbeddedArchive archive;
    private final RecordedLog journal;
    private final RecordedLog results;

    public SyntheticRecordings(final Path dataDir)
    {
        archive = EmbeddedArchive.launch(
            DataDirectory.acquire(dataDir),
            ArchiveConfig.defaults().withLengths(TERM_LENGTH, 4 * TERM_LENGTH, TERM_LENGTH / 8),
            errors::add);
        journal = RecordedLog.open(archive, Engine.JOURNAL, JOURNAL_STREAM, TERM_LENGTH);
        results = RecordedLog.open(archive, Engine.RESULTS, RESULTS_STREAM, TERM_LENGTH);
    }

    /** Appends a {@code Started}; answers its position. */
    public long started(final long incarnation, final int epoch)
    {
        message.setMemory(0, message.capacity(), (byte)0);
        message.putLong(0, MessageLayout.STARTED_HEADER);
        message.putLong(MessageLayout.STARTED_TIME_OFFSET, incarnation);
        message.putLong(MessageLayout.STARTED_INCARNATION_OFFSET, incarnation);
        message.putInt(MessageLayout.STARTED_RESULT_EPOCH_OFFSET, epoch);
        return append(journal, MessageLayout.SLOT_LENGTH);
    }

    /** Appends a reading; answers its position. */
    public long reading(final long ingestTimeNs)
    {
        message.setMemory(0, message.capacity(), (byte)0);
        message.putLong(0, MessageLayout.READING_HEADER);
        message.putLong(MessageLayout.READING_INGEST_TIME_OFFSET, ingestTimeNs);
        return append(journal, MessageLayout.SLOT_LENGTH);
    }

    /** Appends a message of any template to the journal. */
    public void journalled(final long header)
    {
        message.setMemory(0, message.capacity(), (byte)0);
        message.putLong(0, header);
        append(journal, MessageLayout.SLOT_LENGTH);
    }

    /** Appends bytes of any length to the journal. */
    public void journalledBytes(final int length)
    {
        append(journal, length);
    }

    /** Appends a window result; answers its position. */
    public long result(final int epoch, final long sequence, final long cause, final long causeTimeNs)
    {
        message.setMemory(0, message.capacity(), (byte)0);
        message.putLong(0, MessageLayout.WINDOW_RESULT_HEADER);
        message.putLong(MessageLayout.RESULT_SEQUENCE_OFFSET, sequence);
        message.putLong(MessageLayout.RESULT_CAUSE_POSITION_OFFSET, cause);
        message.putLong(MessageLayout.RESULT_CAUSE_INGEST_TIME_OFFSET, causeTimeNs);
        message.putInt(MessageLayout.RESULT_EPOCH_OFFSET, epoch);
        return append(results, MessageLayout.RESULT_LENGTH);
    }

    @Override
    public void close()
    {
        results.close();
        journal.close();
        archive.close();
        if (!errors.isEmpty())
        {
            throw new AssertionError(errors.get(0));
        }
    }

    private long append(final RecordedLog log, final int length)
    {
        while (true)
        {
            final long position = log.append(message, 0, length);
            if (position >= 0)
            {
                return position;
            }
            if (position == RecordedLog.LOST)
            {
                throw new AssertionError(log.lostReason());
            }
            Thread.onSpinWait();
        }
    }
}
