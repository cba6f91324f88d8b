package io.tailrace.engine.checkpoint;

import io.tailrace.archive.checkpoint.CheckpointMeta;

/**
 * What has become of the checkpoints of this incarnation.
 * <p>
 * Threading: written by the checkpoint's thread, read by any; each number by itself.
 */
public final class CheckpointCounts
{
    /** There is none yet. */
    public static final long NONE = -1;

    private volatile long completed;
    private volatile long givenUp;
    private volatile long lastNumber = NONE;
    private volatile long lastJournalPosition = NONE;
    private volatile long lastBytes;
    private volatile long lastDurationNs;
    private volatile long fullBytes;
    private volatile long writtenBytes;
    private volatile long keptJournalPosition = NONE;
    private volatile long keptResultsPosition = NONE;

    /** @return complete ones, full or not. */
    public long completed()
    {
        return completed;
    }

    /** @return those that could not be written. */
    public long givenUp()
    {
        return givenUp;
    }

    /** @return number of the last complete one, or {@link #NONE}. */
    public long lastNumber()
    {
        return lastNumber;
    }

    /** @return its journal position, or {@link #NONE}. */
    public long lastJournalPosition()
    {
        return lastJournalPosition;
    }

    /** @return bytes of the last complete one. */
    public long lastBytes()
    {
        return lastBytes;
    }

    /** @return ns from its beginning to its completion. */
    public long lastDurationNs()
    {
        return lastDurationNs;
    }

    /** @return bytes of the last full one. */
    public long fullBytes()
    {
        return fullBytes;
    }

    /** @return bytes of all. */
    public long writtenBytes()
    {
        return writtenBytes;
    }

    /** @return the journal is needed from here on by the oldest that is kept, or {@link #NONE}. */
    public long keptJournalPosition()
    {
        return keptJournalPosition;
    }

    /** @return the results log is needed from here on by the oldest that is kept, or {@link #NONE}. */
    public long keptResultsPosition()
    {
        return keptResultsPosition;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void onComplete(final CheckpointMeta meta, final long bytes, final long durationNs)
    {
        lastNumber = meta.number();
        lastJournalPosition = meta.journalPosition();
        lastBytes = bytes;
        lastDurationNs = durationNs;
        writtenBytes += bytes;
        if (meta.isFull())
        {
            fullBytes = bytes;
        }
        completed++;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void onGivenUp()
    {
        givenUp++;
    }

    void onKept(final CheckpointMeta oldest)
    {
        keptResultsPosition = oldest.resultsPosition();
        keptJournalPosition = oldest.journalPosition();
    }
}
