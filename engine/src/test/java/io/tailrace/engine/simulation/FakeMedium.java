package io.tailrace.engine.simulation;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.tailrace.archive.recording.CorruptRecordingException;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What keeps the frames of a log while engines come and go: segments in memory, off the heap.
 * <pre>
 *   0  length of frame, header included   i32
 *   4  type: data or padding              i32
 *   8  position of the frame              i64
 *  32  payload, and up to the next multiple of 32 nothing
 * </pre>
 * What was purged stays readable for whoever audits the log.
 */
final class FakeMedium implements AutoCloseable
{
    static final int HEADER_LENGTH = 32;

    private static final int ALIGNMENT = 32;
    private static final int TYPE_OFFSET = 4;
    private static final int POSITION_OFFSET = 8;
    private static final int DATA = 1;
    private static final int PADDING = 2;

    private final String name;
    private final int termLength;
    private final int segmentLength;
    private final int maxPayloadLength;
    private final List<UnsafeBuffer> segments = new ArrayList<>();

    /** Ends of the frames that are not durable. */
    private final LongArrayList pendingEnds = new LongArrayList();
    private long startPosition;
    private long durablePosition;
    private long endPosition;

    FakeMedium(final String name, final int termLength, final int segmentLength, final int maxPayloadLength)
    {
        this.name = name;
        this.termLength = termLength;
        this.segmentLength = segmentLength;
        this.maxPayloadLength = maxPayloadLength;
    }

    String name()
    {
        return name;
    }

    int termLength()
    {
        return termLength;
    }

    int segmentLength()
    {
        return segmentLength;
    }

    int maxPayloadLength()
    {
        return maxPayloadLength;
    }

    long startPosition()
    {
        return startPosition;
    }

    long durablePosition()
    {
        return durablePosition;
    }

    long endPosition()
    {
        return endPosition;
    }

    static int aligned(final int payloadLength)
    {
        return HEADER_LENGTH + payloadLength + ALIGNMENT - 1 & -ALIGNMENT;
    }

    /** Puts a frame of two pieces at the end, which has room in its term. */
    long put(
        final DirectBuffer src, final int offset1, final int length1, final int offset2, final int length2)
    {
        final long position = endPosition;
        final int length = length1 + length2;
        final UnsafeBuffer segment = segmentFor(position);
        final int at = offsetOf(position);
        header(segment, at, HEADER_LENGTH + length, DATA, position);
        segment.putBytes(at + HEADER_LENGTH, src, offset1, length1);
        segment.putBytes(at + HEADER_LENGTH + length1, src, offset2, length2);
        end(position + aligned(length));
        return position + HEADER_LENGTH;
    }

    /** Puts padding up to the end of the term. */
    void pad(final int length)
    {
        final long position = endPosition;
        header(segmentFor(position), offsetOf(position), length, PADDING, position);
        end(position + length);
    }

    /** One frame more, or several, are durable now. */
    void advance(final SplittableRandom random)
    {
        if (!pendingEnds.isEmpty())
        {
            advanceTo(pendingEnds.getLong(random.nextInt(pendingEnds.size())));
        }
    }

    /** All that was put is durable now. */
    void advanceToEnd()
    {
        advanceTo(endPosition);
    }

    /** Whoever wrote is no more: what was not durable is kept up to the end of some frame. */
    void crash(final SplittableRandom random)
    {
        final int kept = random.nextInt(pendingEnds.size() + 1);
        endPosition = kept == 0 ? durablePosition : pendingEnds.getLong(kept - 1);
        durablePosition = endPosition;
        pendingEnds.clear();
    }

    void purgeTo(final long position)
    {
        startPosition = position;
    }

    /**
     * Looks at a frame.
     *
     * @return its length as a whole; negative: it is padding.
     * @throws CorruptRecordingException if no frame begins there.
     */
    int frameLength(final long position)
    {
        if (position >= endPosition || position < 0)
        {
            throw corrupt(position, "no frame");
        }
        final UnsafeBuffer segment = segments.get((int)(position / segmentLength));
        final int at = offsetOf(position);
        final int type = segment.getInt(at + TYPE_OFFSET);
        if (segment.getLong(at + POSITION_OFFSET) != position || type != DATA && type != PADDING)
        {
            throw corrupt(position, "not the start of a frame");
        }
        return type == PADDING ? -segment.getInt(at) : segment.getInt(at);
    }

    /** @return whether a frame begins at a position which was put. */
    boolean isFrame(final long position)
    {
        return segment(position).getLong(offsetOf(position) + POSITION_OFFSET) == position;
    }

    CorruptRecordingException corrupt(final long position, final String what)
    {
        return new CorruptRecordingException(name, Path.of(name), position, what);
    }

    /** @return the segment that holds a position which was put. */
    UnsafeBuffer segment(final long position)
    {
        return segments.get((int)(position / segmentLength));
    }

    int offsetOf(final long position)
    {
        return (int)(position % segmentLength);
    }

    @Override
    public void close()
    {
        segments.forEach(segment -> BufferUtil.free(segment.byteBuffer()));
        segments.clear();
    }

    private void advanceTo(final long position)
    {
        durablePosition = position;
        int passed = 0;
        while (passed < pendingEnds.size() && pendingEnds.getLong(passed) <= position)
        {
            passed++;
        }
        final int left = pendingEnds.size() - passed;
        for (int i = 0; i < left; i++)
        {
            pendingEnds.setLong(i, pendingEnds.getLong(i + passed));
        }
        while (pendingEnds.size() > left)
        {
            pendingEnds.removeAt(pendingEnds.size() - 1);
        }
    }

    private void end(final long position)
    {
        endPosition = position;
        pendingEnds.addLong(position);
    }

    private static void header(
        final UnsafeBuffer segment, final int at, final int length, final int type, final long position)
    {
        segment.putInt(at, length);
        segment.putInt(at + TYPE_OFFSET, type);
        segment.putLong(at + POSITION_OFFSET, position);
    }

    private UnsafeBuffer segmentFor(final long position)
    {
        final int index = (int)(position / segmentLength);
        while (segments.size() <= index)
        {
            segments.add(new UnsafeBuffer(ByteBuffer.allocateDirect(segmentLength)));
        }
        return segments.get(index);
    }
}
