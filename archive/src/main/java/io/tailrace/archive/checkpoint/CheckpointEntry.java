package io.tailrace.archive.checkpoint;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A checkpoint file as it was found, after a cheap check: header, footer, length and name, but no frame.
 * <p>
 * Threading: immutable.
 */
public final class CheckpointEntry
{
    private final Path file;
    private final long number;
    private final long length;
    private final CheckpointMeta meta;
    private final int previousChecksum;
    private final int checksum;
    private final String damage;

    private CheckpointEntry(
        final Path file,
        final long number,
        final long length,
        final CheckpointMeta meta,
        final int previousChecksum,
        final int checksum,
        final String damage)
    {
        this.file = file;
        this.number = number;
        this.length = length;
        this.meta = meta;
        this.previousChecksum = previousChecksum;
        this.checksum = checksum;
        this.damage = damage;
    }

    /**
     * Checks a file whose name is that of a checkpoint.
     *
     * @throws UncheckedIOException if it cannot be opened although it exists: that says nothing about its bytes.
     */
    static CheckpointEntry of(final Path file)
    {
        final long number = CheckpointFormat.numberOf(file);
        long length = 0;
        CheckpointMeta meta = null;
        try (CheckpointReader reader = new CheckpointReader(file))
        {
            length = reader.fileLength();
            reader.readHeader();
            meta = reader.meta();
            if (meta.number() != number)
            {
                throw new CorruptCheckpointException(
                    file, 0, "it is checkpoint " + meta.number() + ", expected that of its name");
            }

            reader.readFooter();
            return new CheckpointEntry(
                file, number, length, meta, reader.previousChecksum(), reader.checksum(), "");
        }
        catch (final CorruptCheckpointException ex)
        {
            return new CheckpointEntry(file, number, length, meta, 0, 0, ex.getMessage());
        }
    }

    /**
     * The file.
     *
     * @return its path.
     */
    public Path file()
    {
        return file;
    }

    /**
     * Number in the name of the file.
     *
     * @return number of the checkpoint.
     */
    public long number()
    {
        return number;
    }

    /**
     * Length of the file.
     *
     * @return bytes.
     */
    public long length()
    {
        return length;
    }

    /**
     * What the header says, also that of a file which is damaged elsewhere or has another's name.
     *
     * @return empty if the header is not readable.
     */
    public Optional<CheckpointMeta> meta()
    {
        return Optional.ofNullable(meta);
    }

    /**
     * Has the cheap check failed?
     *
     * @return true if {@link #damage} says something.
     */
    public boolean isDamaged()
    {
        return !damage.isEmpty();
    }

    /**
     * What the cheap check has found.
     *
     * @return file, offset and reason; empty if nothing is wrong.
     */
    public String damage()
    {
        return damage;
    }

    /**
     * Reads every frame. Cost: the whole file. Says nothing about the files that an increment needs.
     *
     * @return file, offset and reason of the first damage; empty if every byte is as it was written.
     * @throws UncheckedIOException if the file cannot be opened although it exists, or the thread was interrupted.
     */
    public String verify()
    {
        if (isDamaged())
        {
            return damage;
        }

        try (CheckpointReader reader = open())
        {
            return CheckpointReader.damageOf(reader);
        }
        catch (final CorruptCheckpointException ex)
        {
            return ex.getMessage();
        }
    }

    /**
     * Opens the file, which must still be the one that was checked.
     */
    CheckpointReader open()
    {
        final CheckpointReader reader = CheckpointReader.open(file);
        if (!reader.meta().equals(meta) || reader.checksum() != checksum)
        {
            reader.close();
            throw new CorruptCheckpointException(file, 0, "it is another file than the one that was listed");
        }
        return reader;
    }

    /**
     * Is this the increment upon that file? Neither may be damaged.
     */
    boolean isIncrementUpon(final CheckpointEntry previous)
    {
        return meta.indexInChain() == previous.meta.indexInChain() + 1 &&
            meta.chain() == previous.meta.chain() &&
            number == previous.number + 1 &&
            meta.journalPosition() >= previous.meta.journalPosition() &&
            previousChecksum == previous.checksum;
    }

    int checksum()
    {
        return checksum;
    }
}
