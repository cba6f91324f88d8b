package io.tailrace.perf.certify.counter;

/**
 * There is something that the model knows nothing of, so that no verdict is possible.
 */
final class UncoveredException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    UncoveredException(final String message)
    {
        super(message);
    }
}
