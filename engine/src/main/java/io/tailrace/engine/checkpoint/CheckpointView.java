package io.tailrace.engine.checkpoint;

import java.util.function.LongSupplier;

import org.agrona.concurrent.NanoClock;

/**
 * Checkpoints as monitoring shows them, and what a recovery would take now. Any thread may ask at any time.
 *
 * @param counts            what has become of them.
 * @param clock             that the counts go by.
 * @param recoveredPosition journal position that this run recovered from: stands for a checkpoint until there is one.
 * @param journalPosition   up to which the journal is durable.
 * @param forecast          rates of recovery.
 */
public record CheckpointView(
    CheckpointCounts counts,
    NanoClock clock,
    long recoveredPosition,
    LongSupplier journalPosition,
    RecoveryForecast forecast)
{
    /** @return ns since the last one of this run was complete, or {@link CheckpointCounts#NONE}. */
    public long ageNs()
    {
        final long completedNs = counts.lastCompletedNs();
        return counts.completed() == 0 ? CheckpointCounts.NONE : clock.nanoTime() - completedNs;
    }

    /** @return bytes of the journal behind the newest checkpoint: what a recovery replays. */
    public long journalBytesBehind()
    {
        final long checkpoint = counts.lastJournalPosition();
        final long position = checkpoint == CheckpointCounts.NONE ? recoveredPosition : checkpoint;
        return Math.max(0, journalPosition.getAsLong() - position);
    }

    /** @return ns that a recovery would take, if the engine were killed now. */
    public long predictedRecoveryNs()
    {
        return forecast.recoveryNs(counts.chainBytes(), journalBytesBehind());
    }
}
