package io.tailrace.engine;

/**
 * Asks for a result that retention has purged. The message names the first one that is there.
 */
public final class PurgedResultException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final long firstSequence;

    /**
     * @param epoch         results epoch.
     * @param sequence      that was asked for.
     * @param firstSequence the first one of that epoch that is kept.
     */
    public PurgedResultException(final long epoch, final long sequence, final long firstSequence)
    {
        super("result " + sequence + " of epoch " + epoch + " has been purged, expected " + firstSequence +
            ", the first one kept, or greater");
        this.firstSequence = firstSequence;
    }

    /** @return the first sequence of the epoch that is kept. */
    public long firstSequence()
    {
        return firstSequence;
    }
}
