package io.tailrace.archive.recording;

import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Finds a frame by a value that grows along the recording, such as a result sequence. Every term begins with a
 * frame, so the starts of terms are an index that costs no space: a binary search over them, then a walk through
 * one term.
 */
public final class RecordingIndex
{
    /**
     * No frame qualifies.
     */
    public static final long NULL_POSITION = -1;

    private RecordingIndex()
    {
    }

    /**
     * Finds the last frame whose value is at most the one given. The values must not decrease between the two
     * positions.
     *
     * @param archiveDir    directory of the segment files.
     * @param descriptor    of the recording.
     * @param fromPosition  start of a frame, where the search begins.
     * @param limitPosition end of what may be read, not {@link RecordingReader#TO_END}.
     * @param payloadOffset where in each payload the value stands, as a little-endian signed 64-bit number.
     * @param value         greatest value that qualifies.
     * @return position of the frame's header, or {@link #NULL_POSITION} if even the first value is greater, or
     *         there is none.
     * @throws CorruptRecordingException if a frame on the way fails verification.
     * @throws IllegalArgumentException  if a payload is too short to hold the value.
     */
    public static long find(
        final Path archiveDir,
        final RecordingDescriptor descriptor,
        final long fromPosition,
        final long limitPosition,
        final int payloadOffset,
        final long value)
    {
        final int termLength = descriptor.termLength();
        final long firstTermPosition = fromPosition & -termLength;

        // Probe 0 is fromPosition itself, probe n the start of the n-th term after its own.
        long low = 0;
        long high = Math.max(0, (limitPosition - 1 - firstTermPosition) / termLength);
        while (low < high)
        {
            final long middle = (low + high + 1) >>> 1;
            try (RecordingReader reader =
                RecordingReader.open(archiveDir, descriptor, firstTermPosition + middle * termLength))
            {
                if (reader.next(limitPosition) && valueOf(reader, descriptor, payloadOffset) <= value)
                {
                    low = middle;
                }
                else
                {
                    high = middle - 1;
                }
            }
        }

        return walk(archiveDir, descriptor, 0 == low ? fromPosition : firstTermPosition + low * termLength,
            limitPosition, payloadOffset, value);
    }

    private static long walk(
        final Path archiveDir,
        final RecordingDescriptor descriptor,
        final long fromPosition,
        final long limitPosition,
        final int payloadOffset,
        final long value)
    {
        long found = NULL_POSITION;
        try (RecordingReader reader = RecordingReader.open(archiveDir, descriptor, fromPosition))
        {
            while (reader.next(limitPosition) && valueOf(reader, descriptor, payloadOffset) <= value)
            {
                found = reader.framePosition();
            }
        }

        return found;
    }

    private static long valueOf(
        final RecordingReader reader, final RecordingDescriptor descriptor, final int payloadOffset)
    {
        if (reader.payloadLength() < payloadOffset + Long.BYTES)
        {
            throw new IllegalArgumentException("payloadOffset=" + payloadOffset + ", but the payload at position " +
                reader.payloadPosition() + " of " + descriptor.name() + " has " + reader.payloadLength() + " bytes");
        }

        return reader.payloadBuffer().getLong(reader.payloadOffset() + payloadOffset, ByteOrder.LITTLE_ENDIAN);
    }
}
