package io.tailrace.perf.certify.counter;

/**
 * A recording is not what {@code archive/docs/recordings.md} says, or holds what is not in {@code
 * codec/docs/spec/messages.md}.
 */
public final class DamagedRecordingException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    DamagedRecordingException(final String message)
    {
        super(message);
    }
}
