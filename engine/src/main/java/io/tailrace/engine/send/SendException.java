package io.tailrace.engine.send;

/**
 * Sending cannot begin or cannot go on. The message is one line.
 */
public final class SendException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    /** @param message what failed and where. */
    public SendException(final String message)
    {
        super(message);
    }
}
