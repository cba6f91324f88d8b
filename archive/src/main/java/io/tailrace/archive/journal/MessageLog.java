package io.tailrace.archive.journal;

import io.aeron.Publication;
import io.tailrace.archive.recording.LogReader;
import org.agrona.DirectBuffer;

/**
 * A log of frames that is appended to and goes on where it ended when it is opened again: a journal, or a results log.
 * <pre>
 *   start ......................... open .............. durable .......... append
 *     |  frames of former lives      |  frames of this  |  at risk in a     |
 *     |                              |  life            |  crash            |
 * </pre>
 * A frame is a header of 32 bytes and a payload, aligned to 32 bytes; none crosses the end of a term, before which
 * padding may lie. The position of message {@code i} in a frame of 64-byte messages is what append returned, plus
 * {@code 64 * i}. After a crash the log ends at the end of a whole frame, no earlier than what was durable.
 * <p>
 * Threading: one thread appends; {@link #appendPosition}, {@link #durablePosition}, {@link #startPosition}, {@link
 * #windowLength} and {@link #isConnected} may be called by any; the rest by one housekeeping thread. Hot path: append
 * and durablePosition are allocation-free and never block.
 */
public interface MessageLog extends AutoCloseable
{
    /**
     * Cannot be appended any more: nothing is recorded, the log is closed, or its positions are used up. See
     * {@link #lostReason}.
     */
    long LOST = Publication.NOT_CONNECTED;

    /**
     * What is durable is behind by half a term: try again later.
     */
    long BACK_PRESSURED = Publication.BACK_PRESSURED;

    /**
     * The term was full and has been rotated: try again at once.
     */
    long ADMIN_ACTION = Publication.ADMIN_ACTION;

    /**
     * Appends bytes as one frame.
     *
     * @param src    holds the bytes; may be changed as soon as this returns.
     * @param offset of the first byte.
     * @param length bytes, at most {@link #maxPayloadLength}.
     * @return position of the first byte, or {@link #BACK_PRESSURED}, {@link #ADMIN_ACTION} or {@link #LOST}; then
     * nothing was appended.
     * @throws IllegalArgumentException if the length is negative or too great.
     */
    long append(DirectBuffer src, int offset, int length);

    /**
     * Appends two pieces as one frame, for a ring whose contents wrap.
     *
     * @param src     holds both pieces; may be changed as soon as this returns.
     * @param offset1 of the first piece.
     * @param length1 bytes of the first piece.
     * @param offset2 of the second piece.
     * @param length2 bytes of the second piece; both together at most {@link #maxPayloadLength}.
     * @return position of the first byte, or {@link #BACK_PRESSURED}, {@link #ADMIN_ACTION} or {@link #LOST}; then
     * nothing was appended.
     * @throws IllegalArgumentException if the sum of lengths is negative or too great.
     */
    long append(DirectBuffer src, int offset1, int length1, int offset2, int length2);

    /**
     * Longest payload of one frame.
     *
     * @return bytes: the recording's MTU less 32.
     */
    int maxPayloadLength();

    /**
     * How far what is durable may be behind what is appended, before appends are {@link #BACK_PRESSURED}.
     *
     * @return bytes; 0 if it is never behind.
     */
    int windowLength();

    /**
     * Everything before this position survives what the durability says. Never decreases.
     *
     * @return the position; when recording has stopped, the last one that was reached.
     */
    long durablePosition();

    /**
     * End of what has been appended, by this log or before it was opened.
     *
     * @return position at which the next frame will begin, unless a padding frame goes before it; stays when recording
     *         has stopped.
     */
    long appendPosition();

    /**
     * Where this incarnation began to append.
     *
     * @return the end position of the recording when it was opened.
     */
    long openPosition();

    /**
     * First position that is still kept.
     *
     * @return base of the oldest segment.
     */
    long startPosition();

    /**
     * Can be appended to?
     *
     * @return false if append returns {@link #LOST}, now or as soon as it is called.
     */
    boolean isConnected();

    /**
     * Why append returns {@link #LOST}.
     *
     * @return the reason; empty while it does not.
     */
    String lostReason();

    /**
     * Waits until everything appended so far is durable. For shutting down and for tests: it parks.
     *
     * @param timeoutNs to give up after.
     * @return false if time was up or the log was lost before.
     */
    boolean awaitDurable(long timeoutNs);

    /**
     * Deletes the oldest segment if all of it lies before a position. One segment a call, so that the caller may do
     * other things in between. Blocks for a round trip to the archive, and for the file system.
     *
     * @param position everything from here on is kept.
     * @return true if a segment was purged: call again, there may be more. False also if the segment is being
     * replayed.
     * @throws io.aeron.archive.client.ArchiveException if the archive refuses for any other reason.
     */
    boolean purgeBefore(long position);

    /**
     * What a purge removes at once.
     *
     * @return length of a segment, bytes.
     */
    int segmentLength();

    /**
     * Name of the log, for messages.
     *
     * @return as in its descriptor.
     */
    String name();

    /**
     * Reads the log at the start of a frame, beside its appending.
     *
     * @param fromPosition start of a frame, or the position where the next frame will begin.
     * @return a reader before that frame; the caller closes it.
     * @throws IllegalArgumentException if the position is negative or no multiple of 32.
     */
    LogReader reader(long fromPosition);

    /**
     * Waits until everything appended is durable, and stops recording. Idempotent.
     */
    @Override
    void close();
}
