package io.tailrace.engine.checkpoint;

import io.aeron.exceptions.AeronEvent;

/**
 * A warning: a checkpoint could not be written, or not be restored. The engine goes on; recovery takes longer.
 */
public final class CheckpointGivenUpException extends AeronEvent
{
    private static final long serialVersionUID = 1;

    private final Throwable reason;

    /**
     * @param message names the checkpoint and the reason.
     * @param reason  null: none beside the message.
     */
    public CheckpointGivenUpException(final String message, final Throwable reason)
    {
        super(message);
        this.reason = reason;
    }

    // An AeronEvent has no cause from its beginning, and none can be set later.
    @Override
    public synchronized Throwable getCause()
    {
        return reason;
    }
}
