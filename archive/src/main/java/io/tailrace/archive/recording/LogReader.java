package io.tailrace.archive.recording;

import org.agrona.DirectBuffer;

/**
 * Reads the payloads of a log in sequence.
 * <p>
 * Threading: one thread. Hot path: {@link #next} and the queries are allocation-free, but for what an implementation
 * says of itself.
 */
public interface LogReader extends AutoCloseable
{
    /**
     * Moves to the next payload that starts before the limit.
     *
     * @param limitPosition a position up to which the log is known to be complete, such as its durable position.
     * @return false if there is none; call again with a greater limit.
     * @throws CorruptRecordingException if a frame fails verification, or the log ends before the limit.
     */
    boolean next(long limitPosition);

    /**
     * Where the payload of the current frame starts.
     *
     * @return position of its first byte, 32 after the frame's.
     */
    long payloadPosition();

    /**
     * Where reading goes on: the end of all frames read, padding included.
     *
     * @return position of the next header.
     */
    long nextPosition();

    /**
     * The buffer that holds the payload of the current frame: read-only, valid until the next call of {@link #next} or
     * {@link #close}.
     *
     * @return the buffer, off the heap.
     */
    DirectBuffer payloadBuffer();

    /**
     * Where the payload begins in {@link #payloadBuffer}.
     *
     * @return offset in bytes.
     */
    int payloadOffset();

    /**
     * Length of the payload.
     *
     * @return bytes.
     */
    int payloadLength();

    @Override
    void close();
}
