package io.tailrace.engine.sink;

/** What a sink cannot heal by trying again: it stops, others go on. */
public final class SinkException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    SinkException(final String message)
    {
        super(message);
    }

    SinkException(final String message, final Throwable cause)
    {
        super(message, cause);
    }
}
