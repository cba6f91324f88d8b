package io.tailrace.engine.operator;

import io.tailrace.codec.MessageLayout;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;
import org.agrona.UnsafeApi;

/**
 * What ended before the journal, per source and reason, as the {@code LedgerMark} messages in it say.
 * <p>
 * Threading: one thread, the operators'. Hot path: allocation-free.
 */
public final class LedgerMarks
{
    /** One more than the greatest reason code that is kept. */
    public static final int REASONS = 128;

    private final int sourceCount;

    // Checkpointed.
    private final long[] counts;

    LedgerMarks(final int sourceCount)
    {
        this.sourceCount = sourceCount;
        counts = new long[sourceCount * REASONS];
    }

    void onMark(final long message)
    {
        final int source = UnsafeApi.getShort(message + MessageLayout.LEDGER_MARK_SOURCE_OFFSET) & 0xFFFF;
        final int reason = UnsafeApi.getShort(message + MessageLayout.LEDGER_MARK_REASON_OFFSET) & 0xFFFF;
        if (source < sourceCount && reason < REASONS)
        {
            counts[source * REASONS + reason] = UnsafeApi.getLong(message + MessageLayout.LEDGER_MARK_COUNT_OFFSET);
        }
    }

    /** @return the last count of a source and a reason. */
    public long count(final int source, final int reason)
    {
        return counts[source * REASONS + reason];
    }

    void save(final StateOutput out)
    {
        out.putLongs(counts);
    }

    void load(final StateInput in)
    {
        in.getLongs(counts);
    }
}
