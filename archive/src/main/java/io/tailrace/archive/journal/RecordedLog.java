package io.tailrace.archive.journal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.archive.client.ArchiveException;
import io.aeron.logbuffer.BufferClaim;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.TailReport;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.status.CountersReader;

/**
 * A recording that is appended to and goes on where it ended when it is opened again: a journal, or a results log.
 * <pre>
 *   append --&gt; publication (aeron:ipc) --&gt; archive --&gt; segment files
 *                                              `--&gt; recorded position --&gt; durablePosition
 * </pre>
 * The archive is the only subscriber, so nothing but the disk slows an append; if the archive stops recording,
 * appends are {@link #LOST}. The position of message {@code i} in a frame of 64-byte messages is what append
 * returned, plus {@code 64 * i}.
 * <p>
 * Threading: one thread appends; {@link #durablePosition}, {@link #startPosition} and {@link #isConnected} may be
 * called by any; the rest by one housekeeping thread. Hot path: append and durablePosition are allocation-free and
 * never block.
 */
public final class RecordedLog implements AutoCloseable
{
    /**
     * Cannot be appended any more: the archive does not record, the log is closed, or its positions are used up. See
     * {@link #lostReason}.
     */
    public static final long LOST = Publication.NOT_CONNECTED;

    /**
     * The archive is behind by half a term: try again later.
     */
    public static final long BACK_PRESSURED = Publication.BACK_PRESSURED;

    /**
     * The term was full and has been rotated: try again at once.
     */
    public static final long ADMIN_ACTION = Publication.ADMIN_ACTION;

    static final int HEADER_LENGTH = 32;
    static final int FRAME_ALIGNMENT = 32;

    private static final long CLOSE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    private final EmbeddedArchive archive;
    private final RecordingDescriptor descriptor;
    private final TailReport tailReport;
    private final ExclusivePublication publication;
    private final CountersReader counters;
    private final int counterId;
    private final long counterRegistrationId;
    private final long counterHandlerId;
    private final long closeHandlerId;
    private final long openPosition;
    private final BufferClaim claim = new BufferClaim();

    private boolean isClosed;

    /** Written by the one thread that purges, read by all. */
    private volatile long startPosition;

    /**
     * Last recorded position once recording has stopped, else {@link Aeron#NULL_VALUE}. Written by the client's
     * conductor and on close, read by all.
     */
    private volatile long finalPosition = Aeron.NULL_VALUE;

    RecordedLog(
        final EmbeddedArchive archive,
        final RecordingDescriptor descriptor,
        final TailReport tailReport,
        final ExclusivePublication publication,
        final int counterId,
        final long startPosition)
    {
        this.archive = archive;
        this.descriptor = descriptor;
        this.tailReport = tailReport;
        this.publication = publication;
        this.counterId = counterId;
        this.startPosition = startPosition;
        openPosition = publication.position();
        counters = archive.aeron().countersReader();
        counterRegistrationId = counters.getCounterRegistrationId(counterId);
        counterHandlerId = archive.aeron().addUnavailableCounterHandler(this::onUnavailableCounter);
        closeHandlerId = archive.aeron().addCloseHandler(this::onClientClose);
        if (CountersReader.RECORD_ALLOCATED != counters.getCounterState(counterId))
        {
            onClientClose();
        }
    }

    /**
     * Opens the recording of that name, or creates it. It goes on at the end of its last whole frame.
     *
     * @param archive    that runs on the data directory.
     * @param name       of the descriptor file: lower-case letters, digits and dashes.
     * @param streamId   at least 1000, and the same for ever: a recording that lost its descriptor is found by it.
     * @param termLength of a new recording; an existing one keeps its own.
     * @return the log, connected to the archive.
     * @throws IllegalArgumentException if the stream id is not that of the existing recording.
     * @throws IllegalStateException    if the recording is open already.
     * @throws io.tailrace.archive.recording.CorruptRecordingException if files and catalogue contradict each other.
     */
    public static RecordedLog open(
        final EmbeddedArchive archive, final String name, final int streamId, final int termLength)
    {
        return new RecordedLogOpener(archive, name, streamId, termLength).open();
    }

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
    public long append(final DirectBuffer src, final int offset, final int length)
    {
        final long position = publication.tryClaim(length, claim);
        if (position < 0 || Aeron.NULL_VALUE != finalPosition)
        {
            return onRefused(position);
        }

        claim.buffer().putBytes(claim.offset(), src, offset, length);
        return commit(position, length);
    }

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
    public long append(
        final DirectBuffer src, final int offset1, final int length1, final int offset2, final int length2)
    {
        final int length = length1 + length2;
        final long position = publication.tryClaim(length, claim);
        if (position < 0 || Aeron.NULL_VALUE != finalPosition)
        {
            return onRefused(position);
        }

        claim.buffer().putBytes(claim.offset(), src, offset1, length1);
        claim.buffer().putBytes(claim.offset() + length1, src, offset2, length2);
        return commit(position, length);
    }

    /**
     * Longest payload of one frame.
     *
     * @return bytes: the recording's MTU less 32.
     */
    public int maxPayloadLength()
    {
        return descriptor.maxPayloadLength();
    }

    /**
     * Everything before this position is recorded, and survives what the archive's durability says. Never decreases.
     *
     * @return the position; when recording has stopped, the last one that was reached.
     */
    public long durablePosition()
    {
        final long position = finalPosition;
        return Aeron.NULL_VALUE == position ? counters.getCounterValue(counterId) : position;
    }

    /**
     * End of what has been appended.
     *
     * @return position at which the next frame will begin, unless a padding frame goes before it.
     */
    public long appendPosition()
    {
        final long position = publication.position();
        return position < 0 ? durablePosition() : position;
    }

    /**
     * Where this incarnation began to append.
     *
     * @return the end position of the recording when it was opened.
     */
    public long openPosition()
    {
        return openPosition;
    }

    /**
     * Is the archive recording?
     *
     * @return false if append returns {@link #LOST}, now or as soon as it is called.
     */
    public boolean isConnected()
    {
        return Aeron.NULL_VALUE == finalPosition && publication.isConnected();
    }

    /**
     * Why append returns {@link #LOST}.
     *
     * @return the reason; empty while the archive is recording.
     */
    public String lostReason()
    {
        if (isConnected())
        {
            return "";
        }

        final String where = descriptor.name() + " at position " + durablePosition();
        if (isClosed)
        {
            return "closed " + where;
        }

        final String failure = archive.failure();
        return "archive stopped recording " + where + (failure.isEmpty() ? "" : ": " + failure);
    }

    /**
     * Waits until everything appended so far is durable. For shutting down and for tests: it parks.
     *
     * @param timeoutNs to give up after.
     * @return false if time was up or the log was lost before.
     */
    public boolean awaitDurable(final long timeoutNs)
    {
        final long position = appendPosition();
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (durablePosition() < position)
        {
            if (Aeron.NULL_VALUE != finalPosition || System.nanoTime() - deadlineNs > 0)
            {
                return durablePosition() >= position;
            }
            LockSupport.parkNanos(PARK_NS);
        }

        return true;
    }

    /**
     * Deletes the oldest segment if all of it lies before a position. One segment a call, because deleting several
     * at once stalls the archive. Blocks for a round trip to the archive.
     *
     * @param position everything from here on is kept.
     * @return true if a segment was purged: call again, there may be more. False also if the segment is being
     * replayed, or the one before is still being deleted.
     * @throws ArchiveException if the archive refuses for any other reason.
     */
    public boolean purgeBefore(final long position)
    {
        final int segmentLength = descriptor.segmentLength();
        final long newStartPosition = (startPosition & -segmentLength) + segmentLength;
        if (newStartPosition > Math.min(position, durablePosition()) || !isConnected())
        {
            return false;
        }

        try
        {
            archive.client().purgeSegments(descriptor.recordingId(), newStartPosition);
        }
        catch (final ArchiveException ex)
        {
            final String message = String.valueOf(ex.getMessage());
            if (message.contains("replay in progress") || message.contains("delete operation in progress"))
            {
                return false;
            }
            throw ex;
        }

        startPosition = newStartPosition;
        return true;
    }

    /**
     * First position that is still kept.
     *
     * @return base of the oldest segment.
     */
    public long startPosition()
    {
        return startPosition;
    }

    /**
     * How to read the recording.
     *
     * @return its descriptor.
     */
    public RecordingDescriptor descriptor()
    {
        return descriptor;
    }

    /**
     * What the tail check found.
     *
     * @return its report.
     */
    public TailReport tailReport()
    {
        return tailReport;
    }

    /**
     * Waits until everything appended is durable, at most 10 s, and stops recording. Idempotent.
     */
    @Override
    public void close()
    {
        if (!isClosed)
        {
            awaitDurable(CLOSE_TIMEOUT_NS);
            isClosed = true;

            final Aeron aeron = archive.aeron();
            if (!aeron.isClosed())
            {
                publication.close();
                awaitStopped();
                aeron.removeUnavailableCounterHandler(counterHandlerId);
                aeron.removeCloseHandler(closeHandlerId);
            }
        }
    }

    private long commit(final long endPosition, final int length)
    {
        final int frameLength = HEADER_LENGTH + length;
        final long framePosition = endPosition - BitUtil.align(frameLength, FRAME_ALIGNMENT);
        claim.reservedValue(framePosition + frameLength).commit();
        return framePosition + HEADER_LENGTH;
    }

    private long onRefused(final long code)
    {
        if (code >= 0)
        {
            // Recording stopped, but the driver has not told the publication yet.
            claim.abort();
            return LOST;
        }

        return Aeron.NULL_VALUE == finalPosition && (BACK_PRESSURED == code || ADMIN_ACTION == code) ? code : LOST;
    }

    private void awaitStopped()
    {
        final long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        while (Aeron.NULL_VALUE == finalPosition && System.nanoTime() - deadlineNs < 0)
        {
            LockSupport.parkNanos(PARK_NS);
        }
        onClientClose();
    }

    private void onUnavailableCounter(
        final CountersReader countersReader, final long registrationId, final int unavailableCounterId)
    {
        if (registrationId == counterRegistrationId)
        {
            finalPosition = countersReader.getCounterValue(unavailableCounterId);
        }
    }

    private void onClientClose()
    {
        if (Aeron.NULL_VALUE == finalPosition)
        {
            finalPosition = counters.getCounterValue(counterId);
        }
    }
}
