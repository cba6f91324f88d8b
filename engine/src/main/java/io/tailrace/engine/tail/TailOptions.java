package io.tailrace.engine.tail;

import java.util.Set;

/**
 * Which results are printed.
 *
 * @param epoch        of the results; {@link #NEWEST_EPOCH}: the newest one.
 * @param fromSequence the first one, from 0; or {@link #FIRST_KEPT}.
 * @param kinds        of results, at least one.
 * @param limit        results at most, from 0.
 * @param follow       whether to wait for more if an engine is running.
 */
public record TailOptions(int epoch, long fromSequence, Set<ResultKind> kinds, long limit, boolean follow)
{
    /** The epoch of results that the journal began last. */
    public static final int NEWEST_EPOCH = -1;
    /** The first result of the epoch that is kept. */
    public static final long FIRST_KEPT = -1;
    /** Every result. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** Copies the kinds. */
    public TailOptions
    {
        kinds = Set.copyOf(kinds);
    }

    TailOptions from(final long sequence)
    {
        return new TailOptions(epoch, sequence, kinds, limit, follow);
    }
}
