package io.tailrace.archive.checkpoint;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * One complete checkpoint: the files from the full one to that of the newest increment wanted. To load it:
 * <pre>{@code
 *   for (int i = 0; i < chain.size(); i++)
 *   {
 *       try (CheckpointReader reader = chain.open(i))
 *       {
 *           while (reader.next())
 *           {
 *               onPayload(reader.payloadAddress(), reader.payloadLength());
 *           }
 *       }
 *   }
 * }</pre>
 * Threading: immutable.
 */
public final class CheckpointChain
{
    private final List<CheckpointEntry> entries;

    private CheckpointChain(final List<CheckpointEntry> entries)
    {
        this.entries = entries;
    }

    /**
     * All chains that fit together among the files of a directory, by the cheap check. Each increment must be the
     * next of the file before it, by number, index and chain, and must name it by its checksum.
     *
     * @param entries sorted by number.
     * @return one chain for each checkpoint whose files are all there, newest first.
     */
    public static List<CheckpointChain> candidates(final List<CheckpointEntry> entries)
    {
        final List<CheckpointChain> chains = new ArrayList<>();
        List<CheckpointEntry> links = new ArrayList<>();
        for (final CheckpointEntry entry : entries)
        {
            final CheckpointEntry previous = links.isEmpty() ? null : links.get(links.size() - 1);
            final boolean isFull = !entry.isDamaged() && entry.meta().orElseThrow().isFull();
            if (isFull)
            {
                links = new ArrayList<>();
            }
            else if (entry.isDamaged() || null == previous || !entry.isIncrementUpon(previous))
            {
                links = new ArrayList<>();
                continue;
            }

            links.add(entry);
            chains.add(new CheckpointChain(List.copyOf(links)));
        }

        Collections.reverse(chains);
        return chains;
    }

    /**
     * The checkpoint that loading all files gives.
     *
     * @return meta of the last file.
     */
    public CheckpointMeta newest()
    {
        return entries.get(entries.size() - 1).meta().orElseThrow();
    }

    /**
     * The files in the order in which they are to be read.
     *
     * @return one or more paths, the full one first.
     */
    public List<Path> files()
    {
        return entries.stream().map(CheckpointEntry::file).toList();
    }

    /**
     * Number of files.
     *
     * @return 1 or more.
     */
    public int size()
    {
        return entries.size();
    }

    /**
     * Opens one file of the chain, which must still be the one that was listed.
     *
     * @param index 0 is the full one, {@link #size} - 1 the newest.
     * @return a reader before the first frame; the caller closes it.
     * @throws CorruptCheckpointException if the file is missing, damaged, or another one than when the chain was found.
     * @throws UncheckedIOException       if it cannot be opened for another reason.
     */
    public CheckpointReader open(final int index)
    {
        return entries.get(index).open();
    }

    /**
     * Reads all frames of all files. Cost: all of their bytes.
     *
     * @return file, offset and reason of the first damage; empty if every byte is as it was written.
     * @throws UncheckedIOException if a file cannot be opened although it exists, or the thread was interrupted.
     */
    public String verify()
    {
        for (final CheckpointEntry entry : entries)
        {
            final String damage = entry.verify();
            if (!damage.isEmpty())
            {
                return damage;
            }
        }

        return "";
    }

    List<CheckpointEntry> entries()
    {
        return entries;
    }

    CheckpointEntry full()
    {
        return entries.get(0);
    }
}
