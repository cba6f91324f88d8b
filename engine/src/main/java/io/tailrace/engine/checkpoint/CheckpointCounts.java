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
    private volatile long lastCompletedNs;
    private volatile long fullBytes;
    private volatile long chainBytes;
    private volatile long writtenBytes;
    private volatile long stateBytes;
    private volatile long keptJournalPosition = NONE;
    private volatile long keptResultsPosition = NONE;
    private volatile String lastFailure = "";

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

    /** @return when it was complete, ns of the agent's clock; 0 if there is none. */
    public long lastCompletedNs()
    {
        return lastCompletedNs;
    }

    /** @return why the last one was given up that was; empty if none was. */
    public String lastFailure()
    {
        return lastFailure;
    }

    /** @return bytes of all files that the last complete one consists of. */
    public long chainBytes()
    {
        return chainBytes;
    }

    /** @return bytes of the last full one. */
    public long fullBytes()
    {
        return fullBytes;
    }

    /**
     * What must be left on the disk so that checkpoints can go on, and the recordings be purged behind them: the next
     * full one, and two of them until there are two chains.
     *
     * @return bytes.
     */
    public long bytesAhead()
    {
        return NONE == keptJournalPosition ? 2 * stateBytes : stateBytes;
    }

    /** @return bytes of a full one at most, of the state as it was when last seen. */
    public long stateBytes()
    {
        return stateBytes;
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
    void onComplete(final CheckpointMeta meta, final long bytes, final long durationNs, final long nowNs)
    {
        lastNumber = meta.number();
        lastJournalPosition = meta.journalPosition();
        lastBytes = bytes;
        lastDurationNs = durationNs;
        writtenBytes += bytes;
        chainBytes = meta.isFull() ? bytes : chainBytes + bytes;
        if (meta.isFull())
        {
            fullBytes = bytes;
        }
        lastCompletedNs = nowNs;
        completed++;
    }

    @SuppressWarnings("NonAtomicOperationOnVolatileField")
    void onGivenUp(final String reason)
    {
        lastFailure = reason;
        givenUp++;
    }

    void onState(final long bytes)
    {
        stateBytes = bytes;
    }

    void onKept(final CheckpointMeta oldest)
    {
        keptResultsPosition = oldest.resultsPosition();
        keptJournalPosition = oldest.journalPosition();
    }
}
