package io.tailrace.engine.demo;

/** The demo cannot do what it was asked for; the message is one line that says what was found and what is expected. */
public final class DemoException extends RuntimeException
{
    private static final long serialVersionUID = 1;

    /** @param message one line: what was found, and what is expected. */
    public DemoException(final String message)
    {
        super(message);
    }
}
