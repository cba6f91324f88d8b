package io.tailrace.archive.checkpoint;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

import io.aeron.archive.checksum.Checksum;
import io.aeron.archive.checksum.Checksums;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Layout of a checkpoint file, little-endian, every part a multiple of 8 bytes long:
 * <pre>
 *   header, 96 bytes
 *    0 magic "TRCKPT\r\n"            8 format version i32 = 1    12 zero i32
 *   16 number i64                   24 chain i64
 *   32 index in chain i32           36 result epoch i32
 *   40 journal position i64         48 results position i64
 *   56 next result sequence i64     64 configuration digest i64
 *   72 engine version i32           76 footer checksum of the file before in the chain i32, full: 0
 *   80 time-zone version, ASCII and zeros, 8 bytes
 *   88 zero i32                     92 CRC-32C of bytes 0 to 91, i32
 *
 *   frames: length i32 = 1 to 16 MiB | CRC-32C of payload i32 | payload | zeros to a multiple of 8
 *
 *   footer: marker i32 = -1 | length i32 = 0 to 512 KiB | payload | zeros to a multiple of 8
 *
 *   trailer, 40 bytes
 *    0 frame count i64               8 payload bytes of all frames i64
 *   16 offset of the footer i64     24 contents checksum i32: header's CRC, then each frame's length and CRC
 *   28 footer checksum i32: CRC-32C from the marker to the contents checksum
 *   32 magic "TRCKEND\n"
 * </pre>
 */
final class CheckpointFormat
{
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    static final int MAX_PAYLOAD_LENGTH = 16 * 1024 * 1024;
    static final int MAX_FOOTER_LENGTH = 512 * 1024;
    static final int ALIGNMENT = 8;
    static final int HEADER_LENGTH = 96;
    static final int FRAME_HEADER_LENGTH = 8;
    static final int TRAILER_LENGTH = 40;
    static final int FOOTER_MARKER = -1;
    static final int NO_PREVIOUS_CHECKSUM = 0;

    private static final int VERSION = 1;
    private static final long MAGIC = littleEndian("TRCKPT\r\n");
    private static final long END_MAGIC = littleEndian("TRCKEND\n");

    private static final int VERSION_OFFSET = 8;
    private static final int NUMBER_OFFSET = 16;
    private static final int CHAIN_OFFSET = 24;
    private static final int INDEX_IN_CHAIN_OFFSET = 32;
    private static final int RESULT_EPOCH_OFFSET = 36;
    private static final int JOURNAL_POSITION_OFFSET = 40;
    private static final int RESULTS_POSITION_OFFSET = 48;
    private static final int NEXT_RESULT_SEQUENCE_OFFSET = 56;
    private static final int CONFIG_DIGEST_OFFSET = 64;
    private static final int ENGINE_VERSION_OFFSET = 72;
    private static final int PREVIOUS_CHECKSUM_OFFSET = 76;
    private static final int TZ_VERSION_OFFSET = 80;
    private static final int HEADER_CHECKSUM_OFFSET = 92;

    private static final int FRAME_COUNT_OFFSET = 0;
    private static final int PAYLOAD_BYTES_OFFSET = 8;
    private static final int FOOTER_OFFSET_OFFSET = 16;
    private static final int CONTENTS_CHECKSUM_OFFSET = 24;
    private static final int FOOTER_CHECKSUM_OFFSET = 28;
    private static final int END_MAGIC_OFFSET = 32;

    private static final String SUFFIX = ".checkpoint";
    private static final String TEMPORARY_SUFFIX = ".tmp";
    private static final Pattern NAME = Pattern.compile("0[0-9]{19}\\" + SUFFIX);
    private static final Checksum CHECKSUM = Checksums.crc32c();

    private CheckpointFormat()
    {
    }

    static String fileName(final long number)
    {
        return String.format(Locale.ROOT, "%020d", number) + SUFFIX;
    }

    static Path temporaryOf(final Path file)
    {
        return file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
    }

    static boolean isTemporary(final Path file)
    {
        return file.getFileName().toString().endsWith(SUFFIX + TEMPORARY_SUFFIX);
    }

    /**
     * Number in the name of a checkpoint file.
     *
     * @return -1 if the name is not that of a checkpoint file.
     */
    static long numberOf(final Path file)
    {
        final String name = file.getFileName().toString();
        if (!NAME.matcher(name).matches())
        {
            return -1;
        }

        final long number = Long.parseUnsignedLong(name.substring(0, name.length() - SUFFIX.length()));
        return number < 0 ? -1 : number;
    }

    /**
     * Length of a payload together with the zeros after it.
     */
    static int aligned(final int length)
    {
        return BitUtil.align(length, ALIGNMENT);
    }

    /**
     * CRC-32C of native memory.
     */
    static int checksum(final UnsafeBuffer buffer, final int offset, final int length)
    {
        return CHECKSUM.compute(buffer.addressOffset(), offset, length);
    }

    static int checksum(final long address, final int length)
    {
        return CHECKSUM.compute(address, 0, length);
    }

    /**
     * Writes a header of {@link #HEADER_LENGTH} bytes.
     *
     * @return its checksum.
     */
    static int encodeHeader(
        final UnsafeBuffer buffer, final int offset, final CheckpointMeta meta, final int previousChecksum)
    {
        buffer.setMemory(offset, HEADER_LENGTH, (byte) 0);
        buffer.putLong(offset, MAGIC, ORDER);
        buffer.putInt(offset + VERSION_OFFSET, VERSION, ORDER);
        buffer.putLong(offset + NUMBER_OFFSET, meta.number(), ORDER);
        buffer.putLong(offset + CHAIN_OFFSET, meta.chain(), ORDER);
        buffer.putInt(offset + INDEX_IN_CHAIN_OFFSET, meta.indexInChain(), ORDER);
        buffer.putInt(offset + RESULT_EPOCH_OFFSET, meta.resultEpoch(), ORDER);
        buffer.putLong(offset + JOURNAL_POSITION_OFFSET, meta.journalPosition(), ORDER);
        buffer.putLong(offset + RESULTS_POSITION_OFFSET, meta.resultsPosition(), ORDER);
        buffer.putLong(offset + NEXT_RESULT_SEQUENCE_OFFSET, meta.nextResultSequence(), ORDER);
        buffer.putLong(offset + CONFIG_DIGEST_OFFSET, meta.configDigest(), ORDER);
        buffer.putInt(offset + ENGINE_VERSION_OFFSET, meta.engineVersion(), ORDER);
        buffer.putInt(offset + PREVIOUS_CHECKSUM_OFFSET, previousChecksum, ORDER);
        buffer.putStringWithoutLengthAscii(offset + TZ_VERSION_OFFSET, meta.tzVersion());

        final int checksum = checksum(buffer, offset, HEADER_CHECKSUM_OFFSET);
        buffer.putInt(offset + HEADER_CHECKSUM_OFFSET, checksum, ORDER);
        return checksum;
    }

    /**
     * What is wrong with a header?
     *
     * @return empty if its magic, version and checksum are right.
     */
    static String headerDamage(final UnsafeBuffer buffer, final int offset)
    {
        if (MAGIC != buffer.getLong(offset, ORDER))
        {
            return "magic of the header is wrong";
        }

        final int version = buffer.getInt(offset + VERSION_OFFSET, ORDER);
        if (VERSION != version)
        {
            return "format version " + version + ", expected " + VERSION;
        }

        return headerChecksum(buffer, offset) == checksum(buffer, offset, HEADER_CHECKSUM_OFFSET) ?
            "" : "header does not match its checksum";
    }

    /**
     * Reads a header without {@link #headerDamage}.
     *
     * @throws IllegalArgumentException if a field is out of its bounds all the same.
     */
    static CheckpointMeta decodeHeader(final UnsafeBuffer buffer, final int offset)
    {
        final byte[] tzVersion = new byte[CheckpointMeta.MAX_TZ_VERSION_LENGTH];
        buffer.getBytes(offset + TZ_VERSION_OFFSET, tzVersion);
        int tzVersionLength = tzVersion.length;
        while (tzVersionLength > 0 && 0 == tzVersion[tzVersionLength - 1])
        {
            tzVersionLength--;
        }

        return new CheckpointMeta(
            buffer.getLong(offset + NUMBER_OFFSET, ORDER),
            buffer.getLong(offset + CHAIN_OFFSET, ORDER),
            buffer.getInt(offset + INDEX_IN_CHAIN_OFFSET, ORDER),
            buffer.getLong(offset + JOURNAL_POSITION_OFFSET, ORDER),
            buffer.getLong(offset + RESULTS_POSITION_OFFSET, ORDER),
            buffer.getLong(offset + NEXT_RESULT_SEQUENCE_OFFSET, ORDER),
            buffer.getInt(offset + RESULT_EPOCH_OFFSET, ORDER),
            buffer.getLong(offset + CONFIG_DIGEST_OFFSET, ORDER),
            buffer.getInt(offset + ENGINE_VERSION_OFFSET, ORDER),
            new String(tzVersion, 0, tzVersionLength, StandardCharsets.ISO_8859_1));
    }

    static int headerChecksum(final UnsafeBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + HEADER_CHECKSUM_OFFSET, ORDER);
    }

    static int previousChecksum(final UnsafeBuffer buffer, final int offset)
    {
        return buffer.getInt(offset + PREVIOUS_CHECKSUM_OFFSET, ORDER);
    }

    /**
     * Writes footer and trailer at the beginning of a buffer.
     *
     * @param target       native memory, at least {@link #MAX_FOOTER_LENGTH} + 48 bytes.
     * @param footerOffset in the file, where they will be.
     * @param contents     of all frames.
     * @return length of both.
     */
    static int encodeFooter(
        final UnsafeBuffer target,
        final DirectBuffer payload,
        final int payloadOffset,
        final int length,
        final long footerOffset,
        final Contents contents)
    {
        final int trailer = FRAME_HEADER_LENGTH + aligned(length);
        target.setMemory(0, trailer, (byte) 0);
        target.putInt(0, FOOTER_MARKER, ORDER);
        target.putInt(Integer.BYTES, length, ORDER);
        target.putBytes(FRAME_HEADER_LENGTH, payload, payloadOffset, length);
        target.putLong(trailer + FRAME_COUNT_OFFSET, contents.frameCount(), ORDER);
        target.putLong(trailer + PAYLOAD_BYTES_OFFSET, contents.payloadBytes(), ORDER);
        target.putLong(trailer + FOOTER_OFFSET_OFFSET, footerOffset, ORDER);
        target.putInt(trailer + CONTENTS_CHECKSUM_OFFSET, contents.checksum(), ORDER);
        final int checksum = checksum(target, 0, trailer + FOOTER_CHECKSUM_OFFSET);
        target.putInt(trailer + FOOTER_CHECKSUM_OFFSET, checksum, ORDER);
        target.putLong(trailer + END_MAGIC_OFFSET, END_MAGIC, ORDER);
        return trailer + TRAILER_LENGTH;
    }

    static boolean isEndMagic(final UnsafeBuffer buffer, final int trailer)
    {
        return END_MAGIC == buffer.getLong(trailer + END_MAGIC_OFFSET, ORDER);
    }

    static long frameCount(final UnsafeBuffer buffer, final int trailer)
    {
        return buffer.getLong(trailer + FRAME_COUNT_OFFSET, ORDER);
    }

    static long payloadBytes(final UnsafeBuffer buffer, final int trailer)
    {
        return buffer.getLong(trailer + PAYLOAD_BYTES_OFFSET, ORDER);
    }

    static long footerOffset(final UnsafeBuffer buffer, final int trailer)
    {
        return buffer.getLong(trailer + FOOTER_OFFSET_OFFSET, ORDER);
    }

    static int contentsChecksum(final UnsafeBuffer buffer, final int trailer)
    {
        return buffer.getInt(trailer + CONTENTS_CHECKSUM_OFFSET, ORDER);
    }

    static int footerChecksum(final UnsafeBuffer buffer, final int trailer)
    {
        return buffer.getInt(trailer + FOOTER_CHECKSUM_OFFSET, ORDER);
    }

    /**
     * Do footer and trailer, of {@code length} bytes together, match their checksum?
     */
    static boolean isFooterIntact(final UnsafeBuffer buffer, final int footer, final int length)
    {
        final int trailer = footer + length - TRAILER_LENGTH;
        final int computed = checksum(buffer, footer, length - TRAILER_LENGTH + FOOTER_CHECKSUM_OFFSET);
        return computed == footerChecksum(buffer, trailer);
    }

    private static long littleEndian(final String text)
    {
        final UnsafeBuffer buffer = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        return buffer.getLong(0, ORDER);
    }
}
