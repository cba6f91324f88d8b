package io.tailrace.engine.checkpoint;

/**
 * The records of a checkpoint are not what its writer says they are, or do not fit the operators.
 */
final class StateMismatchException extends RuntimeException
{
    private static final long serialVersionUID = 1;

    StateMismatchException(final String message)
    {
        super(message);
    }
}
