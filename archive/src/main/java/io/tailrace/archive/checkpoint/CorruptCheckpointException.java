package io.tailrace.archive.checkpoint;

import java.nio.file.Path;

/**
 * A checkpoint file is missing, cannot be read, or does not hold the bytes that were written. It is of no use, and an
 * older checkpoint has to take its place.
 */
public final class CorruptCheckpointException extends RuntimeException
{
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long offset;

    /**
     * Names what is wrong and where.
     *
     * @param file   that is damaged or missing.
     * @param offset in the file, of the part that failed, bytes.
     * @param reason what was found and what was expected.
     */
    public CorruptCheckpointException(final Path file, final long offset, final String reason)
    {
        super("checkpoint file " + file + " is corrupt at offset " + offset + ": " + reason);
        this.file = file.toString();
        this.offset = offset;
    }

    /**
     * The file that is damaged or missing.
     *
     * @return its path.
     */
    public Path file()
    {
        return Path.of(file);
    }

    /**
     * Where the part begins that failed.
     *
     * @return offset in the file, bytes.
     */
    public long offset()
    {
        return offset;
    }
}
