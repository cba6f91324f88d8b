package io.tailrace.engine.checkpoint;

import io.aeron.exceptions.AeronEvent;

/**
 * A warning: a checkpoint could not be written, or not be restored. The engine goes on; recovery takes longer.
 */
public final class CheckpointGivenUpException extends AeronEvent
{
    private static final long serialVersionUID = 1;

    CheckpointGivenUpException(final String message, final Throwable cause)
    {
        super(message);
        initCause(cause);
    }
}
