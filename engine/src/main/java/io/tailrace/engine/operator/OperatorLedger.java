package io.tailrace.engine.operator;

import io.tailrace.codec.RejectReason;
import io.tailrace.engine.state.StateInput;
import io.tailrace.engine.state.StateOutput;

/**
 * What became of every reading that the operators took from the journal: per source and per operator.
 * <pre>
 *   source:    judged = accepted + duplicate + rejected(reason)
 *   operator:  accepted = applied + filtered + late + exhausted(reason)
 * </pre>
 * A function of the journal, as all state. Counts are kept as they happen, never as remainders.
 * <p>
 * Threading: written by the operators' thread; others see the copy that {@link #copyTo} made.
 */
public final class OperatorLedger
{
    /** One more than the greatest code of a {@link RejectReason}. */
    public static final int REASONS = RejectReason.values().length + 1;

    private static final int JUDGED = 0;
    private static final int ACCEPTED = 1;
    private static final int OLD = 2;
    private static final int DUPLICATE = 3;
    private static final int REJECTED = 4;
    private static final int SOURCE_COUNTS = REJECTED + REASONS;
    private static final int CONTROL_COUNTS = 1;

    private final int sourceCount;
    private final int operatorCount;
    private final int operatorsBegin;

    // Checkpointed.
    private final long[] counts;

    /** @param sourceCount sources, and {@code operatorCount} operators of the configuration. */
    public OperatorLedger(final int sourceCount, final int operatorCount)
    {
        this.sourceCount = sourceCount;
        this.operatorCount = operatorCount;
        operatorsBegin = CONTROL_COUNTS + sourceCount * SOURCE_COUNTS;
        counts = new long[operatorsBegin + operatorCount * KeyedOperator.OUTCOMES];
    }

    void onControl()
    {
        counts[0]++;
    }

    void onAccepted(final int source, final boolean isOld)
    {
        final int at = sourceIndex(source);
        counts[at + JUDGED]++;
        counts[at + ACCEPTED]++;
        if (isOld)
        {
            counts[at + OLD]++;
        }
    }

    void onDuplicate(final int source)
    {
        final int at = sourceIndex(source);
        counts[at + JUDGED]++;
        counts[at + DUPLICATE]++;
    }

    void onRejected(final int source, final int reason)
    {
        final int at = sourceIndex(source);
        counts[at + JUDGED]++;
        counts[at + REJECTED + reason]++;
    }

    void onOutcome(final int operatorId, final int outcome)
    {
        counts[operatorsBegin + operatorId * KeyedOperator.OUTCOMES + outcome]++;
    }

    /** @return control messages processed. */
    public long controls()
    {
        return counts[0];
    }

    /** @return readings of a source that were judged. */
    public long judged(final int source)
    {
        return counts[sourceIndex(source) + JUDGED];
    }

    /** @return readings of a source that were accepted. */
    public long accepted(final int source)
    {
        return counts[sourceIndex(source) + ACCEPTED];
    }

    /** @return accepted readings of a source that were older than the age that warns. */
    public long old(final int source)
    {
        return counts[sourceIndex(source) + OLD];
    }

    /** @return readings of a source that came before. */
    public long duplicates(final int source)
    {
        return counts[sourceIndex(source) + DUPLICATE];
    }

    /** @return readings of a source that were rejected with a reason code. */
    public long rejected(final int source, final int reason)
    {
        return counts[sourceIndex(source) + REJECTED + reason];
    }

    /** @return accepted readings of all sources. */
    public long accepted()
    {
        long sum = 0;
        for (int source = 0; source < sourceCount; source++)
        {
            sum += accepted(source);
        }
        return sum;
    }

    /** @return readings that ended so in an operator; see the outcomes of {@link KeyedOperator}. */
    public long outcome(final int operatorId, final int outcome)
    {
        return counts[operatorsBegin + operatorId * KeyedOperator.OUTCOMES + outcome];
    }

    /** @return how many sources there are. */
    public int sourceCount()
    {
        return sourceCount;
    }

    /** @return how many operators there are. */
    public int operatorCount()
    {
        return operatorCount;
    }

    /** Makes another ledger of the same shape equal to this one. */
    public void copyTo(final OperatorLedger other)
    {
        System.arraycopy(counts, 0, other.counts, 0, counts.length);
    }

    void save(final StateOutput out)
    {
        out.putLongs(counts);
    }

    void load(final StateInput in)
    {
        in.getLongs(counts);
    }

    private int sourceIndex(final int source)
    {
        return CONTROL_COUNTS + source * SOURCE_COUNTS;
    }
}
