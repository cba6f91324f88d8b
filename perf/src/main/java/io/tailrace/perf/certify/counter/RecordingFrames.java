package io.tailrace.perf.certify.counter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NoSuchElementException;
import java.util.Properties;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The data frames of a recording, one after the other, read from the segment files and checked: every header field that
 * follows from the position, the length twice, the checksum over the payload.
 * <p>
 * Threading: one thread. Memory: segment files are mapped one at a time.
 */
public final class RecordingFrames
{
    private static final int HEADER_LENGTH = 32;
    private static final int ALIGNMENT = 32;
    private static final int VERSION_OFFSET = 4;
    private static final int FLAGS_OFFSET = 5;
    private static final int TYPE_OFFSET = 6;
    private static final int TERM_OFFSET_OFFSET = 8;
    private static final int CHECKSUM_OFFSET = 12;
    private static final int STREAM_ID_OFFSET = 16;
    private static final int TERM_ID_OFFSET = 20;
    private static final int RESERVED_OFFSET = 24;
    private static final int BEGIN_AND_END = 0xC0;
    private static final int PADDING = 0;
    private static final int DATA = 1;

    private final String name;
    private final Path archiveDir;
    private final long recordingId;
    private final int streamId;
    private final int initialTermId;
    private final int termLength;
    private final int segmentLength;
    private final CRC32C crc = new CRC32C();

    private ByteBuffer segment;
    private long segmentBase = -1;
    private long position;
    private long payloadPosition;
    private ByteBuffer payload;

    private RecordingFrames(final Path dataDir, final String name, final Properties descriptor)
    {
        this.name = name;
        archiveDir = dataDir.resolve("archive");
        recordingId = number(descriptor, "recordingId");
        streamId = (int)number(descriptor, "streamId");
        initialTermId = (int)number(descriptor, "initialTermId");
        termLength = (int)number(descriptor, "termLength");
        segmentLength = (int)number(descriptor, "segmentLength");
    }

    /**
     * Opens a recording at the beginning of its first segment file.
     *
     * @param dataDir of the engine.
     * @param name    of the recording, {@code journal} or {@code results}.
     * @return its frames.
     * @throws IOException               if its descriptor cannot be read.
     * @throws DamagedRecordingException if a segment file between two others is missing.
     */
    public static RecordingFrames open(final Path dataDir, final String name) throws IOException
    {
        final Properties descriptor = new Properties();
        for (final String line : Files.readAllLines(dataDir.resolve(name + ".recording")))
        {
            final int equals = line.indexOf('=');
            descriptor.setProperty(line.substring(0, equals), line.substring(equals + 1));
        }
        final RecordingFrames frames = new RecordingFrames(dataDir, name, descriptor);
        final TreeMap<Long, Path> segments = frames.segments();
        frames.position = segments.isEmpty() ? 0 : segments.firstKey();
        frames.requireAll(segments);
        return frames;
    }

    /** @return id of the recording in the archive. */
    public long recordingId()
    {
        return recordingId;
    }

    /** @return bytes of a segment file. */
    public int segmentLength()
    {
        return segmentLength;
    }

    /** @return position of the next frame; after the last, where the recording ends. */
    public long position()
    {
        return position;
    }

    /** @return position of the first message of the frame. */
    public long payloadPosition()
    {
        return payloadPosition;
    }

    /** @return messages of the frame, little-endian. */
    public ByteBuffer payload()
    {
        return payload;
    }

    /** Looks at the files anew: after a kill, one that was mapped may have been replaced. */
    public void refresh()
    {
        segment = null;
        segmentBase = -1;
    }

    /**
     * Goes on to the next data frame.
     *
     * @param limit position that frames must not reach beyond: the durable position of a running engine.
     * @return whether there is one.
     * @throws DamagedRecordingException if a frame is not what its position says.
     */
    public boolean next(final long limit)
    {
        while (position < limit && mapSegment())
        {
            final int offset = (int)(position - segmentBase);
            final int length = segment.getInt(offset);
            if (length == 0)
            {
                return false;
            }
            final int aligned = align(length);
            require(length >= HEADER_LENGTH && aligned > 0 && offset + aligned <= segmentLength, "length " + length);
            if (position + aligned > limit)
            {
                return false;
            }
            final boolean isData = check(offset, length, aligned);
            payloadPosition = position + HEADER_LENGTH;
            position += aligned;
            if (isData)
            {
                payload = segment.slice(offset + HEADER_LENGTH, length - HEADER_LENGTH)
                    .order(ByteOrder.LITTLE_ENDIAN);
                return true;
            }
        }
        return false;
    }

    /**
     * What lies behind the last frame must be zeros: else the recording goes on behind a hole.
     *
     * @throws DamagedRecordingException if it does not.
     */
    public void requireEnd() throws IOException
    {
        for (final Path file : segments().tailMap(position - position % segmentLength, true).values())
        {
            final String fileName = file.getFileName().toString();
            final long base = baseOf(fileName);
            final ByteBuffer buffer = map(file);
            for (int i = (int)Math.max(0, position - base); i < buffer.limit(); i += Long.BYTES)
            {
                if (buffer.getLong(i) != 0)
                {
                    throw new DamagedRecordingException(
                        name + " ends at position " + position + ", but something stands at " + (base + i));
                }
            }
        }
    }

    private boolean check(final int offset, final int length, final int aligned)
    {
        final int type = segment.getShort(offset + TYPE_OFFSET) & 0xFFFF;
        require(type == PADDING || type == DATA, "type " + type);
        require(segment.get(offset + VERSION_OFFSET) == 0 &&
            (segment.get(offset + FLAGS_OFFSET) & 0xFF) == BEGIN_AND_END &&
            segment.getInt(offset + TERM_OFFSET_OFFSET) == position % termLength &&
            segment.getInt(offset + STREAM_ID_OFFSET) == streamId &&
            segment.getInt(offset + TERM_ID_OFFSET) == initialTermId + (int)(position / termLength), "header");
        if (type == PADDING)
        {
            return false;
        }
        require(segment.getLong(offset + RESERVED_OFFSET) == position + length, "two lengths");
        crc.reset();
        crc.update(segment.slice(offset + HEADER_LENGTH, aligned - HEADER_LENGTH));
        require(segment.getInt(offset + CHECKSUM_OFFSET) == (int)crc.getValue(), "checksum");
        return true;
    }

    private boolean mapSegment()
    {
        final long base = position - position % segmentLength;
        if (base != segmentBase)
        {
            final Path file = archiveDir.resolve(recordingId + "-" + base + ".rec");
            if (!Files.exists(file))
            {
                return false;
            }
            segment = map(file);
            segmentBase = base;
        }
        return true;
    }

    private ByteBuffer map(final Path file)
    {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ))
        {
            require(channel.size() == segmentLength, file.getFileName() + " of " + channel.size() + " bytes");
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, segmentLength).order(ByteOrder.LITTLE_ENDIAN);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException(ex);
        }
    }

    private TreeMap<Long, Path> segments() throws IOException
    {
        final TreeMap<Long, Path> segments = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(archiveDir, recordingId + "-*.rec"))
        {
            files.forEach((file) -> segments.put(baseOf(file.getFileName().toString()), file));
        }
        return segments;
    }

    private void requireAll(final TreeMap<Long, Path> segments)
    {
        for (long base = position; !segments.isEmpty() && base < segments.lastKey(); base += segmentLength)
        {
            if (!segments.containsKey(base))
            {
                throw new DamagedRecordingException(name + " has no segment file at position " + base);
            }
        }
    }

    private void require(final boolean isRight, final String what)
    {
        if (!isRight)
        {
            throw new DamagedRecordingException(name + " position " + position + ": wrong " + what);
        }
    }

    private static long baseOf(final String fileName)
    {
        return Long.parseLong(fileName.substring(fileName.indexOf('-') + 1, fileName.length() - ".rec".length()));
    }

    private static int align(final int length)
    {
        return length + ALIGNMENT - 1 & -ALIGNMENT;
    }

    private static long number(final Properties descriptor, final String key)
    {
        final String value = descriptor.getProperty(key);
        if (value == null)
        {
            throw new NoSuchElementException("descriptor lacks " + key);
        }
        return Long.parseLong(value);
    }
}
