package io.tailrace.archive.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.tailrace.archive.recording.AtomicFile;

/**
 * The checkpoint files of a data directory, for its owner. Tools list them with {@link #list}.
 * <p>
 * Threading: one thread, that which writes checkpoints. Memory: 1 MiB from the first checkpoint on, for its writer.
 */
public final class CheckpointDirectory
{
    private static final String NAME = "checkpoints";
    private static final long NULL_NUMBER = -1;

    private final Path dir;
    private ByteBuffer buffer;
    private CheckpointWriter writer;
    private long lastNumber;

    private CheckpointDirectory(final Path dir, final long lastNumber)
    {
        this.dir = dir;
        this.lastNumber = lastNumber;
    }

    /**
     * Creates the directory if there is none, and removes what a killed process left unfinished.
     *
     * @param dataDir data directory, of which the caller is the owner.
     * @return its checkpoints.
     * @throws UncheckedIOException if it cannot be created, listed or cleaned.
     */
    public static CheckpointDirectory open(final Path dataDir)
    {
        final Path dir = dirOf(dataDir);
        try
        {
            if (!Files.isDirectory(dir))
            {
                Files.createDirectories(dir);
                AtomicFile.forceDirectory(dir.toAbsolutePath().getParent());
            }

            final List<Path> leftOvers;
            try (Stream<Path> files = Files.list(dir))
            {
                leftOvers = files.filter(CheckpointFormat::isTemporary).toList();
            }
            delete(dir, leftOvers);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot open " + dir, ex);
        }

        final List<Path> files = filesOf(dir);
        return new CheckpointDirectory(
            dir, files.isEmpty() ? NULL_NUMBER : CheckpointFormat.numberOf(files.get(files.size() - 1)));
    }

    /**
     * Checks the files without writing anything, also beside a running owner.
     *
     * @param dataDir data directory; need not exist.
     * @return the files sorted by number, as for {@link #entries}.
     * @throws UncheckedIOException if the directory cannot be listed or a file cannot be opened.
     */
    public static List<CheckpointEntry> list(final Path dataDir)
    {
        final Path dir = dirOf(dataDir);
        return Files.isDirectory(dir) ? entriesOf(dir) : List.of();
    }

    /**
     * Where a data directory keeps its checkpoint files.
     *
     * @param dataDir data directory.
     * @return its directory of checkpoints.
     */
    public static Path dirOf(final Path dataDir)
    {
        return dataDir.resolve(NAME);
    }

    /**
     * Number that the next checkpoint must have: one more than the highest there was since this directory was opened.
     * A file that is damaged counts as well, since an increment upon it may be left.
     *
     * @return 1 if there was none; then any number will do.
     */
    public long nextNumber()
    {
        return NULL_NUMBER == lastNumber ? 1 : lastNumber + 1;
    }

    /**
     * Begins a checkpoint. One at a time: complete or close the writer before the next.
     *
     * @param meta full, or the increment upon the last checkpoint.
     * @return a writer; the caller completes or closes it.
     * @throws IllegalArgumentException   if the number is not the next, or the increment does not belong to the
     *                                    checkpoint before.
     * @throws IllegalStateException      if the last writer is neither completed nor closed.
     * @throws CorruptCheckpointException if the file is missing or damaged that the increment needs: begin a full one.
     * @throws UncheckedIOException       if the temporary file cannot be created.
     */
    public CheckpointWriter begin(final CheckpointMeta meta)
    {
        if (null != writer)
        {
            throw new IllegalStateException("checkpoint " + writer.meta().number() + " is still being written");
        }

        if (NULL_NUMBER != lastNumber && nextNumber() != meta.number())
        {
            throw new IllegalArgumentException("number=" + meta.number() + ", expected " + nextNumber());
        }

        final int previousChecksum =
            meta.isFull() ? CheckpointFormat.NO_PREVIOUS_CHECKSUM : checksumOfFileBefore(meta);
        if (null == buffer)
        {
            buffer = ByteBuffer.allocateDirect(CheckpointWriter.BUFFER_LENGTH);
        }

        writer = new CheckpointWriter(this, fileOf(meta.number()), meta, previousChecksum, buffer);
        return writer;
    }

    /**
     * Checks all files: header, footer, length and name.
     *
     * @return the files sorted by number.
     * @throws UncheckedIOException if the directory cannot be listed or a file cannot be opened.
     */
    public List<CheckpointEntry> entries()
    {
        return entriesOf(dir);
    }

    /**
     * The checkpoints to choose from: those whose files are all there, and fit together, by the cheap check. Whether
     * each frame is right is known after {@link CheckpointChain#verify} or after loading; if not, take the next.
     *
     * @return one chain for each, newest first.
     * @throws UncheckedIOException if the directory cannot be listed or a file cannot be opened.
     */
    public List<CheckpointChain> candidates()
    {
        return CheckpointChain.candidates(entries());
    }

    /**
     * Deletes what is not needed for the newest checkpoints, damaged files included. The newest complete checkpoint
     * of the chain before the current one is kept in any case, so that a damaged full file has something to fall
     * back on. If there is no complete checkpoint, nothing is deleted.
     *
     * @param count complete checkpoints to keep, 1 or more, with all files they need.
     * @return meta of the oldest file that is kept, from whose journal position on the journal is needed; empty if
     *         there is no complete checkpoint.
     * @throws IllegalArgumentException if the count is less than 1.
     * @throws UncheckedIOException     if the directory cannot be listed, or a file cannot be opened or deleted.
     */
    public Optional<CheckpointMeta> retain(final int count)
    {
        if (count < 1)
        {
            throw new IllegalArgumentException("count=" + count + ", expected 1 or more");
        }

        final List<CheckpointEntry> entries = entries();
        final List<CheckpointChain> candidates = CheckpointChain.candidates(entries);
        if (candidates.isEmpty())
        {
            return Optional.empty();
        }

        final Set<CheckpointEntry> kept = new HashSet<>();
        candidates.stream().limit(count).forEach((chain) -> kept.addAll(chain.entries()));
        final CheckpointEntry currentFull = candidates.get(0).full();
        candidates.stream()
            .filter((chain) -> chain.full() != currentFull)
            .findFirst()
            .ifPresent((chain) -> kept.addAll(chain.entries()));

        // Newest first: whenever this is cut short, no increment is left without what it needs.
        final List<Path> unneeded = entries.stream()
            .filter((entry) -> !kept.contains(entry))
            .sorted(Comparator.comparingLong(CheckpointEntry::number).reversed())
            .map(CheckpointEntry::file)
            .toList();
        try
        {
            delete(dir, unneeded);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot delete from " + dir, ex);
        }

        return kept.stream().min(Comparator.comparingLong(CheckpointEntry::number)).flatMap(CheckpointEntry::meta);
    }

    /**
     * Deletes checkpoints, and the increments upon them.
     *
     * @param isUnwanted says of the meta of a file whether it goes; one that cannot be read stays.
     * @throws UncheckedIOException if the directory cannot be listed, or a file cannot be opened or deleted.
     */
    public void discard(final Predicate<CheckpointMeta> isUnwanted)
    {
        // Newest first: whenever this is cut short, no increment is left without what it needs.
        final List<Path> unwanted = entries().stream()
            .filter((entry) -> entry.meta().filter(isUnwanted).isPresent())
            .sorted(Comparator.comparingLong(CheckpointEntry::number).reversed())
            .map(CheckpointEntry::file)
            .toList();
        try
        {
            delete(dir, unwanted);
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot delete from " + dir, ex);
        }
    }

    void onClosed(final CheckpointWriter closed, final boolean isComplete)
    {
        writer = null;
        if (isComplete)
        {
            lastNumber = closed.meta().number();
        }
    }

    private int checksumOfFileBefore(final CheckpointMeta meta)
    {
        final Path file = fileOf(meta.number() - 1);
        final CheckpointEntry previous = CheckpointEntry.of(file);
        if (previous.isDamaged())
        {
            throw new CorruptCheckpointException(file, 0, "no increment can be written upon it, because " +
                previous.damage());
        }

        final CheckpointMeta before = previous.meta().orElseThrow();
        if (before.chain() != meta.chain() || before.indexInChain() + 1 != meta.indexInChain() ||
            before.journalPosition() > meta.journalPosition())
        {
            throw new IllegalArgumentException(meta + ", expected an increment upon " + before);
        }

        return previous.checksum();
    }

    private Path fileOf(final long number)
    {
        return dir.resolve(CheckpointFormat.fileName(number));
    }

    private static List<CheckpointEntry> entriesOf(final Path dir)
    {
        // A file that its owner has deleted meanwhile was not needed any more.
        return filesOf(dir).stream()
            .map(CheckpointEntry::of)
            .filter((entry) -> !entry.isDamaged() || Files.exists(entry.file()))
            .toList();
    }

    private static List<Path> filesOf(final Path dir)
    {
        try (Stream<Path> files = Files.list(dir))
        {
            return files
                .filter((file) -> CheckpointFormat.numberOf(file) >= 0)
                .sorted(Comparator.comparingLong(CheckpointFormat::numberOf))
                .toList();
        }
        catch (final IOException ex)
        {
            throw new UncheckedIOException("cannot list " + dir, ex);
        }
    }

    private static void delete(final Path dir, final List<Path> files) throws IOException
    {
        for (final Path file : files)
        {
            Files.deleteIfExists(file);
        }

        if (!files.isEmpty())
        {
            AtomicFile.forceDirectory(dir);
        }
    }
}
