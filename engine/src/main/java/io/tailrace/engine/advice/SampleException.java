package io.tailrace.engine.advice;

/**
 * A sample cannot be measured within the bounds of the configuration. The message names the file, the line and the
 * bound.
 */
public final class SampleException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    SampleException(final String message)
    {
        super(message);
    }
}
