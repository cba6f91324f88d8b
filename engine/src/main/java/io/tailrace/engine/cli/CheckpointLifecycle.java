package io.tailrace.engine.cli;

import java.io.UncheckedIOException;

import io.tailrace.engine.checkpoint.CheckpointCounts;

/**
 * Writes a line {@code checkpoint} to the lifecycle log when checkpoints were given up, with how many there are by
 * then, no other one while the reason stays the same, and another when one is complete again. The disk may be too full
 * for a line: then it is written with a later look, and says what is true then.
 */
final class CheckpointLifecycle
{
    private final CheckpointCounts counts;
    private final LifecycleLog log;
    private long toldGivenUp;
    private long completedWhenTold;
    private boolean isFailing;
    private String toldReason = "";

    CheckpointLifecycle(final CheckpointCounts counts, final LifecycleLog log)
    {
        this.counts = counts;
        this.log = log;
    }

    /** Compares with the last look. */
    void look()
    {
        final long completed = counts.completed();
        final long givenUp = counts.givenUp();
        if (givenUp != toldGivenUp)
        {
            final String reason = counts.lastFailure();
            if (isFailing && completed == completedWhenTold && reason.equals(toldReason))
            {
                toldGivenUp = givenUp;
            }
            else if (append("given-up", completed, givenUp))
            {
                toldReason = reason;
                toldGivenUp = givenUp;
                completedWhenTold = completed;
                isFailing = true;
            }
        }
        else if (isFailing && completed != completedWhenTold && append("completed", completed, givenUp))
        {
            isFailing = false;
        }
    }

    private boolean append(final String state, final long completed, final long givenUp)
    {
        try
        {
            log.append(LifecycleLog.line("checkpoint")
                .add("state", state)
                .add("completed", completed)
                .add("givenUp", givenUp)
                .add("lastNumber", counts.lastNumber())
                .add("lastJournalPosition", counts.lastJournalPosition())
                .add("reason", "given-up".equals(state) ? counts.lastFailure() : ""));
            return true;
        }
        catch (final UncheckedIOException ex)
        {
            // No room for a line: the warning itself was logged.
            return false;
        }
    }
}
