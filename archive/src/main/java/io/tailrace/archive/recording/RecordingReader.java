package io.tailrace.archive.recording;

import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the payloads of a recording in sequence from its segment files, with no archive running, or beside a
 * running one up to its durable position. Every frame's structure and checksum are verified; padding is skipped.
 * <p>
 * Threading: one thread. Hot path: {@link #next} is allocation-free except when it enters a segment, which is
 * mapped whole. Memory: address space of one segment.
 */
public final class RecordingReader implements LogReader
{
    /**
     * As a limit: everything there is. For a stopped engine only, since beside a running one the last frame may be
     * half written.
     */
    public static final long TO_END = Long.MAX_VALUE;

    private final Segments segments;
    private final Frames frames;
    private final RecordingDescriptor descriptor;
    private final UnsafeBuffer segment = new UnsafeBuffer(0, 0);

    private MappedByteBuffer mapping;
    private long segmentBasePosition;
    private long segmentEndPosition;
    private int segmentLimit;
    private long nextPosition;
    private long framePosition;
    private int payloadOffset;
    private int payloadLength;

    private RecordingReader(final Path archiveDir, final RecordingDescriptor descriptor, final long fromPosition)
    {
        this.descriptor = descriptor;
        segments = new Segments(archiveDir, descriptor);
        frames = new Frames(descriptor);
        nextPosition = fromPosition;
        framePosition = fromPosition;
    }

    /**
     * Lowest position that is still kept: the base of the first segment file.
     *
     * @param archiveDir directory of the segment files.
     * @param descriptor of the recording.
     * @return the position; 0 for a recording without files.
     * @throws CorruptRecordingException if a segment file between the first and the last is missing.
     */
    public static long startPosition(final Path archiveDir, final RecordingDescriptor descriptor)
    {
        final long[] basePositions = new Segments(archiveDir, descriptor).basePositions();
        return 0 == basePositions.length ? 0 : basePositions[0];
    }

    /**
     * Opens a recording at the start of a frame. No file is touched before the first {@link #next}.
     *
     * @param archiveDir   directory of the segment files.
     * @param descriptor   of the recording.
     * @param fromPosition start of a frame, or the position where the next frame will begin.
     * @return a reader before that frame; the caller closes it.
     * @throws IllegalArgumentException if the position is negative or no multiple of 32.
     */
    public static RecordingReader open(
        final Path archiveDir, final RecordingDescriptor descriptor, final long fromPosition)
    {
        if (fromPosition < 0 || 0 != fromPosition % Frames.FRAME_ALIGNMENT)
        {
            throw new IllegalArgumentException("fromPosition=" + fromPosition + ", expected the start of a frame");
        }

        return new RecordingReader(archiveDir, descriptor, fromPosition);
    }

    /**
     * Opens a recording at the first frame that starts at or after a position, found by walking from the start of its
     * term. Cost: at most one term.
     *
     * @param archiveDir    directory of the segment files.
     * @param descriptor    of the recording.
     * @param position      any position that is still kept.
     * @param limitPosition end of what may be read, as for {@link #next}.
     * @return a reader before that frame; the caller closes it.
     * @throws IllegalArgumentException  if the position is negative.
     * @throws CorruptRecordingException if a frame of that term fails verification.
     */
    public static RecordingReader openAtOrAfter(
        final Path archiveDir, final RecordingDescriptor descriptor, final long position, final long limitPosition)
    {
        if (position < 0)
        {
            throw new IllegalArgumentException("position=" + position + ", expected 0 or more");
        }

        final RecordingReader reader = open(archiveDir, descriptor, position & -descriptor.termLength());
        try
        {
            while (reader.nextPosition < position)
            {
                if (!reader.next(Math.min(position, limitPosition)))
                {
                    break;
                }
            }

            return reader;
        }
        catch (final RuntimeException ex)
        {
            reader.close();
            throw ex;
        }
    }

    /**
     * {@inheritDoc}
     *
     * @param limitPosition a position up to which the recording is known to be complete, such as its durable
     *                      position, or {@link #TO_END}.
     */
    @Override
    public boolean next(final long limitPosition)
    {
        while (nextPosition < limitPosition)
        {
            final long position = nextPosition;
            if (position >= segmentEndPosition && !enterSegment(position, limitPosition))
            {
                return false;
            }

            final int offset = (int) (position - segmentBasePosition);
            final int length = frames.check(segment, offset, segmentLimit, position);
            if (length <= 0)
            {
                return onNoFrame(position, length, limitPosition);
            }

            nextPosition = position + length;
            if (Frames.isData(segment, offset))
            {
                framePosition = position;
                payloadOffset = offset + Frames.HEADER_LENGTH;
                payloadLength = Frames.frameLength(segment, offset) - Frames.HEADER_LENGTH;
                return true;
            }
        }

        return false;
    }

    /**
     * Where the current frame starts.
     *
     * @return position of its header.
     */
    public long framePosition()
    {
        return framePosition;
    }

    @Override
    public long payloadPosition()
    {
        return framePosition + Frames.HEADER_LENGTH;
    }

    @Override
    public long nextPosition()
    {
        return nextPosition;
    }

    /** {@inheritDoc} It is the mapped segment. */
    @Override
    public DirectBuffer payloadBuffer()
    {
        return segment;
    }

    @Override
    public int payloadOffset()
    {
        return payloadOffset;
    }

    @Override
    public int payloadLength()
    {
        return payloadLength;
    }

    @Override
    public void close()
    {
        Segments.unmap(segment, mapping);
        mapping = null;
        segmentEndPosition = 0;
    }

    private boolean enterSegment(final long position, final long limitPosition)
    {
        final long basePosition = segments.baseOf(position);
        if (TO_END == limitPosition && !Files.exists(segments.fileAt(basePosition)))
        {
            // The last segment may end with its file; a gap has later files, which this call reports.
            final long[] basePositions = segments.basePositions();
            if (0 == basePositions.length || basePosition > basePositions[basePositions.length - 1])
            {
                return false;
            }
        }

        close();
        mapping = segments.map(basePosition);
        Segments.wrap(segment, mapping);
        segmentBasePosition = basePosition;
        segmentLimit = mapping.capacity();
        segmentEndPosition = basePosition + descriptor.segmentLength();
        return true;
    }

    private boolean onNoFrame(final long position, final int code, final long limitPosition)
    {
        if (TO_END == limitPosition && Frames.NO_FRAME == code)
        {
            return false;
        }

        throw new CorruptRecordingException(
            descriptor.name(), segments.fileAt(segmentBasePosition), position, Frames.describe(code));
    }
}
