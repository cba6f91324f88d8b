package io.tailrace.engine.cli;

/**
 * An argument that cannot be. The message is one line: {@code --OPTION: found X, expected Y}.
 */
final class ArgumentException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    ArgumentException(final String message)
    {
        super(message);
    }

    /** Throws one with that message unless the argument is right. */
    static void require(final boolean isRight, final String message)
    {
        if (!isRight)
        {
            throw new ArgumentException(message);
        }
    }
}
