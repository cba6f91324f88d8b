package io.tailrace.archive.recording;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import io.aeron.archive.checksum.Checksum;
import io.aeron.archive.checksum.Checksums;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The format of a recorded frame, and what makes one valid. All fields are little-endian:
 * <pre>
 *    0        4   5   6    8         12         16        20       24             32
 *    +--------+---+---+----+---------+----------+---------+--------+--------------+---------
 *    | length | V | F |type| term    | session  | stream  | term   | reserved     | payload
 *    | i32    |u8 |u8 |u16 | offset  | (CRC) i32| id i32  | id i32 | value i64    |
 *    +--------+---+---+----+---------+----------+---------+--------+--------------+---------
 * </pre>
 * The archive puts the CRC-32C of the payload, with its zero padding up to the next multiple of 32, in place of the
 * session id. That leaves the header uncovered, so each of its fields is compared with what its position demands;
 * the reserved value is the position of the first byte after the payload, which catches a length that is wrong by
 * less than the padding. A padding frame is a header alone: nothing is written in its body, and its session id is
 * not a checksum.
 * <p>
 * Threading: none; one per reader. Hot path: {@link #check} is allocation-free.
 */
final class Frames
{
    static final int HEADER_LENGTH = 32;
    static final int FRAME_ALIGNMENT = 32;
    static final int CHECKSUM_OFFSET = 12;

    /**
     * The length field is zero: nothing was written here.
     */
    static final int NO_FRAME = 0;
    static final int BAD_LENGTH = -1;
    static final int BAD_TYPE = -2;
    static final int BAD_TERM_OFFSET = -3;
    static final int BAD_STREAM_ID = -4;
    static final int BAD_TERM_ID = -5;
    static final int BAD_RESERVED_VALUE = -6;
    static final int BAD_CHECKSUM = -7;
    static final int BEYOND_END_OF_FILE = -8;

    private static final int TYPE_OFFSET = 4;
    private static final int TERM_OFFSET_OFFSET = 8;
    private static final int STREAM_ID_OFFSET = 16;
    private static final int TERM_ID_OFFSET = 20;
    private static final int RESERVED_VALUE_OFFSET = 24;

    // Version 0, flags "begin and end of a message", and the type, read as one number.
    private static final int DATA_FRAME = 0x0001_C000;
    private static final int PADDING_FRAME = 0x0000_C000;

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final Checksum checksum = Checksums.crc32c();
    private final int streamId;
    private final int initialTermId;
    private final int termLength;
    private final int termLengthBits;
    private final int mtu;

    Frames(final RecordingDescriptor descriptor)
    {
        streamId = descriptor.streamId();
        initialTermId = descriptor.initialTermId();
        termLength = descriptor.termLength();
        termLengthBits = Integer.numberOfTrailingZeros(termLength);
        mtu = descriptor.mtu();
    }

    /**
     * Checks the frame at an offset of a segment: structure always, payload checksum if it carries one.
     *
     * @param segment  the segment file, mapped; must be off-heap.
     * @param offset   of the frame's header, multiple of 32.
     * @param limit    bytes of the segment that exist.
     * @param position of the frame in the recording.
     * @return bytes to the next frame, or {@link #NO_FRAME}, or one of the negative codes.
     */
    int check(final UnsafeBuffer segment, final int offset, final int limit, final long position)
    {
        if (limit - offset < HEADER_LENGTH)
        {
            return limit <= offset ? NO_FRAME : BEYOND_END_OF_FILE;
        }

        final int frameLength = segment.getInt(offset, ORDER);
        if (0 == frameLength)
        {
            return NO_FRAME;
        }

        final int termOffset = (int) position & (termLength - 1);
        if (frameLength < HEADER_LENGTH || frameLength > termLength - termOffset)
        {
            return BAD_LENGTH;
        }

        if (segment.getInt(offset + TERM_OFFSET_OFFSET, ORDER) != termOffset)
        {
            return BAD_TERM_OFFSET;
        }

        if (segment.getInt(offset + STREAM_ID_OFFSET, ORDER) != streamId)
        {
            return BAD_STREAM_ID;
        }

        if (segment.getInt(offset + TERM_ID_OFFSET, ORDER) != initialTermId + (int) (position >>> termLengthBits))
        {
            return BAD_TERM_ID;
        }

        final int alignedLength = BitUtil.align(frameLength, FRAME_ALIGNMENT);
        final int type = segment.getInt(offset + TYPE_OFFSET, ORDER);
        if (PADDING_FRAME == type)
        {
            // A data frame whose type has changed must not pass for padding.
            return 0 == segment.getLong(offset + RESERVED_VALUE_OFFSET, ORDER) ? alignedLength : BAD_RESERVED_VALUE;
        }

        return DATA_FRAME == type ?
            checkData(segment, offset, limit, position, frameLength, alignedLength) : BAD_TYPE;
    }

    /**
     * Does the frame carry a payload? Only for a frame that was found valid.
     */
    static boolean isData(final UnsafeBuffer segment, final int offset)
    {
        return DATA_FRAME == segment.getInt(offset + TYPE_OFFSET, ORDER);
    }

    static int frameLength(final UnsafeBuffer segment, final int offset)
    {
        return segment.getInt(offset, ORDER);
    }

    ByteBuffer headerWithoutLength(final long position)
    {
        final ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).order(ORDER);
        header.putInt(TYPE_OFFSET, DATA_FRAME);
        header.putInt(TERM_OFFSET_OFFSET, (int) position & (termLength - 1));
        header.putInt(STREAM_ID_OFFSET, streamId);
        header.putInt(TERM_ID_OFFSET, initialTermId + (int) (position >>> termLengthBits));
        return header;
    }

    /** The checksum that a frame has as it is, whatever its type; only for a frame that was found valid. */
    ByteBuffer checksumField(final UnsafeBuffer segment, final int offset)
    {
        final int alignedLength = BitUtil.align(frameLength(segment, offset), FRAME_ALIGNMENT);
        final int computed = checksum.compute(
            segment.addressOffset(), offset + HEADER_LENGTH, alignedLength - HEADER_LENGTH);
        return ByteBuffer.allocate(Integer.BYTES).order(ORDER).putInt(0, computed);
    }

    static String describe(final int code)
    {
        return switch (code)
        {
            case NO_FRAME -> "no frame where one is expected";
            case BAD_LENGTH -> "frame length is out of bounds";
            case BAD_TYPE -> "neither a data nor a padding frame";
            case BAD_TERM_OFFSET -> "term offset is not that of the position";
            case BAD_STREAM_ID -> "stream id is not that of the recording";
            case BAD_TERM_ID -> "term id is not that of the position";
            case BAD_RESERVED_VALUE -> "reserved value is neither the end of the payload nor, in padding, zero";
            case BAD_CHECKSUM -> "payload does not match its checksum";
            case BEYOND_END_OF_FILE -> "frame goes beyond the end of the file";
            default -> throw new IllegalArgumentException("code=" + code);
        };
    }

    private int checkData(
        final UnsafeBuffer segment,
        final int offset,
        final int limit,
        final long position,
        final int frameLength,
        final int alignedLength)
    {
        if (frameLength > mtu)
        {
            return BAD_LENGTH;
        }

        if (alignedLength > limit - offset)
        {
            return BEYOND_END_OF_FILE;
        }

        if (segment.getLong(offset + RESERVED_VALUE_OFFSET, ORDER) != position + frameLength)
        {
            return BAD_RESERVED_VALUE;
        }

        final int computed = checksum.compute(
            segment.addressOffset(), offset + HEADER_LENGTH, alignedLength - HEADER_LENGTH);
        return segment.getInt(offset + CHECKSUM_OFFSET, ORDER) == computed ? alignedLength : BAD_CHECKSUM;
    }
}
