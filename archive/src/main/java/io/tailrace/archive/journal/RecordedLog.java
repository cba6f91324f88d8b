package io.tailrace.archive.journal;

import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.TailReport;
import org.agrona.DirectBuffer;

/**
 * One recording that is appended to and survives restarts.
 */
public final class RecordedLog implements AutoCloseable
{
    public static final long BACK_PRESSURED = -2;
    public static final long ADMIN_ACTION = -3;
    public static final long LOST = -1;

    private RecordedLog()
    {
    }

    /** Opens or creates. */
    public static RecordedLog open(
        final EmbeddedArchive archive, final String name, final int streamId, final int termLength)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Position of the first payload byte (frame start + 32), or BACK_PRESSURED, ADMIN_ACTION, LOST. */
    public long append(final DirectBuffer src, final int offset, final int length)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** One frame from two pieces. */
    public long append(
        final DirectBuffer src, final int offset1, final int length1, final int offset2, final int length2)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public int maxPayloadLength()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public long durablePosition()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public long appendPosition()
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Position at which this incarnation began to append. */
    public long openPosition()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public boolean isConnected()
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Why append returned LOST; empty while it has not. */
    public String lostReason()
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Waits until everything appended is durable. */
    public boolean awaitDurable(final long timeoutNs)
    {
        throw new UnsupportedOperationException("not yet");
    }

    /** Deletes the oldest segment if it ends at or before the position; true if it did: call again. */
    public boolean purgeBefore(final long position)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public long startPosition()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public RecordingDescriptor descriptor()
    {
        throw new UnsupportedOperationException("not yet");
    }

    public TailReport tailReport()
    {
        throw new UnsupportedOperationException("not yet");
    }

    @Override
    public void close()
    {
        throw new UnsupportedOperationException("not yet");
    }
}
