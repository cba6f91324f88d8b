package io.tailrace.perf;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.perf.report.Verdict;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The other yardstick: the same number of bytes recorded by Aeron Archive and nothing else, in frames of 500 messages,
 * with the checksums, term and segment lengths and the directory that the engine's journal has.
 * <p>
 * Threading: the calling thread appends.
 */
final class RawRecording
{
    private static final int FRAME_MESSAGES = 500;
    private static final int STREAM = 1001;
    private static final long DURABLE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private RawRecording()
    {
    }

    /**
     * Records messages.
     *
     * @param dataDir      fresh.
     * @param workload     whose first 500 events fill each frame.
     * @param count        of messages.
     * @param verdict      is told if not all of them were recorded.
     * @param errorHandler for errors of the archive.
     * @return ns from the first append until the last message was durable.
     */
    static long run(
        final Path dataDir,
        final ReferenceWorkload workload,
        final long count,
        final Verdict verdict,
        final ErrorHandler errorHandler)
    {
        final UnsafeBuffer frame = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            FRAME_MESSAGES * MessageLayout.SLOT_LENGTH, BitUtil.CACHE_LINE_LENGTH));
        workload.encode(frame, 0, 0, FRAME_MESSAGES);
        try (EmbeddedArchive archive = EmbeddedArchive.launch(
            DataDirectory.acquire(dataDir), ArchiveConfig.defaults(), errorHandler))
        {
            final int termLength = archive.config().journalTermLength();
            try (RecordedLog log = RecordedLog.open(archive, "raw", STREAM, termLength))
            {
                final long beforeNs = System.nanoTime();
                final long appended = append(log, frame, count);
                verdict.requireEqual(count, appended, "messages recorded raw");
                verdict.require(log.awaitDurable(DURABLE_TIMEOUT_NS), "raw recording is not durable");
                return System.nanoTime() - beforeNs;
            }
        }
    }

    private static long append(final RecordedLog log, final UnsafeBuffer frame, final long count)
    {
        final IdleStrategy idle = new BackoffIdleStrategy(10, 10, 1_000, 100_000);
        long appended = 0;
        while (appended < count)
        {
            final int messages = (int)Math.min(FRAME_MESSAGES, count - appended);
            final long position = log.append(frame, 0, messages * MessageLayout.SLOT_LENGTH);
            if (position >= 0)
            {
                appended += messages;
                idle.reset();
            }
            else if (position == RecordedLog.LOST)
            {
                break;
            }
            else if (position == RecordedLog.BACK_PRESSURED)
            {
                idle.idle();
            }
        }
        return appended;
    }
}
