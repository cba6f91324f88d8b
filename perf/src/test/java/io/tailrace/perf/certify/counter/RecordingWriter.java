package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes a recording by {@code archive/docs/recordings.md}: segment files and what of the descriptor the counter reads.
 * Two messages a frame, so that there are frames of several; terms and segments as small as the format has them.
 */
final class RecordingWriter
{
    static final int TERM_LENGTH = 1 << 16;
    static final int SEGMENT_LENGTH = 1 << 17;

    private static final int HEADER_LENGTH = 32;
    private static final int MESSAGES_PER_FRAME = 2;
    private static final int INITIAL_TERM_ID = 7;
    private static final short DATA = 1;
    private static final short PADDING = 0;

    private final Path dataDir;
    private final long recordingId;
    private final int streamId;
    private ByteBuffer segment;
    private long position;

    private RecordingWriter(final Path dataDir, final long recordingId, final int streamId)
    {
        this.dataDir = dataDir;
        this.recordingId = recordingId;
        this.streamId = streamId;
    }

    /** Position of a message of this length, when so many have been written before it. */
    static long positionOf(final int index, final int messageLength)
    {
        final int frameLength = HEADER_LENGTH + MESSAGES_PER_FRAME * messageLength;
        final int framesPerTerm = TERM_LENGTH / frameLength;
        final int frame = index / MESSAGES_PER_FRAME;
        return (long)(frame / framesPerTerm) * TERM_LENGTH + frame % framesPerTerm * frameLength + HEADER_LENGTH +
            index % MESSAGES_PER_FRAME * messageLength;
    }

    static void write(
        final Path dataDir, final String name, final long recordingId, final int streamId, final List<byte[]> messages)
        throws IOException
    {
        Files.createDirectories(dataDir.resolve("archive"));
        Files.writeString(dataDir.resolve(name + ".recording"), """
            format=1
            name=%s
            recordingId=%d
            streamId=%d
            initialTermId=%d
            termLength=%d
            mtu=8192
            segmentLength=%d
            """.formatted(name, recordingId, streamId, INITIAL_TERM_ID, TERM_LENGTH, SEGMENT_LENGTH),
            StandardCharsets.US_ASCII);
        final RecordingWriter writer = new RecordingWriter(dataDir, recordingId, streamId);
        for (int i = 0; i < messages.size(); i += MESSAGES_PER_FRAME)
        {
            writer.frame(messages.subList(i, Math.min(messages.size(), i + MESSAGES_PER_FRAME)));
        }
        writer.writeSegment();
    }

    private void frame(final List<byte[]> messages) throws IOException
    {
        final int payloadLength = messages.stream().mapToInt(message -> message.length).sum();
        final int left = TERM_LENGTH - (int)(position % TERM_LENGTH);
        if (left < HEADER_LENGTH + MESSAGES_PER_FRAME * messages.get(0).length)
        {
            header(left, PADDING, 0);
            position += left;
        }
        final CRC32C crc = new CRC32C();
        messages.forEach(crc::update);
        header(HEADER_LENGTH + payloadLength, DATA, (int)crc.getValue());
        segment.position((int)(position % SEGMENT_LENGTH) + HEADER_LENGTH);
        messages.forEach(segment::put);
        position += HEADER_LENGTH + payloadLength;
    }

    private void header(final int length, final short type, final int checksum) throws IOException
    {
        if (segment == null || position % SEGMENT_LENGTH == 0)
        {
            writeSegment();
            segment = ByteBuffer.allocate(SEGMENT_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        }
        segment.position((int)(position % SEGMENT_LENGTH));
        segment.putInt(length).put((byte)0).put((byte)0xC0).putShort(type);
        segment.putInt((int)(position % TERM_LENGTH)).putInt(checksum).putInt(streamId);
        segment.putInt(INITIAL_TERM_ID + (int)(position / TERM_LENGTH));
        segment.putLong(type == DATA ? position + length : 0);
    }

    private void writeSegment() throws IOException
    {
        if (segment != null)
        {
            final long base = (position - 1) / SEGMENT_LENGTH * SEGMENT_LENGTH;
            Files.write(dataDir.resolve("archive").resolve(recordingId + "-" + base + ".rec"), segment.array());
        }
    }
}
