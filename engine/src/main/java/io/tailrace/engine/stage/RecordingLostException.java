package io.tailrace.engine.stage;

/**
 * A recording no longer takes what is appended to it: the engine must stop, recovery is replay.
 */
public final class RecordingLostException extends IllegalStateException
{
    private static final long serialVersionUID = 1;

    RecordingLostException(final String message)
    {
        super(message);
    }
}
