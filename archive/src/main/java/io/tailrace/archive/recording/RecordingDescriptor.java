package io.tailrace.archive.recording;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import org.agrona.BitUtil;

/**
 * What must be known to read a recording, kept as text in {@code dataDir/NAME.recording}:
 * <pre>
 *   format=1
 *   name=journal
 *   recordingId=0
 *   streamId=1100
 *   initialTermId=0
 *   termLength=16777216
 *   mtu=65504
 *   segmentLength=67108864
 *   crc32c=5d1e40aa
 * </pre>
 * The last line is the CRC-32C of all bytes before it, in eight hexadecimal digits.
 *
 * @param name          lower-case letters, digits and dashes, such as {@code journal}.
 * @param recordingId   of the archive, first part of the names of its segment files; not negative.
 * @param streamId      of every frame, at least {@link #MIN_STREAM_ID}.
 * @param initialTermId term id of position 0.
 * @param termLength    bytes, power of two.
 * @param mtu           longest frame with its header, bytes, multiple of 32.
 * @param segmentLength bytes of a segment file, power of two, at least {@code termLength}.
 */
public record RecordingDescriptor(
    String name, long recordingId, int streamId, int initialTermId, int termLength, int mtu, int segmentLength)
{
    /**
     * Lower ids belong to the archive's own control streams: data on one of those makes it crawl.
     */
    public static final int MIN_STREAM_ID = 1000;

    private static final String SUFFIX = ".recording";
    private static final String CRC_KEY = "crc32c=";
    private static final int FORMAT = 1;

    /**
     * Validates every field.
     *
     * @throws IllegalArgumentException naming the field, its value and what is expected.
     */
    public RecordingDescriptor
    {
        check(null != name && name.matches("[a-z0-9-]+"), "name", name, "lower-case letters, digits and dashes");
        check(recordingId >= 0, "recordingId", recordingId, "0 or more");
        check(streamId >= MIN_STREAM_ID, "streamId", streamId, MIN_STREAM_ID + " or more");
        check(BitUtil.isPowerOfTwo(termLength), "termLength", termLength, "a power of two");
        check(mtu > Frames.HEADER_LENGTH && mtu <= termLength && 0 == mtu % Frames.FRAME_ALIGNMENT, "mtu", mtu,
            "a multiple of 32 that is no longer than a term");
        check(BitUtil.isPowerOfTwo(segmentLength) && segmentLength >= termLength, "segmentLength", segmentLength,
            "a power of two, no shorter than a term");
    }

    /**
     * Is there a descriptor of that name?
     *
     * @param dataDir data directory.
     * @param name    of the recording.
     * @return true if its file exists, be it readable or not.
     */
    public static boolean exists(final Path dataDir, final String name)
    {
        return Files.exists(fileOf(dataDir, name));
    }

    /**
     * Reads one descriptor.
     *
     * @param dataDir data directory.
     * @param name    of the recording.
     * @return the descriptor.
     * @throws CorruptRecordingException if the file's checksum or any of its values is wrong.
     * @throws UncheckedIOException      if it cannot be read.
     */
    public static RecordingDescriptor load(final Path dataDir, final String name)
    {
        final Path file = fileOf(dataDir, name);
        final String text;
        try
        {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot read " + file, ex);
        }

        final int crcIndex = text.lastIndexOf(CRC_KEY);
        if (crcIndex < 0 || !text.substring(crcIndex).equals(crcLineOf(text.substring(0, crcIndex))))
        {
            throw new CorruptRecordingException(name, file, 0, "checksum of the descriptor does not match its text; " +
                "remove the file to have it rebuilt from the archive's catalogue");
        }

        try
        {
            return parse(text.substring(0, crcIndex));
        }
        catch (final IllegalArgumentException ex)
        {
            throw new CorruptRecordingException(name, file, 0, ex.getMessage());
        }
    }

    /**
     * Reads all descriptors of a data directory, ordered by name.
     *
     * @param dataDir data directory; need not exist.
     * @return the descriptors, possibly none.
     * @throws CorruptRecordingException if one of them is unreadable.
     */
    public static List<RecordingDescriptor> loadAll(final Path dataDir)
    {
        if (!Files.isDirectory(dataDir))
        {
            return List.of();
        }

        try (Stream<Path> files = Files.list(dataDir))
        {
            return files
                .map((file) -> file.getFileName().toString())
                .filter((fileName) -> fileName.endsWith(SUFFIX))
                .map((fileName) -> fileName.substring(0, fileName.length() - SUFFIX.length()))
                .sorted()
                .map((name) -> load(dataDir, name))
                .toList();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot list " + dataDir, ex);
        }
    }

    /**
     * Writes the descriptor durably, replacing one of the same name.
     *
     * @param dataDir data directory.
     * @throws UncheckedIOException if it cannot be written.
     */
    public void store(final Path dataDir)
    {
        final String text = "format=" + FORMAT +
            "\nname=" + name +
            "\nrecordingId=" + recordingId +
            "\nstreamId=" + streamId +
            "\ninitialTermId=" + initialTermId +
            "\ntermLength=" + termLength +
            "\nmtu=" + mtu +
            "\nsegmentLength=" + segmentLength + "\n";
        AtomicFile.write(fileOf(dataDir, name), (text + crcLineOf(text)).getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Longest payload of one frame.
     *
     * @return bytes.
     */
    public int maxPayloadLength()
    {
        return mtu - Frames.HEADER_LENGTH;
    }

    /**
     * The segment file that holds a position.
     *
     * @param archiveDir directory of the segment files.
     * @param position   in the recording.
     * @return its path; the file need not exist.
     */
    public Path segmentFile(final Path archiveDir, final long position)
    {
        return archiveDir.resolve(recordingId + "-" + (position & -segmentLength) + ".rec");
    }

    private static Path fileOf(final Path dataDir, final String name)
    {
        return dataDir.resolve(name + SUFFIX);
    }

    private static String crcLineOf(final String text)
    {
        final CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return CRC_KEY + String.format("%08x", crc.getValue()) + "\n";
    }

    private static RecordingDescriptor parse(final String text)
    {
        final Map<String, String> values = new HashMap<>();
        for (final String line : text.split("\n"))
        {
            final int separator = line.indexOf('=');
            check(separator > 0, "line", line, "key=value");
            values.put(line.substring(0, separator), line.substring(separator + 1));
        }

        final long format = number(values, "format");
        check(FORMAT == format, "format", format, Integer.toString(FORMAT));

        return new RecordingDescriptor(
            values.get("name"),
            number(values, "recordingId"),
            intNumber(values, "streamId"),
            intNumber(values, "initialTermId"),
            intNumber(values, "termLength"),
            intNumber(values, "mtu"),
            intNumber(values, "segmentLength"));
    }

    private static long number(final Map<String, String> values, final String key)
    {
        final String value = values.get(key);
        check(null != value && value.matches("-?[0-9]{1,18}"), key, value, "a number");
        return Long.parseLong(value);
    }

    private static int intNumber(final Map<String, String> values, final String key)
    {
        final long value = number(values, key);
        check((int) value == value, key, value, "a 32-bit number");
        return (int) value;
    }

    private static void check(final boolean isValid, final String field, final Object value, final String expected)
    {
        if (!isValid)
        {
            throw new IllegalArgumentException(field + "=" + value + ", expected " + expected);
        }
    }
}
