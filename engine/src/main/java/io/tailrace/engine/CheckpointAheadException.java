package io.tailrace.engine;

import io.aeron.exceptions.AeronEvent;

/** A warning: the end of a recording was lost, and with it what a checkpoint stands upon. */
final class CheckpointAheadException extends AeronEvent
{
    private static final long serialVersionUID = 1;

    CheckpointAheadException(final String message)
    {
        super(message);
    }
}
