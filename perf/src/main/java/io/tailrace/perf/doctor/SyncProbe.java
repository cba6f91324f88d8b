package io.tailrace.perf.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import io.tailrace.perf.report.LatencyTable;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * Appends blocks of 4 kB to a file of its own and forces each to the disk, for a short time; then deletes the file.
 * <p>
 * Threading: the calling thread.
 */
final class SyncProbe implements DiskChecks.Probe
{
    private static final int BLOCK_LENGTH = 4_096;
    private static final int MAX_WRITES = 200;

    private final NanoClock clock;
    private final long maxNs;

    /**
     * @param clock what time it is.
     * @param maxNs after which no further write begins.
     */
    SyncProbe(final NanoClock clock, final long maxNs)
    {
        this.clock = clock;
        this.maxNs = maxNs;
    }

    @Override
    public Histogram measure(final Path dir) throws IOException
    {
        final Histogram times = LatencyTable.newHistogram();
        final Path file = Files.createTempFile(dir, "tailrace-doctor-", ".tmp");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE))
        {
            final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_LENGTH);
            final long startNs = clock.nanoTime();
            long beforeNs = startNs;
            while (times.getTotalCount() == 0 ||
                times.getTotalCount() < MAX_WRITES && beforeNs - startNs < maxNs)
            {
                block.clear();
                while (block.hasRemaining())
                {
                    channel.write(block);
                }
                channel.force(false);
                final long afterNs = clock.nanoTime();
                times.recordValue(LatencyTable.clamp(afterNs - beforeNs));
                beforeNs = afterNs;
            }
            return times;
        }
        finally
        {
            Files.deleteIfExists(file);
        }
    }
}
