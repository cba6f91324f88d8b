package io.tailrace.engine.config;

/** A text is not a value of the type that was asked for; the type says what is. */
final class ValueException extends Exception
{
    private static final long serialVersionUID = 1L;

    ValueException()
    {
        super(null, null, false, false);
    }
}
