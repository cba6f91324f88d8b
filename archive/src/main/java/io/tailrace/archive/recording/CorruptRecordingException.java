package io.tailrace.archive.recording;

import java.nio.file.Path;

/**
 * A recording holds bytes that were not written by the archive, or lacks bytes that were, other than at its very end.
 * Nothing repairs that without a decision: the engine refuses to start.
 */
public final class CorruptRecordingException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final String recording;
    private final String file;
    private final long position;

    /**
     * Names what is wrong and where.
     *
     * @param recording name of the recording, such as {@code journal}.
     * @param file      the segment file that is damaged or missing.
     * @param position  of the frame that failed, or of the first missing byte.
     * @param reason    what was found and what was expected.
     */
    public CorruptRecordingException(
        final String recording, final Path file, final long position, final String reason)
    {
        super("recording " + recording + " is corrupt at position " + position + " in " + file + ": " + reason);
        this.recording = recording;
        this.file = file.toString();
        this.position = position;
    }

    /**
     * Name of the recording.
     *
     * @return such as {@code journal}.
     */
    public String recording()
    {
        return recording;
    }

    /**
     * The segment file that is damaged or missing.
     *
     * @return its path.
     */
    public Path file()
    {
        return Path.of(file);
    }

    /**
     * Position of the frame that failed, or of the first missing byte.
     *
     * @return position in the recording.
     */
    public long position()
    {
        return position;
    }
}
