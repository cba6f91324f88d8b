package io.tailrace.perf.jmh;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import io.tailrace.archive.ArchiveConfig;
import io.tailrace.archive.DataDirectory;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.journal.RecordedLog;
import io.tailrace.codec.MessageLayout;
import io.tailrace.perf.ScratchDirectory;
import io.tailrace.perf.workload.ReferenceWorkload;
import org.agrona.CloseHelper;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Appending to a journal that the archive records to disk, with the engine's lengths and checksums, durability
 * {@code process}; per message of 64 bytes, in frames of 1, 20 and 500. An append that is back-pressured is
 * repeated until it is taken, which counts: over a whole iteration it is what recording takes. Segments are purged
 * meanwhile by another thread.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class JournalBenchmark
{
    private static final int SMALL_FRAME = 20;
    private static final int LARGE_FRAME = 500;
    private static final int STREAM = 1001;
    private static final long NEEDED_BYTES = 1L << 30;
    private static final long TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    @Param("1")
    private long seed;

    private final Readings frame = new Readings(LARGE_FRAME);
    private final IdleStrategy idle = new YieldingIdleStrategy();
    private volatile Throwable failure;
    private ScratchDirectory scratch;
    private EmbeddedArchive archive;
    private RecordedLog log;
    private SegmentPurger purger;

    /** Launches an archive on a fresh directory, and opens a journal. */
    @Setup
    public void setUp()
    {
        new ReferenceWorkload(seed, ReferenceWorkload.DEVICES, ReferenceWorkload.DISORDER_NS, JobCore.EVENT_RATE)
            .encode(frame.buffer(), 0, 0, LARGE_FRAME);
        scratch = ScratchDirectory.create(Path.of(System.getProperty("java.io.tmpdir")), NEEDED_BYTES);
        try
        {
            archive = EmbeddedArchive.launch(
                DataDirectory.acquire(scratch.path()), ArchiveConfig.defaults(), ex -> failure = ex);
            log = RecordedLog.open(archive, "journal", STREAM, archive.config().journalTermLength());
            purger = new SegmentPurger(log);
        }
        catch (final Throwable ex)
        {
            CloseHelper.quietCloseAll(log, archive, scratch);
            throw ex;
        }
    }

    /** Closes everything, and deletes the recording, all of which must have become durable. */
    @TearDown
    public void tearDown()
    {
        final boolean isDurable;
        try
        {
            isDurable = log.awaitDurable(TIMEOUT_NS);
        }
        finally
        {
            CloseHelper.closeAll(purger, log, archive, scratch);
        }
        if (!isDurable || null != failure)
        {
            throw new IllegalStateException("the journal was not recorded", failure);
        }
    }

    /** @return position of a frame of one message. */
    @Benchmark
    public long frameOfOne()
    {
        return append(1);
    }

    /** @return position of a frame of 20 messages. */
    @Benchmark
    @OperationsPerInvocation(SMALL_FRAME)
    public long frameOf20()
    {
        return append(SMALL_FRAME);
    }

    /** @return position of a frame of 500 messages. */
    @Benchmark
    @OperationsPerInvocation(LARGE_FRAME)
    public long frameOf500()
    {
        return append(LARGE_FRAME);
    }

    /** @return durable position after a frame of one message was appended and recorded: a round trip. */
    @Benchmark
    public long frameOfOneUntilDurable()
    {
        append(1);
        final long end = log.appendPosition();
        long durable = log.durablePosition();
        while (durable < end)
        {
            requireConnected();
            idle.idle();
            durable = log.durablePosition();
        }
        return durable;
    }

    private long append(final int messages)
    {
        final int length = messages * MessageLayout.SLOT_LENGTH;
        long position = log.append(frame.buffer(), 0, length);
        while (position < 0)
        {
            requireConnected();
            idle.idle();
            position = log.append(frame.buffer(), 0, length);
        }
        return position;
    }

    private void requireConnected()
    {
        if (!log.isConnected())
        {
            throw new IllegalStateException(log.lostReason(), failure);
        }
    }
}
