package io.tailrace.engine.checkpoint;

import java.nio.ByteOrder;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the engine writes at the end of a checkpoint, little-endian.
 * <pre>
 *   0  version          i32   1; another one as soon as a block or a record is laid out otherwise
 *   4  sections         i32
 *   8  results end      i64
 *  16  digests          i64 for each section
 *      history length   i32
 *      history          bytes, which their writer knows
 * </pre>
 *
 * @param resultsEnd position in the results log before which all results lie that the state has produced.
 * @param digests    of the sections of the state.
 * @param history    who has written the journal so far.
 */
public record CheckpointFooter(long resultsEnd, long[] digests, byte[] history)
{
    private static final int VERSION = 2;
    private static final int SECTIONS = 4;
    private static final int RESULTS_END = 8;
    private static final int DIGESTS = 16;

    /** @return the bytes. */
    UnsafeBuffer encode()
    {
        final int historyAt = DIGESTS + digests.length * Long.BYTES;
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[historyAt + Integer.BYTES + history.length]);
        buffer.putInt(0, VERSION, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(SECTIONS, digests.length, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(RESULTS_END, resultsEnd, ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < digests.length; i++)
        {
            buffer.putLong(DIGESTS + i * Long.BYTES, digests[i], ByteOrder.LITTLE_ENDIAN);
        }
        buffer.putInt(historyAt, history.length, ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(historyAt + Integer.BYTES, history);
        return buffer;
    }

    /**
     * Reads a footer.
     *
     * @throws RuntimeException if it is none, or of another version.
     */
    public static CheckpointFooter decode(final DirectBuffer buffer)
    {
        final int length = buffer.capacity();
        if (length < DIGESTS + Integer.BYTES || buffer.getInt(0, ByteOrder.LITTLE_ENDIAN) != VERSION)
        {
            throw new StateMismatchException("footer of " + length + " bytes, expected one of version " + VERSION);
        }
        final int sections = buffer.getInt(SECTIONS, ByteOrder.LITTLE_ENDIAN);
        final long historyAt = DIGESTS + (long)sections * Long.BYTES;
        if (sections < 0 || historyAt + Integer.BYTES > length)
        {
            throw new StateMismatchException("footer of " + length + " bytes, expected " + sections + " sections");
        }
        final long[] digests = new long[sections];
        for (int i = 0; i < sections; i++)
        {
            digests[i] = buffer.getLong(DIGESTS + i * Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        }
        final int historyLength = buffer.getInt((int)historyAt, ByteOrder.LITTLE_ENDIAN);
        if (historyLength != length - historyAt - Integer.BYTES)
        {
            throw new StateMismatchException("footer of " + length + " bytes, expected a history of " + historyLength);
        }
        final byte[] history = new byte[historyLength];
        buffer.getBytes((int)historyAt + Integer.BYTES, history);
        return new CheckpointFooter(
            buffer.getLong(RESULTS_END, ByteOrder.LITTLE_ENDIAN), digests, history);
    }
}
