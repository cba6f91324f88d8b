package io.tailrace.engine;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.aeron.archive.checksum.Checksum;
import io.aeron.archive.checksum.Checksums;

/**
 * A disk that takes a frame only when a test lets it: in place of the recording's checksum, which the archive's thread
 * computes just before it writes the frame.
 */
final class SteppedDisk implements Checksum
{
    private static final long LOOK_MS = 1;

    private final Checksum checksum = Checksums.crc32c();
    private final Semaphore frames = new Semaphore(0);
    private volatile boolean isStopped;
    private volatile long written;

    @Override
    public int compute(final long address, final int offset, final int length)
    {
        while (isStopped && !hasPermit())
        {
            Thread.onSpinWait();
        }
        written = written + 1;
        return checksum.compute(address, offset, length);
    }

    /** From now on it takes nothing. */
    void stop()
    {
        frames.drainPermits();
        isStopped = true;
    }

    /** Lets it take so many more frames. */
    void step(final int count)
    {
        frames.release(count);
    }

    /** It is as fast as ever. */
    void free()
    {
        isStopped = false;
    }

    /** @return frames taken. */
    long written()
    {
        return written;
    }

    private boolean hasPermit()
    {
        try
        {
            return frames.tryAcquire(LOOK_MS, TimeUnit.MILLISECONDS);
        }
        catch (final InterruptedException ex)
        {
            Thread.currentThread().interrupt();
            isStopped = false;
            return true;
        }
    }
}
