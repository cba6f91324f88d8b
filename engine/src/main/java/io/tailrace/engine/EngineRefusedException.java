package io.tailrace.engine;

/**
 * The engine does not start on what it finds in the data directory, since going on would change results that have been
 * emitted, or lose some. {@code run --new-epoch} begins a new results epoch where that is what is wanted.
 */
public final class EngineRefusedException extends RuntimeException
{
    private static final long serialVersionUID = 1;

    EngineRefusedException(final String message)
    {
        super(message);
    }
}
