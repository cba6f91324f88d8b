package io.tailrace.archive.recording;

import java.nio.file.Path;
import java.util.List;

/**
 * What must be known to read a recording: kept in {@code dataDir/NAME.recording}.
 *
 * @param name          such as {@code journal}.
 * @param recordingId   of the archive, first part of the names of its segment files.
 * @param streamId      of every frame, at least 1000.
 * @param initialTermId term id of position 0.
 * @param termLength    bytes, power of two.
 * @param mtu           longest frame, bytes.
 * @param segmentLength bytes of a segment file, power of two.
 */
public record RecordingDescriptor(
    String name, long recordingId, int streamId, int initialTermId, int termLength, int mtu, int segmentLength)
{
    public static boolean exists(final Path dataDir, final String name)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public static RecordingDescriptor load(final Path dataDir, final String name)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public static List<RecordingDescriptor> loadAll(final Path dataDir)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public void store(final Path dataDir)
    {
        throw new UnsupportedOperationException("not yet");
    }

    public int maxPayloadLength()
    {
        throw new UnsupportedOperationException("not yet");
    }
}
