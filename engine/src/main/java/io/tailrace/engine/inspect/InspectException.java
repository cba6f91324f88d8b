package io.tailrace.engine.inspect;

/**
 * A data directory cannot be looked at, or does not hold what it must. The message is one line.
 */
public final class InspectException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    /** @param message what was found and where. */
    public InspectException(final String message)
    {
        super(message);
    }
}
