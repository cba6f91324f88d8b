package io.tailrace.archive.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.archive.client.ArchiveException;
import io.aeron.logbuffer.BufferClaim;
import io.tailrace.archive.EmbeddedArchive;
import io.tailrace.archive.recording.RecordingDescriptor;
import io.tailrace.archive.recording.RecordingReader;
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
 * appends are {@link #LOST}.
 */
public final class RecordedLog implements MessageLog
{
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

    /** Kept beside the publication, which only its own thread may ask, and which forgets it when it is closed. */
    private final AtomicLong appended;

    private volatile boolean isClosed;

    /** Written by the one thread that purges, read by all. */
    private volatile long startPosition;

    /** Base of the first segment whose file is there; only lower while one is being deleted. By the same thread. */
    private long filesFrom;

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
        filesFrom = startPosition & -descriptor.segmentLength();
        openPosition = publication.position();
        appended = new AtomicLong(openPosition);
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

    @Override
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

    @Override
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

    @Override
    public int maxPayloadLength()
    {
        return descriptor.maxPayloadLength();
    }

    /** {@inheritDoc} It is the driver's window of local publications, half a term. */
    @Override
    public int windowLength()
    {
        return descriptor.termLength() / 2;
    }

    @Override
    public long durablePosition()
    {
        final long position = finalPosition;
        return Aeron.NULL_VALUE == position ? counters.getCounterValue(counterId) : position;
    }

    @Override
    public long appendPosition()
    {
        return appended.get();
    }

    @Override
    public long openPosition()
    {
        return openPosition;
    }

    @Override
    public boolean isConnected()
    {
        return Aeron.NULL_VALUE == finalPosition && publication.isConnected();
    }

    @Override
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

    @Override
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
     * {@inheritDoc} The archive gives the segment up, and its file is deleted here: that takes tens of milliseconds now
     * and then, which the archive's thread would not record in. The calling thread has to be one that may wait.
     *
     * @throws UncheckedIOException if the file cannot be deleted: the next call tries it again, and so does the start.
     */
    @Override
    public boolean purgeBefore(final long position)
    {
        deleteDetached();
        final int segmentLength = descriptor.segmentLength();
        final long newStartPosition = (startPosition & -segmentLength) + segmentLength;
        if (newStartPosition > Math.min(position, durablePosition()) || !isConnected() || !detach(newStartPosition))
        {
            return false;
        }

        deleteDetached();
        return true;
    }

    @Override
    public long startPosition()
    {
        return startPosition;
    }

    @Override
    public int segmentLength()
    {
        return descriptor.segmentLength();
    }

    @Override
    public String name()
    {
        return descriptor.name();
    }

    /**
     * {@inheritDoc} No file is touched before its first {@code next}, which then maps a segment at a time.
     */
    @Override
    public RecordingReader reader(final long fromPosition)
    {
        return RecordingReader.open(archive.directory().archiveDir(), descriptor, fromPosition);
    }

    /**
     * How to read the recording without this log.
     *
     * @return its descriptor.
     */
    public RecordingDescriptor descriptor()
    {
        return descriptor;
    }

    /**
     * Ends all replays, of any process, such as those that keep a segment from being purged. Who follows the log
     * finds its replay ended, and may open another one.
     *
     * @throws io.aeron.exceptions.TimeoutException if the archive does not answer.
     */
    public void stopReplays()
    {
        archive.client().stopAllReplays(descriptor.recordingId());
    }

    /**
     * Does the archive record what is appended? May be asked by any thread.
     *
     * @return false once the log is closed, or recording has stopped.
     */
    public boolean isRecording()
    {
        return !isClosed && Aeron.NULL_VALUE == finalPosition;
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
     * {@inheritDoc} It waits 10 s at most.
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

    /** @return whether the recording starts there now or later; false while a replay needs what comes before. */
    private boolean detach(final long newStartPosition)
    {
        try
        {
            archive.client().detachSegments(descriptor.recordingId(), newStartPosition);
        }
        catch (final RuntimeException ex)
        {
            if (ex instanceof ArchiveException && String.valueOf(ex.getMessage()).contains("replay in progress"))
            {
                return false;
            }
            return wasDetached(newStartPosition, ex);
        }

        startPosition = newStartPosition;
        return true;
    }

    /** The answer may be lost of what was done; asked once more for it, the archive would refuse for ever. */
    private boolean wasDetached(final long newStartPosition, final RuntimeException cause)
    {
        try
        {
            startPosition = Math.max(startPosition, archive.client().getStartPosition(descriptor.recordingId()));
        }
        catch (final RuntimeException ex)
        {
            cause.addSuppressed(ex);
            throw cause;
        }
        if (startPosition < newStartPosition)
        {
            throw cause;
        }

        return true;
    }

    /** In their order, so that none is missing between two. */
    private void deleteDetached()
    {
        final long end = startPosition & -descriptor.segmentLength();
        while (filesFrom < end)
        {
            final Path file = descriptor.segmentFile(archive.directory().archiveDir(), filesFrom);
            try
            {
                Files.deleteIfExists(file);
            }
            catch (final IOException ex)
            {
                throw new UncheckedIOException("cannot delete " + file + ", which was purged", ex);
            }
            filesFrom += descriptor.segmentLength();
        }
    }

    private long commit(final long endPosition, final int length)
    {
        final int frameLength = HEADER_LENGTH + length;
        final long framePosition = endPosition - BitUtil.align(frameLength, FRAME_ALIGNMENT);
        claim.reservedValue(framePosition + frameLength).commit();
        appended.lazySet(endPosition);
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
